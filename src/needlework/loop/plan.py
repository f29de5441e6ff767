"""
Plan: which course, how deep, how often? Person, Goals, Verdict → Plan; Plan, Changes → Review.

`propose` is what the protocol would do, `review` what a practitioner's changes of it need (`weigh`: and the
depths that were asked for), `compare` the same goals with every device, `goals` what was asked, read back
from a plan, `barred` what a screening forbids of them. How it is done stands in `planning`, what limits it in
`walls` and `label`.
"""

from collections.abc import Iterable
from dataclasses import replace

from needlework.loop import walls
from needlework.loop.planning import amend, course, reasons, shelf
from needlework.protocol.schema.devices import Device
from needlework.protocol.schema.protocol import Protocol
from needlework.records.plan import Alternative, Changes, Goals, Judged, Person, Plan, Review, Weight
from needlework.records.screen import Verdict
from needlework.records.why import Reason, Refusal


def propose(
    goals: Goals, person: Person, protocol: Protocol, verdict: Verdict | None = None
) -> Plan | Refusal:
    """
    The course that the protocol proposes for these goals, or every reason why it proposes none.

    In each zone the lightest technique of the concerns leads; the label is asked about each of them. The
    set depth is the smallest of the walls, named; a greater depth that was asked for is brought down to the
    wall and said so. Set depth is how far the needle stands out, not how deep it goes.

    With a verdict, what nobody may override there is refused here, and so is a zone that nobody asked about;
    what else the screening found stands first among the notes. A deferral is no refusal: a course may be
    planned today and begin when the wait is over.
    """
    known = shelf.of(protocol)
    if against := tuple(reasons.against(goals, known, verdict)):
        return Refusal(against)
    return course.propose(goals, person, known, verdict)


def barred(goals: Goals, verdict: Verdict) -> tuple[Reason, ...]:
    """What a screening forbids of these goals: what is absolute, and zones that it did not ask about."""
    return (*reasons.barred_person(verdict), *reasons.barred_zones(goals.zones, verdict))


def review(plan: Plan, changes: Changes, protocol: Protocol) -> Review:
    """
    A plan as a practitioner would have it, and what each change of it needs.

    A change is free within the technique of the protocol, needs a reason beyond it, and is refused beyond a
    wall or beyond the leeway of the protocol; what is as it was is no change. A depth between two settings of
    the handpiece is brought down to the lower and said so. The changed plan has its walls, minutes, doses
    and notes reckoned anew; there is none while any change is refused. It says nothing of who gives the
    reason: a change may name roles, and whoever saves it has to ask.
    """
    known = shelf.of(protocol)
    judged = _heaviest_first(amend.judged(plan, changes, known))
    if any(one.weight is Weight.REFUSED for one in judged):
        return Review(None, judged)
    return Review(amend.changed(plan, changes, known) if judged else plan, judged)


def weigh(plan: Plan, changes: Changes, protocol: Protocol) -> Review:
    """
    `review`, and beside the changes the depths that were asked for when the plan was proposed.

    A wish that went into the proposal is a change of the technique like any other: it needs its reason too.
    """
    found = review(plan, changes, protocol)
    wished = amend.wished(plan, changes, shelf.of(protocol))
    return Review(found.plan, _heaviest_first((*found.judged, *wished)))


def _heaviest_first(judged: Iterable[Judged]) -> tuple[Judged, ...]:
    return tuple(sorted(judged, key=lambda one: -one.weight.rank))


def compare(
    goals: Goals, person: Person, protocol: Protocol, verdict: Verdict | None = None
) -> tuple[Alternative, ...]:
    """
    The same goals with every device of the protocol: each with its plan, or why it has none.

    In this order: devices that give a plan before those that give none; cleared before uncleared; on label
    before off label; then the fewest zones that come up against a wall; then the shortest needling; then as
    the protocol lists them. First is not best: nothing here knows what a device achieves, only what it may
    and can be set to.
    """
    found = [
        _alternative(device, propose(replace(goals, device=device.id), person, protocol, verdict))
        for device in protocol.devices.device
    ]
    return tuple(sorted(found, key=_nearest_first))


def _alternative(device: Device, answer: Plan | Refusal) -> Alternative:
    if isinstance(answer, Refusal):
        return Alternative(device.id, device.name, device.cleared, None, answer.reasons)
    return Alternative(device.id, device.name, device.cleared, answer)


def _nearest_first(one: Alternative) -> tuple[bool, bool, bool, int, float]:
    if one.plan is None:
        return True, not one.cleared, False, 0, 0.0
    walls_met = sum(walls.at_wall(zone) for zone in one.plan.zones)
    needling_s = sum(zone.needling_s for zone in one.plan.zones)
    return False, not one.cleared, bool(one.plan.off_label), walls_met, needling_s


def goals(plan: Plan, protocol: Protocol | None = None) -> Goals:
    """
    What was asked, read back from a plan: depths that somebody asked for, and the areas.

    With a protocol, an area that is its own estimate is left out; without, no one can tell, and each stays.
    Passes, sessions and interval are no goals: where `review` changed them, they are not in here.
    """
    estimate = {id_: zone.area_cm2 for id_, zone in shelf.of(protocol).zones.items()} if protocol else {}
    return Goals(
        concerns=plan.concerns,
        zones=tuple(zone.zone for zone in plan.zones),
        device=plan.device,
        place=plan.place,
        area_cm2={z.zone: z.area_cm2 for z in plan.zones if z.area_cm2 != estimate.get(z.zone)},
        depth_mm={z.zone: z.asked_mm for z in plan.zones if z.asked_mm is not None},
    )
