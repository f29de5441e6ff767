"""What the session's page shows: where the session stands, the zone at hand, what was charted."""

import dataclasses
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from needlework.clinic import current, fit, spared
from needlework.clinic.models.treatment import Session, SessionEntry
from needlework.clinic.templatetags.format import number
from needlework.clinic.treat import even, late, midway, opening, phrases, words
from needlework.clinic.treat.forms import (
    AddendumForm,
    AdverseForm,
    CartridgeForm,
    CheckedForm,
    EndpointForm,
    EntryForm,
    NoteForm,
    NumbedForm,
    PassForm,
    SignedForm,
    StruckForm,
    TopicalForm,
    WipedForm,
)
from needlework.loop import nogo, numbing, treat
from needlework.protocol.schema.devices import Device
from needlework.protocol.schema.plan import Glide
from needlework.protocol.schema.protocol import Protocol
from needlework.records.dose import ZoneDose
from needlework.records.numbing import NumbingRisk
from needlework.records.plan import Plan, ZonePlan
from needlework.records.treat import Chart, EventKind, Late
from needlework.records.why import Refusal

COARSE_STEP_MM = 0.05
"""The stepper's stride where the maker's step is not known."""

ALWAYS = frozenset(
    {EventKind.NOTE, EventKind.ADVERSE, EventKind.STRUCK, EventKind.SIGNED, EventKind.NUMBED, EventKind.WIPED}
)
SHOWN: Mapping[str, frozenset[EventKind]] = {
    "check": ALWAYS | {EventKind.CHECKED},
    "cartridge": ALWAYS | {EventKind.CARTRIDGE},
    "needle": ALWAYS | {EventKind.CARTRIDGE, EventKind.PASS, EventKind.ENDPOINT, EventKind.TOPICAL},
    "signed": frozenset({EventKind.ADDENDUM, EventKind.ADVERSE}),
}
"""The forms that each step of a session has on its page."""


def sheet(
    session: Session,
    device: Device | None,
    protocol: Protocol,
    *,
    zone: str,
    refused: EntryForm | None,
    ahead: str = "",
    now: str = "",
) -> dict[str, Any]:
    """
    The context of the page. `refused` is the form that could not be charted, shown as it was typed.

    `now` is what has just gone wrong, by the protocol's id: the page says what to do.
    `ahead` is a step that the session has not come to: a tablet fetches its page before the network goes.
    """
    entries = list(
        session.entries.select_related("created_by", "late__made_by").prefetch_related("incidents")
    )
    plan, events = session.plan.as_record(), [entry.as_record() for entry in entries]
    chart = treat.chart(events, plan)
    counted = current.planned_device(plan)
    given = treat.doses(chart.passes, plan, device=counted, late=chart.late) if counted else ()
    doses = {dose.zone: dose for dose in given}
    step = _step(chart, protocol)
    if ahead in SHOWN and "signed" not in {ahead, step}:
        step = ahead
    if refused is not None and "zone" in refused.fields:
        zone = str(refused["zone"].value())
    chosen = _chosen(plan, doses, zone) if step == "needle" else None
    marks = spared.shown(session.patient, on=timezone.localdate())
    forms = _Forms(refused)
    zones = [(one.zone, one.name) for one in plan.zones]
    then = current.planned(plan)  # a chart keeps the words that it was made in
    told = [words.sentence(EventKind(entry.kind), entry.data, plan, then) for entry in entries]
    lines = list(_timeline(entries, told, forms, told_late=lambda one: late.told(one, plan, then)))
    at_hand = (
        _at_hand(session, chosen, device, events, doses, forms, protocol.plan.glide)
        if chosen and device
        else None
    )
    here = [one for one in marks if chosen and one["mark"].zone == chosen.zone]
    if at_hand and here:
        at_hand["form"].fields[nogo.WORD].widget.attrs["required"] = (
            True  # a tablet without network asks as well
        )
    context = {
        "session": session,
        "plan": plan,
        "device": device,
        "chart": chart,
        "step": step,
        "all_done": len(doses) == len(plan.zones),
        "checks": list(_checks(entries, protocol, forms)),
        "numbed": list(_numbed(chart, protocol, opening.numbing_risk(session.plan))),
        "creams_on": len(treat.on_the_skin(chart)),
        "creams": protocol.treat.anaesthetic,
        "numbing": forms.of(NumbedForm, initial={"area_cm2": round(sum(one.area_cm2 for one in plan.zones))}),
        "wiping": forms.of(WipedForm),
        "cartridge": forms.of(CartridgeForm),
        "zones": _zones(session, plan, doses, chosen, protocol),
        "zone": chosen,
        "marks": marks,
        "spared": here,
        "at_hand": at_hand,
        "topical": forms.of(TopicalForm),
        "allowed": [one for one in protocol.treat.topical if one.allowed],
        "barred": [one for one in protocol.treat.topical if not one.allowed],
        "harm": _harm(
            session,
            protocol,
            forms,
            now=now,
            zones=zones,
            at=chosen.zone if chosen else "",
            signed=bool(chart.signed_at),
        ),
        "note": forms.of(NoteForm, products=fit.on_skin()),
        "phrases": phrases.now(),
        "left": _left(chart, plan, protocol),
        "signing": forms.of(SignedForm),
        "addendum": forms.addendum(told_of=lambda form: words.typed(form, plan, protocol)),
        "doses": [{"zone": one, "dose": doses.get(one.zone)} for one in plan.zones],
        "stopped": [] if chart.signed_at else midway.shown(session, at=timezone.now()),
        "entries": lines,
        "late": [line for line in lines if line["late"] and not line["struck"]],
        "last": entries[-1] if entries else None,
        "known": len(entries),  # what this page shows, whatever is charted while it is being drawn
        "refused": refused,
    }
    placed = forms.placed and refused is not None and refused.kind in SHOWN[step]
    return {**context, "lone": None if placed else refused}


class _Forms:
    """
    The page's forms: fresh ones, and the refused one in the place where it was sent from.

    Where it has no place any more, as after a signature, the page tells its reasons on top.
    """

    def __init__(self, refused: EntryForm | None) -> None:
        self.refused, self.placed = refused, False

    def of(self, shape: type[EntryForm], *, name: str = "", key: str = "", **form: Any) -> EntryForm:
        """The form of a kind; `key` is the field that tells several apart, `name` goes into the ids."""
        sent = self.refused
        initial = form.get("initial", {})
        if isinstance(sent, shape) and (not key or sent[key].value() == initial.get(key)):
            self.placed = True
            return sent
        return shape(name=name, **form)

    def addendum(self, *, told_of: Any) -> EntryForm:
        """The addendum, begun with what was typed into a form that came after the signature."""
        sent = self.refused
        if isinstance(sent, AddendumForm):
            self.placed = True
            return sent
        text = told_of(sent) if sent is not None else ""
        begun = {"text": text, "late": late.carried(sent) if sent is not None and text else ""}
        return AddendumForm(initial=begun, products=fit.on_skin())


def _step(chart: Chart, protocol: Protocol) -> str:
    """What the session waits for, which decides the page's one primary action."""
    if chart.signed_at:
        return "signed"
    if any(check.id not in chart.checked for check in protocol.treat.check):
        return "check"
    return "needle" if chart.cartridges else "cartridge"


def _chosen(plan: Plan, doses: Mapping[str, ZoneDose], asked: str) -> ZonePlan | None:
    """The zone that was asked for, else the first that has had nothing yet; None where all are done."""
    by_id = {one.zone: one for one in plan.zones}
    return by_id.get(asked) or next((one for one in plan.zones if one.zone not in doses), None)


def _checks(entries: Sequence[SessionEntry], protocol: Protocol, forms: _Forms) -> Iterator[dict[str, Any]]:
    ticked = {entry.data["check"]: entry for entry in entries if entry.kind == EventKind.CHECKED}
    for check in protocol.treat.check:
        entry = ticked.get(check.id)
        form = (
            None if entry else forms.of(CheckedForm, name=check.id, key="check", initial={"check": check.id})
        )
        yield {"check": check, "entry": entry, "form": form}


def _numbed(chart: Chart, protocol: Protocol, risk: NumbingRisk) -> Iterator[dict[str, Any]]:
    """Each cream with its clock and the limits that it passes: by the planned time, then the true one."""
    on = treat.on_the_skin(chart)
    for n, one in enumerate(chart.numbed):
        minutes = (one.off_at - one.on_at).total_seconds() / 60 if one.off_at else None
        use = dataclasses.replace(one.use, minutes=minutes or one.use.minutes, atopic=risk.atopic)
        before = dataclasses.replace(chart, numbed=chart.numbed[:n], passes=())
        alerts = treat.numbing_alerts(use, before, protocol.treat, risk)
        limit = numbing.longest(use, protocol.treat)
        yield {
            "one": one,
            "name": words.cream(one.use.anaesthetic, protocol) or _("Numbing cream"),
            "on": one in on,
            "since_ms": int(one.on_at.timestamp() * 1000),
            "limit": limit,
            "longest": min(one.use.minutes, limit.above) if limit else one.use.minutes,
            "minutes": minutes,
            "alerts": [] if isinstance(alerts, Refusal) else alerts,
        }


def _zones(
    session: Session, plan: Plan, doses: Mapping[str, ZoneDose], chosen: ZonePlan | None, protocol: Protocol
) -> list[dict[str, Any]]:
    """The zones of the map, each filled by its dose against the target."""
    planned = {one.zone: one for one in plan.zones}
    url = reverse("session", args=[session.pk])
    return [
        {
            "id": zone.id,
            "name": zone.name,
            "state": _state(zone.id, planned, doses, chosen),
            "value": _value(planned.get(zone.id), doses.get(zone.id)),
            "fill": _fill(doses.get(zone.id)),
            "url": f"{url}?zone={zone.id}#now" if zone.id in planned else "",
        }
        for zone in protocol.zones.zone
    ]


def _state(
    zone: str, planned: Mapping[str, ZonePlan], doses: Mapping[str, ZoneDose], chosen: ZonePlan | None
) -> str:
    if zone not in planned:
        return "none"
    if chosen and zone == chosen.zone:
        return "doing"
    return "done" if zone in doses else "planned"


def _value(zone: ZonePlan | None, dose: ZoneDose | None) -> str:
    """The dose, or the passes of a device whose dose nobody can tell; the plan before there is one."""
    if dose is None:
        return f"{zone.set_depth_mm:g} mm" if zone else ""
    if dose.per_cm2 is None:
        return _("%(passes)s passes") % {"passes": dose.passes + dose.late}
    least = "≥ " if dose.late else ""
    if dose.target_per_cm2:
        return f"{least}{100 * dose.per_cm2 / dose.target_per_cm2:.0f} %"
    return f"{least}{number(dose.per_cm2, 0)} /cm²"


def _fill(dose: ZoneDose | None) -> float | None:
    if dose is None:
        return None
    if dose.per_cm2 is None or not dose.target_per_cm2:
        return 1.0
    return round(min(1.0, dose.per_cm2 / dose.target_per_cm2), 2)


def _at_hand(
    session: Session,
    zone: ZonePlan,
    device: Device,
    events: Sequence[Any],
    doses: Mapping[str, ZoneDose],
    forms: _Forms,
    hand: Glide,
) -> dict[str, Any]:
    """The zone being worked on, with the fields of its pass as the wall, the clock and the dose take them."""
    dose = doses.get(zone.zone)
    last = [event.data for event in events if event.kind is EventKind.PASS]
    here = [data for data in last if data["zone"] == zone.zone]
    slowest = device.strokes_per_s[0] if device.strokes_per_s else None
    roller = device.kind == "roller"
    form = forms.of(
        PassForm,
        key="zone",
        initial={
            "zone": zone.zone,
            "set_depth_mm": here[-1]["set_depth_mm"] if here else zone.set_depth_mm,
            "passes": max(1, zone.passes - dose.passes - dose.late) if dose else zone.passes,
            "seconds": 0,
            "strokes_per_s": 0 if roller else _plain(last[-1]["strokes_per_s"] if last else slowest),
        },
    )
    wall = midway.wall(zone, session.plan, device)
    return {
        "form": form,
        "dose": dose,
        "depth": form["set_depth_mm"].value() or 0,
        "depth_error": " ".join(str(error) for error in form["set_depth_mm"].errors),
        "seconds": form["seconds"].value() or 0,
        "step": device.step_mm or COARSE_STEP_MM,
        "minimum": max(device.shallowest_mm, device.step_mm or COARSE_STEP_MM),
        "limit": wall.limit_mm,
        "limit_says": f"{wall.name}: {wall.says}",
        "storage_key": f"{session.pk}-{zone.zone}",
        "one_speed": device.strokes_per_s is not None and device.strokes_per_s[0] == device.strokes_per_s[1],
        "strokes": device.strokes_per_s,
        "roller": roller,
        "turn_cm2": math.pi * device.drum.diameter_cm * device.drum.width_cm if device.drum else None,
        "countable": device.needles is not None and (not roller or device.drum is not None),
        "spread": json.dumps(even.patterns(device, hand, passes=zone.passes)) if zone.target_per_cm2 else "",
        "endpoint": forms.of(EndpointForm, key="zone", initial={"zone": zone.zone}),
    }


def _plain(value: Any) -> Any:
    """120 rather than 120.0, as somebody would type it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _left(chart: Chart, plan: Plan, protocol: Protocol) -> dict[str, Any]:
    """About how many minutes are left, and of what; the zones by themselves, for a tablet that counts on."""
    left = treat.minutes_left(chart, plan, protocol.treat, at=timezone.now())
    open_s = {one.zone: treat.needling_left_s(one, chart.passes) for one in plan.zones}
    zones = {one.zone: [round(one.needling_s), round(open_s[one.zone])] for one in plan.zones}
    parts = (
        (_("preparation"), left.preparation),
        (_("numbing"), left.anaesthetic),
        (_("needling"), left.needling),
        (_("aftercare"), left.aftercare),
    )
    return {
        "minutes": math.ceil(left.total),
        "parts": [(name, math.ceil(minutes)) for name, minutes in parts if minutes > 0],
        "zones": json.dumps(zones),
        "rest": round(left.total - left.needling, 1),
    }


# ── harm ─────────────────────────────────────────────────────────────────────────────────────────────


def _harm(
    session: Session,
    protocol: Protocol,
    forms: _Forms,
    *,
    now: str,
    zones: list[tuple[str, str]],
    at: str,
    signed: bool,
) -> dict[str, Any]:
    """What can go wrong, worst first, with what to do now, and the numbers to call at this site."""
    site = session.room.site
    called = {"emergency": _("call now"), "urgent": _("act now"), "stop": _("stop")}
    tones = {"emergency": "emergency", "urgent": "urgent", "stop": "caution"}
    known = {one.id for one in protocol.treat.adverse}
    form = forms.of(AdverseForm, zones=zones, initial={"zone": at})
    return {
        "signs": [
            {
                "sign": one,
                "tone": tones[one.urgency],
                "word": called[one.urgency],
                "form": AdverseForm(name=f"harm-{one.id}", zones=zones, initial={"sign": one.id}),
                "done": _what_was_done(one.id, signed=signed),
            }
            for one in protocol.treat.adverse
        ],
        "shown": now if now in known else "",
        "open": now in known or bool(form.errors),
        "form": form,
        "emergency_phone": site.emergency_phone,
        "emergency_tel": _dialled(site.emergency_phone),
        "phone": site.phone,
        "tel": _dialled(site.phone),
    }


def _what_was_done(sign: str, *, signed: bool) -> EntryForm:
    """A note; of harm that came after the signature an addendum."""
    name, label = f"done-{sign}", _("What was done")
    return AddendumForm(name=name, label=label) if signed else NoteForm(name=name, label=label)


def _dialled(phone: str) -> str:
    """A number as a telephone takes it: digits, and a + in front."""
    return "".join(one for one in phone if one.isdigit() or one == "+")


# ── what was charted ─────────────────────────────────────────────────────────────────────────────────


def _timeline(
    entries: Sequence[SessionEntry],
    told: Sequence[str],
    forms: _Forms,
    *,
    told_late: Callable[[Late], str],
) -> Iterator[dict[str, Any]]:
    """
    Newest first; a correction stands under what it corrects, and both stay readable.

    What was put down in words stands where it happened, by its own time.
    """
    corrections = {entry.data["corrects"]: entry for entry in entries if entry.kind == EventKind.STRUCK}
    for entry, said in reversed(_in_place(list(zip(entries, told, strict=True)))):
        if entry.kind == EventKind.STRUCK:
            continue
        open_ = EventKind(entry.kind) in treat.CAN_BE_STRUCK and str(entry.pk) not in corrections
        initial = {"corrects": str(entry.pk)}
        yield {
            "entry": entry,
            "words": said,
            "struck": corrections.get(str(entry.pk)),
            "mark": _mark(entry),
            "late": _told_late(entry, told_late),
            "form": forms.of(StruckForm, name=f"strike-{entry.number}", key="corrects", initial=initial)
            if open_
            else None,
        }


def _in_place(lines: list[tuple[SessionEntry, str]]) -> list[tuple[SessionEntry, str]]:
    """In the order of the chart, and what was put down in words before the first that was made after it."""
    placed = [line for line in lines if line[0].put_down is None]
    for line in lines:
        if line[0].put_down is not None:
            after = (n for n, (entry, _said) in enumerate(placed) if entry.at > line[0].at)
            placed.insert(next(after, len(placed)), line)
    return placed


def _mark(entry: SessionEntry) -> str:
    if entry.kind == EventKind.ADVERSE:
        return "needs"
    return "caution" if entry.put_down else "clear"


def _told_late(entry: SessionEntry, told: Callable[[Late], str]) -> dict[str, Any] | None:
    """What an entry puts down in words: what was done, by whom, why it was refused, and what it asks for."""
    if (row := entry.put_down) is None:
        return None
    said = row.as_record()
    return {
        "words": told(said),
        "by": row.made_by or entry.created_by,
        "why": said.why,
        "uncounted": said.kind is EventKind.PASS,
        "served_before": row.served_before,
    }
