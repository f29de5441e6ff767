"""Numbers that would plan nonsense: against each other, and against what skin and handpieces are."""

from collections.abc import Iterator
from itertools import pairwise

from needlework.protocol.load import Fault
from needlework.protocol.schema.protocol import Protocol


def devices(protocol: Protocol) -> Iterator[Fault]:
    """Depths out of range, an evaluated depth beyond the device, a drum where none can be."""
    for device in protocol.devices.device:
        low, high, named = device.shallowest_mm, device.deepest_mm, f"device ({device.id})"
        if not 0 <= low <= high <= 5:
            yield Fault(
                "devices.toml", f"{named}.range-mm", f"runs from {low} to {high}", "0 to 5 mm, rising"
            )
        if not 0 < device.evaluated_mm <= high:
            yield Fault("devices.toml", f"{named}.evaluated-mm", "lies outside the range", f"0 to {high}")
        if device.needles is not None and device.needles < 1:
            yield Fault("devices.toml", f"{named}.needles", "is less than one")
        if device.kind == "pen" and device.drum:
            yield Fault("devices.toml", f"{named}.drum", "belongs to a roller", "leave it out")
        if device.drum and min(device.drum.diameter_cm, device.drum.width_cm) <= 0:
            yield Fault("devices.toml", f"{named}.drum", "has no size", "more than 0 cm")
        if device.indication and not device.cleared:
            problem = "has a label, but no clearance"
            yield Fault("devices.toml", f"{named}.indication", problem, "cleared = true, or none")


def zones(protocol: Protocol) -> Iterator[Fault]:
    """A zone has an area, and a cap that skin can bear."""
    for zone in protocol.zones.zone:
        if not 0 < zone.area_cm2 < 5000:
            yield Fault("zones.toml", f"zone ({zone.id}).area-cm2", f"is {zone.area_cm2}", "more than 0 cm²")
        if not 0 <= zone.cap_mm <= 3:
            yield Fault("zones.toml", f"zone ({zone.id}).cap-mm", f"is {zone.cap_mm}", "0 to 3 mm")


def courses(protocol: Protocol) -> Iterator[Fault]:
    """A glide of nothing would divide by it; a course needs a session."""
    plan, leeway = protocol.plan, protocol.plan.leeway
    if not 0 <= plan.glide.overlap < 1:
        yield Fault("plan.toml", "glide.overlap", f"is {plan.glide.overlap:g}", "0 or more, less than 1")
    if not 1 <= leeway.closest_interval_days <= leeway.least_interval_days:
        yield Fault("plan.toml", "leeway", "has intervals out of order", "closest up to least, from 1 day")
    if min(plan.glide.speed_cm_per_s, plan.glide.width_cm) <= 0:
        yield Fault("plan.toml", "glide", "stands still or has no width", "more than 0")
    for concern in plan.concern:
        if min(concern.sessions, concern.interval_days, concern.judge_after_days) < 1:
            yield Fault(
                "plan.toml", f"concern ({concern.id})", "has no session, interval or end", "1 or more"
            )
    for line in plan.technique:
        if not 0 < line.depth_mm <= 3 or line.passes < 1:
            problem = f"sets {line.depth_mm} mm in {line.passes} passes"
            yield Fault("plan.toml", f"technique ({line.concern})", problem, "0 to 3 mm, 1 pass or more")


def healing(protocol: Protocol) -> Iterator[Fault]:
    """A stretch that ends before it begins."""
    recover = protocol.recover
    for key, stretches in (("hold", recover.hold), ("expect", recover.expect)):
        for stretch in stretches:
            if not 0 <= stretch.from_h < stretch.until_h:
                problem = f"runs from {stretch.from_h:g} to {stretch.until_h:g} h"
                yield Fault("recover.toml", f"{key} ({stretch.id})", problem, "from 0, rising")
    for phase in recover.phase:
        if not 0 <= phase.from_days < phase.until_days:
            problem = f"runs from day {phase.from_days:g} to {phase.until_days:g}"
            yield Fault("recover.toml", f"phase ({phase.id})", problem, "from 0, rising")
    for seen in recover.closure:
        if not 0 <= seen.hours[0] <= seen.hours[1]:
            problem = f"runs from {seen.hours[0]:g} to {seen.hours[1]:g} h"
            yield Fault("recover.toml", f"closure ({seen.id}).hours", problem, "from 0, rising")


def redness(protocol: Protocol) -> Iterator[Fault]:
    """Redness that may be gone after it must be, or that deeper needling would shorten."""
    steps = protocol.recover.redness
    for step in steps:
        if not 0 <= step.soonest_h <= step.gone_by_h:
            problem = f"says {step.soonest_h:g} h, after {step.gone_by_h:g} h"
            yield Fault("recover.toml", f"redness ({step.up_to_mm}).soonest-h", problem, "0 to gone-by-h")
    if not steps:
        yield Fault("recover.toml", "redness", "has no step", "add one")
    for step, deeper in pairwise(steps):
        if step.up_to_mm >= deeper.up_to_mm or step.gone_by_h > deeper.gone_by_h:
            yield Fault("recover.toml", f"redness ({deeper.up_to_mm})", "is out of order", "by rising depth")


def skin(protocol: Protocol) -> Iterator[Fault]:
    """Points that give no type, or the same for two; answers that would count for nothing."""
    for scale in protocol.skin.scale:
        first, *rest = scale.from_points or (-1,)
        rising = all(low < high for low, high in pairwise(scale.from_points))
        if first != 0 or len(rest) != 5 or not rising:
            fix = "six numbers of points, rising from 0"
            yield Fault("skin.toml", f"scale ({scale.id}).from-points", "does not part six types", fix)
    if not protocol.skin.scale or not protocol.skin.question:
        yield Fault("skin.toml", "scale", "has nothing to count", "one scale, and its questions")
    for question in protocol.skin.question:
        if len(question.answers) < 2 or not all(answer.strip() for answer in question.answers):
            fix = "two answers or more"
            yield Fault("skin.toml", f"question ({question.id}).answers", "gives no choice", fix)
