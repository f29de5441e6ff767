"""What is in stock, lot by lot: taken in, used, counted otherwise, and what is soon past its day."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import (
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Substr

from needlework.clinic.models.stock import CartridgeIn, Recall, StockChange
from needlework.clinic.models.treatment import CartridgeUse
from needlework.loop import gs1
from needlework.loop.recalls import covers_cartridge
from needlework.loop.traces import spelt

LONG_GONE = timedelta(days=400)
"""What expired longer ago than this is not in anybody's drawer."""


class Product(NamedTuple):
    """What is one in stock: two makers may print the same lot."""

    gtin: str
    """Of the article, whichever packing was scanned (`gs1.article`); empty where no code was read."""
    lot: str


@dataclass(frozen=True, slots=True)
class Lot:
    """One lot of one product in stock."""

    lot: str
    gtin: str
    alike: bool
    """Whether another product has the same lot: then its code is what tells them apart."""
    expires: date
    taken_in: int
    used: int
    changed: int
    recalls: tuple[Recall, ...]

    @property
    def left(self) -> int:
        return self.taken_in + self.changed - self.used

    def tone(self, on: date, *, days: int) -> str:
        if self.recalls or self.expires < on:
            return "absolute"
        return "caution" if self.expires <= on + timedelta(days=days) or self.left < 0 else ""


def lots(*, on: date) -> list[Lot]:
    """Every lot that something is left of, or more was used than came; the first to expire first."""
    taken = CartridgeIn.objects.filter(expires__gte=on - LONG_GONE)
    return [lot for lot in _lots(taken, list(Recall.objects.standing())) if lot.left != 0]


def called_back(standing: Sequence[Recall]) -> list[Lot]:
    """The lots that are called back by one of these and that something is left of, expired or not."""
    codes = {code for one in standing if one.gtin for code in gs1.packings(spelt(one.gtin))}
    named = Q(lot__in={one.lot for one in standing if one.lot}) | Q(gtin__in=codes)
    return [lot for lot in _lots(CartridgeIn.objects.filter(named), standing) if lot.recalls and lot.left > 0]


def _lots(taken: QuerySet[CartridgeIn], standing: Sequence[Recall]) -> list[Lot]:
    """
    Each lot of each product. What nobody read the code of belongs to the one product that has its lot.

    Where two have it, nobody can tell: it is counted in a line of its own.
    """
    rows = list(taken.order_by().values_list("gtin", "lot").annotate(Sum("quantity"), Min("expires")))
    known = known_products({lot for _gtin, lot, _n, _day in rows})
    came, days = Counter[Product](), dict[Product, date]()
    for gtin, lot, n, day in rows:
        product = _one_of(known, gtin, lot)
        came[product] += n
        days[product] = min(day, days.get(product, day))
    used, changed = _summed(_used(known), known), _summed(_changed(known), known)
    for product in {*used, *changed} - set(days):  # used or counted without a code, and two have the lot
        days[product] = min(day for one, day in days.items() if one.lot == product.lot)
    return [
        Lot(
            lot=one.lot, gtin=one.gtin, alike=len(known[one.lot]) > 1, expires=days[one], taken_in=came[one],
            used=used[one], changed=changed[one],
            recalls=tuple(recall for recall in standing if _covers(recall, one)),
        )
        for one in sorted(days, key=lambda one: (days[one], one.lot, one.gtin))
    ]  # fmt: skip


def known_products(names: Collection[str]) -> dict[str, set[str]]:
    """By which product codes these lots were ever taken in; none where nobody read one."""
    known: dict[str, set[str]] = {name: set() for name in names}
    rows = CartridgeIn.objects.filter(lot__in=names).exclude(gtin="").order_by()
    for lot, gtin in rows.values_list("lot", "gtin").distinct():
        known[lot].add(gs1.article(gtin))
    return known


def _one_of(known: Mapping[str, set[str]], gtin: str, lot: str) -> Product:
    codes = known[lot]
    return Product(gs1.article(gtin) or (next(iter(codes)) if len(codes) == 1 else ""), lot)


def _summed(rows: Iterable[tuple[str, str, int]], known: Mapping[str, set[str]]) -> Counter[Product]:
    found: Counter[Product] = Counter()
    for gtin, lot, n in rows:
        found[_one_of(known, gtin, lot)] += n
    return found


def pressing(found: Iterable[Lot], *, on: date, days: int) -> int:
    """How many lots that are left expire within these days, or have expired."""
    return sum(lot.left > 0 and lot.expires <= on + timedelta(days=days) for lot in found)


def left_of(row: CartridgeIn) -> int:
    """How many are left of what was just taken in."""
    product = _one_of(known_products({row.lot}), row.gtin, row.lot)
    found = _lots(CartridgeIn.objects.filter(lot=row.lot), ())
    return sum(lot.left for lot in found if (lot.gtin, lot.lot) == product)


def never_taken_in() -> int:
    """How many cartridges were used of lots that nobody took in."""
    return CartridgeUse.objects.filter(~Exists(_taken_in())).count()


def _taken_in() -> QuerySet[CartridgeIn]:
    """What was taken in of the lot of a use: of its product, or where one of the two codes was not read."""
    used = CartridgeIn.objects.filter(lot=OuterRef("lot")).annotate(
        article=Substr("gtin", 2, 12),  # the same in every packing (gs1.packings)
        of_use=ExpressionWrapper(OuterRef("gtin"), CharField()),
    )
    return used.filter(Q(gtin="") | Q(of_use="") | Q(article=Substr(OuterRef("gtin"), 2, 12)))


def _used(names: Collection[str]) -> QuerySet:
    """Cartridges opened of each lot since it was first taken in: what was used before came from elsewhere."""
    first = _taken_in().order_by("created_at").values("created_at")[:1]
    uses = CartridgeUse.objects.filter(lot__in=names).annotate(since=Subquery(first))
    counted = uses.filter(created_at__gte=F("since")).order_by()
    return counted.values_list("gtin", "lot").annotate(Count("pk"))


def _changed(names: Collection[str]) -> QuerySet:
    rows = StockChange.objects.filter(lot__in=names).order_by()
    return rows.values_list("gtin", "lot").annotate(Sum("change"))


def _covers(recall: Recall, one: Product) -> bool:
    return covers_cartridge(recall.as_record(), gtin=one.gtin, lot=one.lot, serial="")
