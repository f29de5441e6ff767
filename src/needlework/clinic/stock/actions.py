"""Keep what the clinic works with: devices and their services, cartridges, and what is called back."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from needlework.clinic import counted
from needlework.clinic.models.once import SentOnce
from needlework.clinic.models.people import User
from needlework.clinic.models.stock import (
    CartridgeIn,
    Recall,
    RecallWithdrawn,
    Service,
    StockChange,
    StockRules,
    Unit,
    UnitState,
)
from needlework.clinic.once import sent_before
from needlework.clinic.stock import intake
from needlework.loop import gs1
from needlework.records.why import Reason, Refusal

Row = TypeVar("Row", bound=SentOnce)


def _added(
    row: Row, *, against: Callable[[], Iterable[Reason]] = tuple, taken: Reason | None = None
) -> Row | Refusal:
    """
    The row, added once: sent again it is the same; with other words under the same key it is refused.

    What stands against it is asked of a new one. `taken` is said where the database has another like it.
    """
    if (before := sent_before(row)) is not None:
        return before
    if reasons := tuple(against()):
        return Refusal(reasons)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        if taken is None:
            raise
        return Refusal((taken,))
    return row


# ── devices ──────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def add_unit(
    *, once: UUID, by: User, at: datetime, due_on: date | None = None, **said: Any
) -> Unit | Refusal:
    """A device or handpiece of the clinic's own, and by when it is to be serviced."""
    unit = Unit(once=once, created_by=by, created_at=at, **said)
    taken = Reason("serial", _("is known already for this model."), _("Look it up in the list."))
    kept = _added(unit, taken=taken)
    if isinstance(kept, Unit) and kept.pk == unit.pk and due_on:
        Service(unit=kept, due_on=due_on, note=_("As bought."), created_by=by, created_at=at).save()
    return kept


@transaction.atomic
def serviced(*, unit: Unit, once: UUID, by: User, at: datetime, corrects: Service | None = None, **said: Any):
    """A service that was done, or when one is due. A correction names the row that was wrong."""
    row = Service(unit=unit, once=once, corrects=corrects, created_by=by, created_at=at, **said)
    taken = Reason("done_on", _("was corrected before."), _("Correct the newest row instead."))
    return _added(row, taken=taken)


@transaction.atomic
def set_use(*, unit: Unit, once: UUID, by: User, at: datetime, **said: Any) -> UnitState | Refusal:
    """Take a unit out of use, for good or for a while, or put it back."""
    row = UnitState(unit=unit, once=once, created_by=by, created_at=at, **said)
    return _added(row, against=lambda: _given_up(unit))


def _given_up(unit: Unit) -> Iterator[Reason]:
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    if unit.states.filter(retired=True).exists():
        yield Reason("in_use", _("was given up for good."), _("Enter it as a new one."))


@transaction.atomic
def keep_rules(*, by: User, **said: Any) -> StockRules:
    rules = StockRules.current()
    for name, value in said.items():
        setattr(rules, name, value)
    rules.created_by = rules.created_by or by
    rules.save()
    return rules


# ── cartridges ───────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def take_in(*, once: UUID, by: User, at: datetime, sure: bool = False, **said: Any) -> CartridgeIn | Refusal:
    """
    Take cartridges in: one by its serial, or so many of a lot.

    `sure`: somebody has looked at the pack, and what differs from what was taken in before is right.
    """
    row = CartridgeIn(once=once, created_by=by, created_at=at, **said)
    taken = Reason("serial", _("was taken in before."), _("Nothing to do: it is counted."))

    def against() -> Iterable[Reason]:
        if intake.counted_before(said):
            return [taken]
        return list(intake.against(said, at=at)) or ([] if sure else list(intake.doubts(said)))

    return _added(row, against=against, taken=taken)


@transaction.atomic
def change(*, once: UUID, by: User, at: datetime, **said: Any) -> StockChange | Refusal:
    """Cartridges that left unused, or a count that differs. Of which product, where two have the lot."""
    gtin = gs1.article(said.pop("gtin", ""))
    row = StockChange(once=once, created_by=by, created_at=at, gtin=gtin, **said)
    return _added(row, against=lambda: _unclear(row.lot, gtin))


def _unclear(lot: str, gtin: str) -> Iterator[Reason]:
    codes = counted.known_products({lot})[lot]
    if gtin and gtin not in codes and codes:
        says = _("is of no product that was taken in with this lot.")
        yield Reason("gtin", says, _("Read the code on the pack."))
    if not gtin and len(codes) > 1:
        says = _("is missing: %(n)d products have this lot.") % {"n": len(codes)}
        yield Reason("gtin", says, _("Give the code on the pack."))


# ── recalls ──────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def recall(*, once: UUID, by: User, at: datetime, **said: Any) -> Recall | Refusal:
    """Call something back, with effect from the moment at which this is committed."""
    return _added(Recall(once=once, created_by=by, created_at=at, **said))


@transaction.atomic
def withdraw(*, recall: Recall, once: UUID, by: User, at: datetime, reason: str) -> RecallWithdrawn | Refusal:
    """End a recall. What was refused because of it may be used from then on."""
    row = RecallWithdrawn(recall=recall, reason=reason, once=once, created_by=by, created_at=at)
    return _added(row, taken=Reason("reason", _("was withdrawn before."), _("Nothing to do.")))
