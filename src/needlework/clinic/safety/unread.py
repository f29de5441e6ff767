"""
Cartridges whose product code nobody read, where a product is called back.

A typed cartridge tells its lot alone. Where that lot was taken in or scanned with a code anywhere, the code
tells whose it is. Where it never was, nobody can tell: such cartridges are counted beside what a look-back
finds, lot by lot, so that somebody looks at them and nobody is missed in silence.
"""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet

from needlework.clinic import articles, recalled
from needlework.clinic.models.stock import Recall
from needlework.clinic.models.treatment import CartridgeUse
from needlework.loop import recalls

MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Unread:
    """How many cartridges may be of what is called back; the lots with most of them."""

    cartridges: int
    lots: tuple[tuple[str, int], ...]
    more: int
    """Lots that are not named."""


def of(recall: Recall | None, *, site: UUID | None) -> Unread | None:
    """What a look-back from this recall cannot tell; None where a lot says all, or nothing was typed."""
    if recall is None or not recall.gtin or recall.lot:
        return None
    uses = CartridgeUse.objects.filter(gtin="", lot__in=recalled.listed(articles.unread())).order_by()
    if site is not None:
        uses = uses.filter(session__room__site=site)
    found = _in_range(uses, recall) if recall.serial_from or recall.serial_to else _all(uses)
    named = tuple(sorted(found.most_common(MOST_NAMED), key=lambda one: (-one[1], one[0])))
    return Unread(found.total(), named, len(found) - len(named)) if found else None


def _all(uses: QuerySet[CartridgeUse]) -> Counter[str]:
    return Counter(dict(uses.values_list("lot").annotate(Count("pk"))))


def _in_range(uses: QuerySet[CartridgeUse], recall: Recall) -> Counter[str]:
    return Counter(
        lot
        for lot, serial in uses.values_list("lot", "serial").iterator()
        if recalls.in_range(serial, first=recall.serial_from, last=recall.serial_to)
    )
