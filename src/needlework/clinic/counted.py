"""What is in stock, lot by lot: taken in, used, counted otherwise, and what is soon past its day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum

from needlework.clinic.models.stock import CartridgeIn, Recall, StockChange
from needlework.clinic.models.treatment import CartridgeUse
from needlework.loop import gs1
from needlework.loop.recalls import covers_cartridge
from needlework.loop.traces import spelt

LONG_GONE = timedelta(days=400)
"""What expired longer ago than this is not in anybody's drawer."""


@dataclass(frozen=True, slots=True)
class Lot:
    """One lot in stock."""

    lot: str
    gtin: str
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
    return _lots(CartridgeIn.objects.filter(expires__gte=on - LONG_GONE), list(Recall.objects.standing()))


def called_back(standing: Sequence[Recall]) -> list[Lot]:
    """The lots that are called back by one of these and that something is left of, expired or not."""
    codes = {code for one in standing if one.gtin for code in gs1.packings(spelt(one.gtin))}
    named = Q(lot__in={one.lot for one in standing if one.lot}) | Q(gtin__in=codes)
    return [lot for lot in _lots(CartridgeIn.objects.filter(named), standing) if lot.recalls and lot.left > 0]


def _lots(taken: QuerySet[CartridgeIn], standing: Sequence[Recall]) -> list[Lot]:
    rows = list(
        taken.order_by()
        .values("lot")
        .annotate(n=Sum("quantity"), day=Min("expires"), code=Max("gtin"))
        .order_by("day", "lot")
    )
    names = [row["lot"] for row in rows]
    used, changed = _used(names), _changed(names)
    found = [
        Lot(
            lot=row["lot"], gtin=row["code"], expires=row["day"], taken_in=row["n"],
            used=used.get(row["lot"], 0), changed=changed.get(row["lot"], 0),
            recalls=tuple(one for one in standing if _covers(one, row)),
        )
        for row in rows
    ]  # fmt: skip
    return [lot for lot in found if lot.left != 0]


def pressing(found: Iterable[Lot], *, on: date, days: int) -> int:
    """How many lots that are left expire within these days, or have expired."""
    return sum(lot.left > 0 and lot.expires <= on + timedelta(days=days) for lot in found)


def left_of(lot: str) -> int:
    """How many of this lot are left."""
    taken = CartridgeIn.objects.filter(lot=lot).aggregate(n=Sum("quantity"))["n"] or 0
    return taken + _changed([lot]).get(lot, 0) - _used([lot]).get(lot, 0)


def never_taken_in() -> int:
    """How many cartridges were used of lots that nobody took in."""
    return CartridgeUse.objects.exclude(lot__in=CartridgeIn.objects.values("lot")).count()


def _used(names: Sequence[str]) -> dict[str, int]:
    """Cartridges opened of each lot since it was first taken in: what was used before came from elsewhere."""
    first = CartridgeIn.objects.filter(lot=OuterRef("lot")).order_by("created_at").values("created_at")[:1]
    uses = CartridgeUse.objects.filter(lot__in=names).annotate(since=Subquery(first))
    counted = uses.filter(created_at__gte=F("since")).values("lot").annotate(n=Count("pk"))
    return dict(counted.values_list("lot", "n"))


def _changed(names: Sequence[str]) -> dict[str, int]:
    rows = StockChange.objects.filter(lot__in=names).values("lot").annotate(n=Sum("change"))
    return dict(rows.values_list("lot", "n"))


def _covers(recall: Recall, row: Mapping[str, Any]) -> bool:
    return covers_cartridge(recall.as_record(), gtin=row["code"], lot=row["lot"], serial="")
