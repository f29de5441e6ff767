"""Treat: what was done to each zone? Events → Chart → Dose."""

import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from needlework.loop import dose, numbing
from needlework.protocol.schema.devices import Device
from needlework.protocol.schema.treat import Treating
from needlework.records.dose import ZoneDose
from needlework.records.numbing import Numbing, NumbingAlert, NumbingRisk
from needlework.records.plan import Minutes, Plan, ZonePlan
from needlework.records.treat import Cartridge, Chart, Event, EventKind, LatePass, Numbed, Pass
from needlework.records.why import Reason, Refusal

MAY_FOLLOW = {
    "open": frozenset(EventKind) - {EventKind.ADDENDUM},
    "signed": frozenset({EventKind.ADDENDUM, EventKind.ADVERSE}),
}
"""What may be charted before and after the signature: harm always, for somebody faints on the way out."""

CAN_BE_STRUCK = frozenset(
    {
        EventKind.NUMBED, EventKind.WIPED, EventKind.PASS, EventKind.ENDPOINT, EventKind.TOPICAL,
        EventKind.NOTE, EventKind.ADVERSE,
    }
)  # fmt: skip
"""A cartridge that was opened stays opened, a check that was made stays made."""

NO_RISK = NumbingRisk()
SMALLEST_MM = 0.01
LONGEST_PASS_S = 3600.0
MOST_PASSES = 30
LONGEST_NEEDLE_MM = 10.0
"""A setting that is said to be deeper is a slip of the finger, and so not known."""


def chart(events: Sequence[Event], plan: Plan) -> Chart:
    """What these events add up to, in the order in which they were charted."""
    struck = frozenset(str(event.data["corrects"]) for event in events if event.kind is EventKind.STRUCK)
    signature = next((event for event in events if event.kind is EventKind.SIGNED), None)
    needling = [event for event in events if event.kind is EventKind.PASS and event.id not in struck]
    late = [one for one in events if one.late and one.late.kind is EventKind.PASS and one.id not in struck]
    areas = {zone.zone: zone.area_cm2 for zone in plan.zones}
    return Chart(
        signed_by=signature.by if signature else None,
        signed_at=signature.at if signature else None,
        checked=frozenset(str(event.data["check"]) for event in events if event.kind is EventKind.CHECKED),
        numbed=tuple(_numbed(events, struck, plan)),
        cartridges=tuple(cartridge(event.data) for event in events if event.kind is EventKind.CARTRIDGE),
        passes=tuple(needled(event.data, areas) for event in needling),
        late=tuple(late_pass(event.late.data) for event in late if event.late),
        struck=struck,
        last_pass_at=max((event.at for event in [*needling, *late]), default=None),
    )


def use_of(data: Mapping[str, str | int | float]) -> Numbing:
    """The use of a numbing cream of an event's data, as far as the event knows it."""
    return Numbing(
        anaesthetic=str(data["anaesthetic"]),
        grams=float(data["grams"]),
        area_cm2=float(data["area_cm2"]),
        minutes=float(data["minutes"]),
        covered=bool(data.get("covered")),
        warmed=bool(data.get("warmed")),
        broken_skin=bool(data.get("broken_skin")),
        near_eyes=bool(data.get("near_eyes")),
    )


def numbing_alerts(
    use: Numbing, so_far: Chart, knowledge: Treating, risk: NumbingRisk
) -> tuple[NumbingAlert, ...] | Refusal:
    """
    The limits that this use passes in this session, worst first; or that its numbers mean nothing.

    Area adds up: what was charted before it in the session counts, so that no limit is passed in two halves.
    """
    use = dataclasses.replace(
        use,
        after_needling=bool(so_far.passes or so_far.late),
        atopic=risk.atopic,
        at_risk=risk.at_risk,
        allergic=risk.allergic,
    )
    alone = numbing.weigh(use, knowledge)
    if isinstance(alone, Refusal):
        return alone
    before = sum(one.use.area_cm2 for one in so_far.numbed)
    whole = dataclasses.replace(use, area_cm2=min(use.area_cm2 + before, numbing.LARGEST_CM2))
    together = numbing.weigh(whole, knowledge)
    found = {one.limit: one for one in alone.alerts}
    if not isinstance(together, Refusal):
        found |= {one.limit: one for one in together.alerts}
    return tuple(sorted(found.values(), key=lambda alert: not alert.refuse))


def _numbed(events: Sequence[Event], struck: frozenset[str], plan: Plan) -> Iterator[Numbed]:
    """The creams in the order charted; what is wiped off is off from the first wiping after it on."""
    standing = [event for event in events if event.id not in struck]
    for n, event in enumerate(standing):
        if event.kind is EventKind.NUMBED:
            wiped = (later.at for later in standing[n:] if later.kind is EventKind.WIPED)
            on_at = event.at - timedelta(minutes=float(event.data.get("ago_min", 0)))
            lot = str(event.data.get("lot", ""))
            yield Numbed(event.id, use_of(event.data), lot, on_at, next(wiped, None))
        elif event.late and event.late.kind is EventKind.NUMBED and _may_be_on(event):
            wiped = (one.at for one in standing if one.kind is EventKind.WIPED and one.at >= event.at)
            lot, use = str(event.late.data.get("lot", "")), _put_down(event.late.data, plan)
            told = all(event.late.data.get(key) == getattr(use, key) for key in ("grams", "area_cm2"))
            yield Numbed(event.id, use, lot, event.at, next(wiped, None), told=told)


def _may_be_on(event: Event) -> bool:
    """A pack that somebody names after the signature was on the skin in the session, and is not now."""
    return event.kind is not EventKind.ADDENDUM or bool(event.late and event.late.why)


def _put_down(data: Mapping[str, str | int | float], plan: Plan) -> Numbing:
    """
    The use of a cream that was put down in words: it is on the skin, whatever of it is known.

    A number that is missing, or that nobody can mean, gives way to one that can be: all the skin of the plan,
    a gram for each 10 cm², the minutes that were planned.
    """
    skin = min(sum(zone.area_cm2 for zone in plan.zones), numbing.LARGEST_CM2) or 1.0
    area = _known(data.get("area_cm2"), at_most=numbing.LARGEST_CM2) or skin
    planned = min(max(1.0, plan.minutes.anaesthetic), numbing.LONGEST_MIN)
    return use_of(
        {
            **data,
            "anaesthetic": data.get("anaesthetic", ""),
            "grams": _known(data.get("grams"), at_most=numbing.MOST_GRAMS)
            or min(area / 10, numbing.MOST_GRAMS),
            "area_cm2": area,
            "minutes": _known(data.get("minutes"), at_most=numbing.LONGEST_MIN) or planned,
        }
    )


def on_the_skin(so_far: Chart) -> tuple[Numbed, ...]:
    """The creams whose removal is not charted."""
    return tuple(one for one in so_far.numbed if one.off_at is None)


def cartridge(data: Mapping[str, str | int | float]) -> Cartridge:
    """The cartridge of an event's data."""
    lot, serial = (str(data[key]).strip() for key in ("lot", "serial"))
    return Cartridge(lot, serial, date.fromisoformat(str(data["expires"])))


def needled(data: Mapping[str, str | int | float], area_cm2: Mapping[str, float]) -> Pass:
    """The pass of an event's data, over the planned area of its zone."""
    return Pass(
        zone=str(data["zone"]),
        set_depth_mm=float(data["set_depth_mm"]),
        passes=int(data["passes"]),
        seconds=float(data.get("seconds", 0.0)),
        strokes_per_s=float(data.get("strokes_per_s", 0.0)),  # a roller has none, and no clock
        area_cm2=area_cm2[str(data["zone"])],
    )


def deepest_mm(passes: Iterable[Pass], late: Iterable[LatePass]) -> float:
    """The deepest setting of all that was given, in the chart or in words; 0 where none is known. [mm]"""
    settings = [one.set_depth_mm for one in passes] + [one.set_depth_mm for one in late]
    return max(settings, default=0.0)


def may_be_mm(so_far: Chart, plan: Plan) -> float:
    """
    The deepest setting that skin has to heal from, as far as anybody can tell. [mm]

    Where a pass was put down without its depth, it counts as deep as was planned there; in a zone that is
    not in the plan, as the deepest of the plan.
    """
    depths = {zone.zone: zone.set_depth_mm for zone in plan.zones}
    deepest = max(depths.values(), default=0.0)
    unknown = [depths.get(one.zone, deepest) for one in so_far.late if not one.set_depth_mm]
    return max([deepest_mm(so_far.passes, so_far.late), *unknown])


def late_pass(data: Mapping[str, str | int | float]) -> LatePass:
    """The pass that was put down in words, as far as its numbers are any."""
    return LatePass(
        zone=str(data.get("zone", "")),
        set_depth_mm=_known(data.get("set_depth_mm"), at_most=LONGEST_NEEDLE_MM),
        passes=int(_known(data.get("passes"), at_most=1000)) or 1,
    )


def _known(value: str | int | float | None, *, at_most: float) -> float:
    """A number of something that was refused, for that number perhaps; 0 where it is none."""
    told = isinstance(value, int | float) and math.isfinite(value) and 0 < value <= at_most
    return float(value) if told and value is not None else 0.0


def doses(
    passes: Iterable[Pass], plan: Plan, *, device: Device | None, late: Sequence[LatePass] = ()
) -> tuple[ZoneDose, ...]:
    """
    What each zone of the plan has had, in the plan's order; zones not yet needled are left out.

    `late` are the passes that were put down in words: a zone has had them too, and no number counts them.
    """
    by_zone: dict[str, list[Pass]] = {}
    for one in passes:
        by_zone.setdefault(one.zone, []).append(one)
    known = {zone.zone: [one for one in late if one.zone == zone.zone] for zone in plan.zones}
    return tuple(
        _dose(zone, by_zone.get(zone.zone, []), known[zone.zone], device)
        for zone in plan.zones
        if zone.zone in by_zone or known[zone.zone]
    )


def per_cm2(passes: Iterable[Pass], device: Device | None) -> float | None:
    """
    Mean punctures per square centimetre of some passes over one zone. [1/cm²]

    A pen is reckoned by its strokes in the time charted, a roller by how often its drum went over the skin.
    None where the needle count was not seen, the drum not measured, or the device is not known any more: no
    number is better than a guess.
    """
    if device is None:
        return None
    needles, drum = device.needles, device.drum
    if needles is None or (device.kind == "roller" and drum is None):
        return None
    if device.kind == "roller" and drum is not None:
        once = dose.density_per_roll(needles=needles, diameter_cm=drum.diameter_cm, width_cm=drum.width_cm)
        return once * sum(one.passes for one in passes)
    return sum(
        dose.density(
            needles=needles, strokes_per_s=one.strokes_per_s, seconds=one.seconds, area_cm2=one.area_cm2
        )
        for one in passes
    )


def minutes_left(so_far: Chart, plan: Plan, knowledge: Treating, *, at: datetime) -> Minutes:
    """
    What is left of the plan's minutes at this moment. An estimate: nobody is hurried by it.

    Checks that are open share the preparation; a cream that is on takes as long as was planned for it; each
    zone what its passes have left over of its needling.
    """
    open_ = [check for check in knowledge.check if check.id not in so_far.checked]
    share = len(open_) / len(knowledge.check) if knowledge.check else 0.0
    needling = sum(needling_left_s(zone, so_far.passes) for zone in plan.zones)
    return Minutes(
        preparation=plan.minutes.preparation * share,
        anaesthetic=_numbing_left(so_far, plan, at=at),
        needling=needling / 60,
        aftercare=plan.minutes.aftercare,
    )


def needling_left_s(zone: ZonePlan, passes: Iterable[Pass]) -> float:
    """Planned seconds of a zone that are not charted yet; by passes where no time was taken (a roller)."""
    here = [one for one in passes if one.zone == zone.zone]
    seconds = sum(one.seconds for one in here)
    by_passes = zone.needling_s * sum(one.passes for one in here if not one.seconds) / max(1, zone.passes)
    return max(0.0, zone.needling_s - seconds - by_passes)


def _numbing_left(so_far: Chart, plan: Plan, *, at: datetime) -> float:
    on = on_the_skin(so_far)
    if on:
        ends = max(one.on_at + timedelta(minutes=one.use.minutes) for one in on)
        return max(0.0, (ends - at).total_seconds() / 60)
    return 0.0 if so_far.numbed or so_far.passes else plan.minutes.anaesthetic


def reasons_against(
    event: Event,
    events: Sequence[Event],
    plan: Plan,
    device: Device,
    knowledge: Treating,
    *,
    on: date,
    risk: NumbingRisk = NO_RISK,
) -> tuple[Reason, ...]:
    """Why this event may not be charted now; empty where it may."""
    so_far = chart(events, plan)
    stage = "signed" if so_far.signed_at else "open"
    if event.kind not in MAY_FOLLOW[stage]:
        return (_wrong_time(event.kind, so_far),)
    match event.kind:
        case EventKind.CHECKED:
            found = _against_check(event, knowledge)
        case EventKind.NUMBED:
            found = _against_numbed(event, so_far, knowledge, risk)
        case EventKind.WIPED:
            found = _against_wiping(so_far)
        case EventKind.CARTRIDGE:
            found = _against_cartridge(event, so_far, on=on)
        case EventKind.PASS:
            found = _against_pass(event, so_far, plan, device, knowledge)
        case EventKind.ENDPOINT:
            found = _against_zone(str(event.data.get("zone", "")), plan)
        case EventKind.ADVERSE:
            found = _against_adverse(event, plan)
        case EventKind.TOPICAL:
            found = _against_topical(event, knowledge)
        case EventKind.STRUCK:
            found = _against_striking(event, events, so_far)
        case EventKind.SIGNED:
            found = _against_signing(so_far, events)
        case EventKind.NOTE | EventKind.ADDENDUM:
            found = _against_empty(event)
    return tuple(found)


def _dose(
    zone: ZonePlan, passes: Sequence[Pass], late: Sequence[LatePass], device: Device | None
) -> ZoneDose:
    return ZoneDose(
        zone=zone.zone,
        deepest_mm=deepest_mm(passes, late),
        passes=sum(one.passes for one in passes),
        seconds=sum(one.seconds for one in passes),
        per_cm2=per_cm2(passes, device) if passes else None,
        target_per_cm2=zone.target_per_cm2,
        late=sum(one.passes for one in late),
    )


def _wrong_time(kind: EventKind, so_far: Chart) -> Reason:
    if so_far.signed_at:
        return Reason(
            "session", f"was signed by {so_far.signed_by} and is locked.", "Add an addendum instead."
        )
    return Reason("session", f"takes no {kind} before it is signed.", "Chart it as a note.")


def _against_check(event: Event, knowledge: Treating) -> Iterator[Reason]:
    known = {check.id for check in knowledge.check}
    if event.data.get("check") not in known:
        yield Reason(
            "check",
            f"{event.data.get('check')!r} is not on the checklist.",
            f"One of: {', '.join(sorted(known))}.",
        )


def _against_numbed(event: Event, so_far: Chart, knowledge: Treating, risk: NumbingRisk) -> Iterator[Reason]:
    try:
        use = use_of(event.data)
        ago = float(event.data.get("ago_min", 0))
    except (KeyError, TypeError, ValueError):
        yield Reason("grams", "or another number is missing.", "Give grams, cm² and minutes as numbers.")
        return
    if not 0 <= ago <= numbing.LONGEST_MIN:  # not a number fails as well
        yield Reason("ago_min", f"is {ago:g} min.", f"Give 0 to {numbing.LONGEST_MIN:g} min.")
    found = numbing_alerts(use, so_far, knowledge, risk)
    if isinstance(found, Refusal):
        keys = {"cream": "anaesthetic", "area-cm2": "area_cm2"}
        yield from (Reason(keys.get(one.key, one.key), one.problem, one.do) for one in found.reasons)
        return
    for alert in found:
        if alert.refuse:
            cited = ", ".join(source.key for source in alert.sources)
            yield Reason("anaesthetic", f"goes beyond a limit: {alert.say}", f"{alert.do} ({cited})")


def _against_wiping(so_far: Chart) -> Iterator[Reason]:
    if not on_the_skin(so_far):
        yield Reason("cream", "is not on the skin, as far as it was charted.", "Chart it first, or a note.")


def _against_cream_on(so_far: Chart) -> Iterator[Reason]:
    for one in on_the_skin(so_far):
        how_much = (
            f"{one.use.grams:g} g over {one.use.area_cm2:g} cm²" if one.told else "how much is not known"
        )
        problem = f"is still on the skin, as far as it was charted: {how_much}."
        yield Reason("cream", problem, "Wipe all of it off, and chart that.")


def _against_cartridge(event: Event, so_far: Chart, *, on: date) -> Iterator[Reason]:
    for key in ("lot", "serial"):
        if not str(event.data.get(key, "")).strip():
            yield Reason(key, "is empty.", f"Read the {key} off the pack.")
    try:
        opened = cartridge({"lot": "", "serial": "", **event.data})
    except (KeyError, ValueError):
        yield Reason(
            "expires", f"is {event.data.get('expires')!r}, which is no day.", "Write it as 2027-03-31."
        )
        return
    if opened.expires < on:
        yield Reason(
            "expires",
            f"was {opened.expires}: this cartridge has expired.",
            "Take another, and set this one aside.",
        )
    if any((opened.lot, opened.serial) == (other.lot, other.serial) for other in so_far.cartridges):
        yield Reason("serial", "was already opened in this session.", "Nothing to do: it is charted.")


def _against_pass(
    event: Event, so_far: Chart, plan: Plan, device: Device, knowledge: Treating
) -> Iterator[Reason]:
    for check in knowledge.check:
        if check.id not in so_far.checked:
            yield Reason("checklist", f"is open: {check.say}", "Tick it once it is done.")
    yield from _against_cream_on(so_far)
    if not so_far.cartridges:
        yield Reason("cartridge", "is not charted.", "Chart the lot and expiry of the cartridge first.")
    yield from _against_zone(str(event.data.get("zone", "")), plan)
    yield from _against_numbers(event.data, device)
    depth = event.data.get("set_depth_mm")
    for wall in (zone.walls[0] for zone in plan.zones if zone.zone == event.data.get("zone")):
        if isinstance(depth, int | float) and depth > wall.limit_mm:
            do = f"Set {wall.limit_mm:g} mm or less."
            yield Reason("set_depth_mm", f"is beyond {wall.limit_mm:g} mm: {wall.says}", do)


def _against_numbers(data: Mapping[str, str | int | float], device: Device) -> Iterator[Reason]:
    for key, low, high, unit in _bounds(device):
        value = data.get(key, 0 if low == 0 else None)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            yield Reason(key, f"is {value!r}, which is no number.", f"Give a number in {unit}.")
        elif not low <= value <= high:
            fits = f"Give {low:g} to {high:g} {unit}." if low < high else f"Give {low:g} {unit}."
            yield Reason(key, f"is {value:g} {unit}.", fits)
        elif key == "passes" and value != int(value):
            yield Reason(key, f"is {value:g}, and a pass is whole.", "Give a whole number of passes.")


def _bounds(device: Device) -> Iterator[tuple[str, float, float, str]]:
    """What each number of a pass may be. A roller has no strokes, and nobody need take its time."""
    yield "set_depth_mm", max(SMALLEST_MM, device.shallowest_mm), device.deepest_mm, "mm"
    yield "passes", 1, MOST_PASSES, "passes"
    if device.kind == "roller":
        yield "seconds", 0, LONGEST_PASS_S, "s"
        yield "strokes_per_s", 0, 0, "strokes/s"
    else:
        slow, fast = device.strokes_per_s or (1.0, 500.0)
        yield "seconds", 0.1, LONGEST_PASS_S, "s"
        yield "strokes_per_s", round(slow, 1) - 0.1, round(fast, 1) + 0.1, "strokes/s"


def _against_zone(zone: str, plan: Plan) -> Iterator[Reason]:
    planned = [one.zone for one in plan.zones]
    if zone not in planned:
        yield Reason("zone", f"{zone!r} is not in this plan.", f"One of: {', '.join(planned)}.")


def _against_adverse(event: Event, plan: Plan) -> Iterator[Reason]:
    """Harm is always chartable: a faint has no zone."""
    if not str(event.data.get("what", "")).strip():
        yield Reason("what", "is empty.", "Say what happened.")
    if zone := str(event.data.get("zone", "")):
        for reason in _against_zone(zone, plan):
            yield Reason(reason.key, reason.problem, f"{reason.do} Or leave it empty and say where in words.")


def _against_topical(event: Event, knowledge: Treating) -> Iterator[Reason]:
    listed = {topical.id: topical for topical in knowledge.topical}
    topical = listed.get(str(event.data.get("topical")))
    if topical is None:
        yield Reason("topical", f"{event.data.get('topical')!r} is not on the protocol's list.",
                     "Use only what is listed on open channels.")  # fmt: skip
    elif not topical.allowed:
        yield Reason("topical", f"{topical.name} is barred on open channels: {topical.say}", "Leave it off.")
    elif not str(event.data.get("lot", "")).strip() and not event.data.get("without_lot"):
        yield Reason("lot", "is missing.", "Type it from the pack, or tick that there is none on it.")


def _against_striking(event: Event, events: Sequence[Event], so_far: Chart) -> Iterator[Reason]:
    target = next((one for one in events if one.id == event.data.get("corrects")), None)
    if target is None:
        yield Reason("corrects", "names no entry of this session.", "Choose the entry to strike.")
    elif target.kind not in CAN_BE_STRUCK:
        yield Reason("corrects", f"a {target.kind} entry cannot be struck.", "Chart a note that explains it.")
    elif target.id in so_far.struck:
        yield Reason("corrects", "was struck before.", "Nothing to do.")
    if not str(event.data.get("reason", "")).strip():
        yield Reason("reason", "is empty.", "Say why it was charted in error.")


def _against_signing(so_far: Chart, events: Sequence[Event]) -> Iterator[Reason]:
    """A visit that ended before the first pass is signed as well, with a note that says why."""
    yield from _against_cream_on(so_far)
    noted = any(event.kind is EventKind.NOTE and event.id not in so_far.struck for event in events)
    if not so_far.passes and not noted:
        do = "Chart what was done, or a note that says why nothing was."
        yield Reason("session", "has no pass to sign for.", do)


def _against_empty(event: Event) -> Iterator[Reason]:
    if not str(event.data.get("text", "")).strip():
        yield Reason("text", "is empty.", "Write the note.")
