"""
Of which products a lot is: by every code that it was taken in or used with, whoever read it.

A product goes by the code of its article (`gs1.article`), whichever packing was scanned. Two makers may print
the same lot: it is then of both, since telling one too many costs a call.
"""

from collections.abc import Collection

from django.db import connection

from needlework.clinic.models.stock import CartridgeIn
from needlework.clinic.models.treatment import CartridgeUse
from needlework.loop import gs1

Products = dict[str, set[str]]

UNREAD = """
WITH RECURSIVE typed(lot) AS (
  SELECT min(lot) FROM {uses} WHERE gtin = ''
  UNION ALL
  SELECT (SELECT min(one.lot) FROM {uses} one WHERE one.gtin = '' AND one.lot > typed.lot)
  FROM typed WHERE typed.lot IS NOT NULL
)
SELECT lot FROM typed WHERE lot IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM {came} came WHERE came.lot = typed.lot AND came.gtin <> '')
  AND NOT EXISTS (SELECT 1 FROM {uses} used WHERE used.lot = typed.lot AND used.gtin <> '')
"""
"""Each lot once, by one step of an index to the next: of one lot there are hundreds of cartridges."""


def of_lots(lots: Collection[str] | None = None) -> Products:
    """By which articles these lots are known, or all of them; without those that nobody read a code of."""
    found: Products = {}
    for model in (CartridgeIn, CartridgeUse):
        rows = model.objects.exclude(gtin="").order_by()
        rows = rows if lots is None else rows.filter(lot__in=lots)
        for lot, gtin in rows.values_list("lot", "gtin").distinct():
            found.setdefault(lot, set()).add(gs1.article(gtin))
    return found


def lots_of(codes: Collection[str]) -> set[str]:
    """Every lot that was taken in or used with one of these codes of one article."""
    came = CartridgeIn.objects.filter(gtin__in=codes).order_by().values_list("lot", flat=True)
    used = CartridgeUse.objects.filter(gtin__in={gs1.article(code) for code in codes}).order_by()
    return {*came.distinct(), *used.values_list("lot", flat=True).distinct()}


def unread() -> list[str]:
    """Each lot of which cartridges were used and nobody ever read a code."""
    uses, came = (model._meta.db_table for model in (CartridgeUse, CartridgeIn))
    with connection.cursor() as cursor:
        cursor.execute(UNREAD.format(uses=uses, came=came))
        return [lot for (lot,) in cursor.fetchall()]
