"""
Whether a device, a cartridge or a product may be used: what is called back, out of use, or past its service.

A recall is effective from the moment at which it was entered. What was charted as done before that moment is
kept, also where it arrives later from a tablet without network: it is what the look-back must find.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from needlework.clinic import current
from needlework.clinic.models.places import Room
from needlework.clinic.models.planning import Plan
from needlework.clinic.models.stock import CartridgeIn, Recall, StockRules, Unit
from needlework.clinic.models.treatment import LateEntry, Session
from needlework.clinic.templatetags.format import day as written
from needlework.loop import recalls, traces
from needlework.loop.traces import spelt
from needlework.records.treat import EventKind
from needlework.records.why import Reason

Data = Mapping[str, Any]

# ── in the chart ─────────────────────────────────────────────────────────────────────────────────────


def against_entry(kind: EventKind, data: Data, *, at: datetime) -> Iterator[Reason]:
    """What is called back, and so may not be charted as used from now on."""
    if kind is EventKind.CARTRIDGE and (handpiece := spelt(data.get("handpiece"))):
        for unit in Unit.objects.filter(part=Unit.Part.HANDPIECE, serial__iexact=handpiece):
            yield from (
                Reason("handpiece", one.problem, one.do)
                for one in against_unit(unit, on=timezone.localdate(at))
            )
    if kind is EventKind.CARTRIDGE and data.get("lot"):
        for recall in standing(at):
            if _of_cartridge(recall, data):
                yield _reason("lot", recall)
    if traces.on_skin(kind, data):
        for recall in standing(at):
            if _on_skin(recall, kind, data):
                yield _reason("topical" if kind is EventKind.TOPICAL else "lot", recall)


def against_use(session: Session, *, at: datetime) -> Iterator[Reason]:
    """What is called back of what a session needles with: device, handpiece, the cartridge opened last."""
    recalled_then = standing(at)
    for unit in (use.unit for use in session.units.select_related("unit")):
        yield from (_reason(str(unit), one) for one in recalled_then if _of_unit(one, unit))
    model = session.plan.as_record()
    yield from (
        _reason(model.device_name, one)
        for one in recalled_then
        if recalls.covers_model(one.as_record(), model.device)
    )
    inside = _may_be_inside(session, at=at)
    found = [one for one in recalled_then if any(_of_cartridge(one, data) for data in inside)]
    yield from (_reason(_("cartridge"), one) for one in found)


def _may_be_inside(session: Session, *, at: datetime) -> list[Data]:
    """
    What may be in the handpiece: what was opened last until then, in the chart or refused by it, and every
    pack that somebody has named since, for nobody knows when that one was opened.
    """
    charted = session.entries.filter(kind=EventKind.CARTRIDGE, at__lte=at).order_by("at", "number")
    late = LateEntry.objects.filter(entry__session=session, kind=EventKind.CARTRIDGE, entry__at__lte=at)
    told = list(late.select_related("entry").order_by("entry__at", "entry__number"))
    opened = [(one.entry.at, one.data) for one in told if one.why] + [(one.at, one.data) for one in charted]
    last = next(iter(sorted(opened, key=lambda one: one[0])[-1:]), None)
    since = [one.data for one in told if not one.why and (last is None or one.entry.at >= last[0])]
    return [*([last[1]] if last else []), *since]


def of_session(session: Session) -> list[Recall]:
    """What is called back of all that a session has used, for its page while it is open."""
    entries = [(one.kind, one.data) for one in session.entries.all()]
    entries += [(one.kind, one.data) for one in LateEntry.objects.filter(entry__session=session)]
    units = [use.unit for use in session.units.select_related("unit")]
    model = session.plan.as_record().device
    return [
        recall
        for recall in standing()
        if recalls.covers_model(recall.as_record(), model)
        or any(_of_unit(recall, unit) for unit in units)
        or any(kind == EventKind.CARTRIDGE and _of_cartridge(recall, data) for kind, data in entries)
        or any(_on_skin(recall, EventKind(kind), data) for kind, data in entries)
    ]


# ── at the opening ───────────────────────────────────────────────────────────────────────────────────


def against_plan(plan: Plan, *, on: date) -> Iterator[Reason]:
    """Why the planned device cannot be used: its model is called back, or none of the clinic's is fit."""
    wanted = plan.as_record()
    found = [one for one in standing() if recalls.covers_model(one.as_record(), wanted.device)]
    yield from (_reason(wanted.device_name, recall) for recall in found)
    units, recalled_now = _units(wanted.device).filter(part=Unit.Part.DEVICE), standing()
    against = {unit: list(against_unit(unit, on=on, among=recalled_now)) for unit in units}
    if against and all(against.values()) and not found:
        yield from (reason for reasons in against.values() for reason in reasons)


def against_unit(unit: Unit, *, on: date, among: list[Recall] | None = None) -> Iterator[Reason]:
    """
    Everything that stands against using this device or handpiece on a day.

    `among` are the recalls in force, where one has asked for them already, for several units.
    """
    stands, name = unit.standing(), f"{unit.get_part_display()} {unit}"
    for recall in standing() if among is None else among:
        if _of_unit(recall, unit):
            yield _reason(name, recall)
    if not stands.in_use:
        says = _("is out of use: %(why)s.") % {"why": stands.why_not.rstrip(".")}
        yield Reason(name, says, _("Use another, or have it put back into use."))
    elif stands.past_due(on) and StockRules.current().past_due == StockRules.PastDue.REFUSE:
        says = _("should have been serviced by %(day)s.") % {"day": written(stands.due_on)}
        yield Reason(name, says, _("Use another, or enter the service that was done."))


def warnings(units: Iterable[Unit], *, on: date) -> list[str]:
    """What is to be known of units that may be used."""
    overdue = [unit for unit in units if unit.standing().past_due(on)]
    words = _("%(unit)s should have been serviced by %(day)s.")
    return [words % {"unit": unit, "day": written(unit.standing().due_on)} for unit in overdue]


def chosen(units: Iterable[Unit], asked: Iterable[str], *, on: date) -> list[Unit] | None:
    """
    The units that a session is opened with: the only fit one of each part, or those that were tapped.

    None where somebody must choose: of several that are fit, or where a handpiece may be named.
    """
    wanted, found, recalled_now = set(asked), [], standing()
    for part in Unit.Part:
        of_part = [one for one in units if one.part == part]
        fit_ones = [one for one in of_part if not any(against_unit(one, on=on, among=recalled_now))]
        tapped = [one for one in of_part if str(one.pk) in wanted]
        if tapped:
            found += tapped[:1]
        elif len(fit_ones) == 1:
            found += fit_ones
        elif fit_ones and f"no-{part}" not in wanted:
            return None
    return found


def units_for(plan: Plan, room: Room | None) -> list[Unit]:
    """The clinic's devices and handpieces of the planned model, at this room's site or of none."""
    site = room.site_id if room else None
    wanted = _units(plan.as_record().device)
    return [unit for unit in wanted if site is None or unit.site_id in (None, site)]


def _units(device: str) -> Any:
    """Those that were not given up for good."""
    kept = Unit.objects.with_standing().filter(device=device)
    return kept.exclude(states__retired=True)


def on_skin() -> list[tuple[str, str]]:
    """What can be called back or looked back from of what is put on skin: key and name."""
    listed = ((one.id, one.name) for one in current.protocol().treat.topical)
    return [(traces.NUMBING, _("Numbing cream")), *listed]


# ── recalls ──────────────────────────────────────────────────────────────────────────────────────────


def recalled(unit: Unit) -> list[Recall]:
    return [recall for recall in standing() if _of_unit(recall, unit)]


def standing(at: datetime | None = None) -> list[Recall]:
    """The recalls in force now, or at a moment."""
    found = Recall.objects.standing().select_related("unit")
    return list(found if at is None else found.filter(created_at__lte=at))


def _of_unit(recall: Recall, unit: Unit) -> bool:
    return recalls.covers_unit(recall.as_record(), device=unit.device, serial=unit.serial)


def _of_cartridge(recall: Recall, data: Data) -> bool:
    lot, serial, gtin = (spelt(data.get(key)) for key in ("lot", "serial", "gtin"))
    may_be = {gtin} if gtin or not recall.gtin else _articles_of(lot) or {""}
    return any(
        recalls.covers_cartridge(recall.as_record(), gtin=one, lot=lot, serial=serial) for one in may_be
    )


def _articles_of(lot: str) -> set[str]:
    """The product codes under which a lot was taken in: two makers may print the same one."""
    return set(CartridgeIn.objects.filter(lot=lot).exclude(gtin="").values_list("gtin", flat=True))


def _on_skin(recall: Recall, kind: EventKind, data: Data) -> bool:
    put = traces.on_skin(kind, data)
    return put is not None and recalls.covers_topical(recall.as_record(), topical=put[0], lot=put[1])


def _reason(key: str, recall: Recall) -> Reason:
    words = _("is recalled (%(source)s, %(day)s).")
    says = words % {"source": recall.source, "day": written(recall.issued_on)}
    return Reason(key, says, recall.todo)
