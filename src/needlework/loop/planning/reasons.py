"""Reasons: everything that stands in the way of a proposal, each with what to do about it."""

from collections.abc import Iterable, Iterator, Mapping

from needlework.loop import walls
from needlework.loop.planning import numbers
from needlework.loop.planning.shelf import Shelf
from needlework.protocol.near import did_you_mean
from needlework.protocol.schema.devices import Device
from needlework.protocol.schema.places import Place
from needlework.protocol.schema.plan import Technique
from needlework.records.plan import Goals
from needlework.records.screen import Outcome, Verdict
from needlework.records.why import Reason

LEAVE_ZONE = "Leave the zone out."


def against(goals: Goals, shelf: Shelf, verdict: Verdict | None) -> Iterator[Reason]:
    """Why no course is proposed. What is named wrongly comes first: the rest could not be asked yet."""
    if verdict is not None:
        yield from barred_person(verdict)
    amiss = (*_unknown(goals, shelf), *_unchosen(goals), *_impossible(goals))
    yield from amiss
    if not amiss:
        if verdict is not None:
            yield from barred_zones(goals.zones, verdict)
        yield from _unfit(goals, shelf)


def closest(word: str, words: Iterable[str]) -> str:
    """
    What may have been meant, or what there is.

    >>> closest("cheks", ("cheeks", "chin")), closest("x", ("cheeks", "chin"))
    ('Did you mean "cheeks"?', 'One of: cheeks, chin.')
    """
    known = sorted(words)
    return did_you_mean(word, known, otherwise=f"One of: {', '.join(known)}.")


# ── the screening ────────────────────────────────────────────────────────────────────────────────────


def barred_person(verdict: Verdict) -> Iterator[Reason]:
    """What is absolute for the whole person."""
    for one in verdict.findings:
        if one.outcome is Outcome.ABSOLUTE and not one.zones:
            yield Reason(one.rule, one.say, "No course is proposed while this stands.")


def barred_zones(zones: Iterable[str], verdict: Verdict) -> Iterator[Reason]:
    """Zones that the screening did not ask about, and what is absolute in them alone."""
    for id_ in dict.fromkeys(zones):
        if verdict.zones and id_ not in verdict.zones:
            yield Reason(id_, "is not screened.", "Ask about this zone first.")
        for one in verdict.findings:
            if one.outcome is Outcome.ABSOLUTE and id_ in one.zones:
                yield Reason(id_, one.say, "Leave the zone out while this stands.")


# ── names and numbers ────────────────────────────────────────────────────────────────────────────────


def _unknown(goals: Goals, shelf: Shelf) -> Iterator[Reason]:
    """Names that this protocol does not hold, and skin that is never needled."""
    named: list[tuple[str, Iterable[str], Mapping[str, object]]] = [
        ("device", (goals.device,), shelf.devices),
        ("place", (goals.place,), shelf.places),
        ("concern", goals.concerns, shelf.concerns),
        ("zone", (*goals.zones, *goals.area_cm2, *goals.depth_mm), shelf.zones),
    ]
    for key, wanted, there in named:
        for id_ in dict.fromkeys(wanted):
            if key == "zone" and id_ in shelf.excluded:
                yield Reason(id_, shelf.excluded[id_].say, "Leave it out: it is never needled.")
            elif id_ not in there:
                yield Reason(key, f"{id_!r} is not a {key} of this protocol.", closest(id_, there))


def _unchosen(goals: Goals) -> Iterator[Reason]:
    for key, given in (("concern", goals.concerns), ("zone", goals.zones)):
        if not given:
            yield Reason(key, "none is chosen.", f"Choose at least one {key}.")


def _impossible(goals: Goals) -> Iterator[Reason]:
    for zone, area_cm2 in goals.area_cm2.items():
        if not numbers.is_area(area_cm2):
            yield Reason(zone, f"has an area of {area_cm2:g} cm².", numbers.GIVE_AREA)
    for zone, depth_mm in goals.depth_mm.items():
        if not numbers.is_depth(depth_mm):
            yield Reason(zone, f"has a depth of {depth_mm:g} mm.", numbers.GIVE_DEPTH)


# ── the protocol ─────────────────────────────────────────────────────────────────────────────────────


def _unfit(goals: Goals, shelf: Shelf) -> Iterator[Reason]:
    """What this protocol, this licence or this handpiece does not do."""
    device, place = shelf.devices[goals.device], shelf.places[goals.place]
    if not place.may_needle:
        yield Reason("place", place.says, "Plan it for somebody whose licence allows needling.")
    concerns = []
    for id_ in dict.fromkeys(goals.concerns):
        if shelf.concerns[id_].support == "not-a-use":
            why = shelf.concerns[id_].limits or "is not a use of needling."
            yield Reason(id_, why, "Leave the concern out.")
        else:
            concerns.append(id_)
    if concerns:  # else nothing is left that a zone could lack a technique for
        yield from _untreatable(goals, concerns, shelf, device, place)


def _untreatable(
    goals: Goals, concerns: list[str], shelf: Shelf, device: Device, place: Place
) -> Iterator[Reason]:
    """Zones without a technique or a setting, and concerns without a zone."""
    for id_ in dict.fromkeys(goals.zones):
        techniques = shelf.at(id_, concerns)
        if techniques:
            yield from _too_shallow(id_, techniques[0], goals.depth_mm.get(id_), shelf, device, place)
        else:
            wanted = ", ".join(concerns)
            yield Reason(id_, f"has no technique for {wanted} in this protocol.", LEAVE_ZONE)
    answered = shelf.answered(concerns, goals.zones)
    for id_ in concerns:
        if id_ not in answered:
            do = "Leave the concern out, or choose a zone where it is needled."
            yield Reason(id_, "has no technique in any zone that is chosen.", do)


def _too_shallow(
    zone: str, technique: Technique, asked_mm: float | None, shelf: Shelf, device: Device, place: Place
) -> Iterator[Reason]:
    """The handpiece must have a setting that passes neither the wall nor what was asked for."""
    wall, low = walls.lowest(shelf.walls(zone, device, place), technique, asked_mm=asked_mm)
    if not walls.settable(device, depth_mm=walls.on_step(device, depth_mm=low)):
        why = "as was asked for." if low < wall.limit_mm else f"as its wall: {wall.says}"
        yield Reason(zone, f"{device.name} has no setting as low as {low:g} mm, {why}", LEAVE_ZONE)
