"""Notes: what is said beside a plan and beside each of its zones."""

from collections.abc import Iterator, Sequence

from needlework.loop.planning.shelf import Sentence, Shelf
from needlework.protocol.schema.devices import Device
from needlework.protocol.schema.plan import Concern, Technique
from needlework.records.plan import Note, Wall, ZonePlan
from needlework.records.screen import Outcome, Verdict
from needlework.records.skin import SkinType


def of_plan(
    shelf: Shelf, concerns: Sequence[str], zones: Sequence[ZonePlan], skin: SkinType
) -> Iterator[Note]:
    """What the evidence does not support first, then what goes with these zones, depths and this skin."""
    for id_ in concerns:
        if id_ in shelf.limits:
            yield shelf.limits[id_]
    for sentence in shelf.notes[skin]:
        if _applies(sentence, concerns, zones):
            yield sentence.note


SCREENING = "screening-"
"""How the ids of the notes begin that the screening brought."""


def of_screening(verdict: Verdict, zones: Sequence[str]) -> Iterator[Note]:
    """What the screening found of these zones, what must wait and what somebody has yet to decide."""
    for one in verdict.findings:
        here = not set(one.zones).isdisjoint(zones)
        weighs = one.outcome >= Outcome.DEFER or one.to_decide
        if not one.asks and ((here and one.outcome >= Outcome.CAUTION) or (not one.zones and weighs)):
            where = f"{', '.join(one.zones)}: " if one.zones else ""
            yield Note(f"{SCREENING}{one.rule}", f"{where}{one.say}", one.tell, one.basis, one.sources)


def _applies(note: Sentence, concerns: Sequence[str], zones: Sequence[ZonePlan]) -> bool:
    """Whether each thing that a note names is there, a depth in its own zones."""
    if note.concerns and note.concerns.isdisjoint(concerns):
        return False
    if not note.zones and note.from_mm is None:
        return True
    least = note.from_mm or 0.0
    return any(zone.set_depth_mm >= least for zone in zones if not note.zones or zone.zone in note.zones)


# ── a zone ───────────────────────────────────────────────────────────────────────────────────────────


def of_depth(
    technique: Technique, concern: Concern, wall: Wall, *, depth_mm: float, asked_mm: float | None
) -> Iterator[str]:
    """Where a depth was asked for: that it was brought down, and how it differs from the technique."""
    if asked_mm is None:
        return
    if asked_mm > wall.limit_mm:
        yield f"{asked_mm:g} mm was asked for; the limit is {wall.limit_mm:g} mm: {wall.says}"
    if depth_mm != technique.depth_mm:
        yield beside_technique(technique, concern, depth_mm=depth_mm)


def beside_technique(technique: Technique, concern: Concern, *, depth_mm: float) -> str:
    """How a depth differs from that of the technique."""
    word = "deeper" if depth_mm > technique.depth_mm else "shallower"
    what = f"the technique for {concern.name.lower()} here sets {technique.depth_mm:g} mm"
    return f"{depth_mm:g} mm is {word} than planned by the protocol: {what}."


def of_leading(techniques: Sequence[tuple[Technique, Concern]]) -> Iterator[str]:
    """Which concern leads where several meet, and what the others would have by themselves."""
    if len(techniques) < 2:
        return
    (leading, first), *others = techniques
    for technique, concern in others:
        if (technique.depth_mm, technique.passes) != (leading.depth_mm, leading.passes):
            yield (
                f"{first.name} leads here, as the lighter of the two: {concern.name.lower()} alone would be "
                f"set at {technique.depth_mm:g} mm, {technique.passes} passes."
            )


def of_skin(device: Device, *, depth_mm: float, skin_mm: float | None) -> Iterator[str]:
    """Where the needles stand out further than the skin is thick, or may do so."""
    if skin_mm is not None and depth_mm > skin_mm:
        yield f"{depth_mm:g} mm is more than the mean thickness of skin here, {skin_mm:.2f} mm."
    elif skin_mm is not None and device.tolerance_mm and depth_mm + device.tolerance_mm > skin_mm:
        yield (
            f"With the device's tolerance of ±{device.tolerance_mm:g} mm a needle may stand out further than "
            f"the mean thickness of skin here, {skin_mm:.2f} mm."
        )


def of_dose(technique: Technique, *, target_per_cm2: float | None) -> Iterator[str]:
    """Passes of a roller are not passes of a pen: what they add up to stands beside what was published."""
    if target_per_cm2 is None or technique.published_per_cm2 is None:
        return
    least, most = technique.published_per_cm2
    whose = ", ".join(source.key for source in technique.published_sources)
    if target_per_cm2 > most:
        ratio = target_per_cm2 / most
        times = f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.1f}"
        yield (
            f"These passes come to {target_per_cm2:,.0f} punctures per cm², {times} times the most that a "
            f"published session with a countable dose laid down, {most:,.0f} per cm²"
            + (f" ({whose})." if whose else ".")
        )
    elif target_per_cm2 < least:
        yield (
            f"These passes come to {target_per_cm2:,.0f} punctures per cm², fewer than the {least:,.0f} to "
            f"{most:,.0f} of published sessions with a countable dose" + (f" ({whose})." if whose else ".")
        )
