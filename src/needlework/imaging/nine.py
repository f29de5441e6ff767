"""
The nine things in which before-and-after photographs must be alike, and how a pair does in each.

After the Standards for Evaluation of Photographs in Aesthetics, by which 510 published posts met four of the
nine on average. Here an item is met where it was measured and found alike, not met where it was not, and
left open where photographs cannot tell. Only the gate decides what is not compared.
"""

import math

from needlework.imaging import shots
from needlework.imaging.comparability import LIMITS, Faces, Limits
from needlework.imaging.items import Mark
from needlework.imaging.photo import Photo
from needlework.imaging.quality import Quality
from needlework.records.measure import Discord, Likeness
from needlework.records.why import Reason


def score(
    found: Discord | None,
    *,
    reasons: tuple[Reason, ...],
    before: Photo,
    after: Photo,
    faces: Faces = (None, None),
    qualities: tuple[Quality | None, Quality | None] = (None, None),
    backdrop: float | None = None,
    days_since: tuple[int | None, int | None] = (None, None),
    judge_after_days: int = 28,
    views: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
    mm_per_px: float | None = None,
    limits: Limits = LIMITS,
) -> tuple[Likeness, ...]:
    """
    The nine items, each met, not met, or not to be told.

    `found` and `reasons` are of the gate, or None and why the two could not be laid onto each other;
    `backdrop` is of `backdrop_od`; `days_since` are days from the last session to each photograph; `views`
    are the names of all views that exist of each visit.
    """
    why = {one.key: one for one in reasons}
    return (
        _position(found, why, faces),
        _face_at_rest(why, faces),
        _lighting(found, why, before, after),
        _background(backdrop, limits),
        _zoom(found, why, before, after),
        _styling(qualities, before, after),
        _views(views, faces),
        _timing(before, after, days_since, judge_after_days),
        _description(before, after, days_since, mm_per_px),
    )


def _judged(id_: str, title: str, failed: list[Reason], found: str, *, known: bool) -> Likeness:
    """An item that the gate has judged."""
    if failed:
        says, do = " ".join(one.problem for one in failed), " ".join(one.do for one in failed)
        return Likeness(id_, title, False, says, do)
    return Likeness(id_, title, True if known else None, found)


def _position(found: Discord | None, why: dict[str, Reason], faces: Faces) -> Likeness:
    failed = [why[key] for key in ("pair.turn", "pair.head", "pair.match") if key in why]
    if found is None:
        return _judged("position", "Position", failed, "The two were not laid onto each other.", known=False)
    held = f"Turned by about {found.turn_deg:.1f}° against each other."
    if faces[0] and faces[1]:
        yaw, pitch = (
            abs(faces[1].yaw_deg - faces[0].yaw_deg),
            abs(faces[1].pitch_deg - faces[0].pitch_deg),
        )
        held = f"Heads turned {yaw:.0f}° and nodded {pitch:.0f}° against each other."
    return _judged("position", "Position", failed, held, known=True)


def _face_at_rest(why: dict[str, Reason], faces: Faces) -> Likeness:
    failed = [why[key] for key in ("pair.expression",) if key in why]
    known = all(face is not None and face.mouth_open is not None for face in faces)
    says = "The faces do the same." if known else "No face was found in both, or none was looked for."
    return _judged("expression", "Expression", failed, says, known=known)


def _lighting(found: Discord | None, why: dict[str, Reason], before: Photo, after: Photo) -> Likeness:
    failed = [why[key] for key in ("pair.light", "pair.exposure", "pair.cast") if key in why]
    if found is None:
        return _judged("lighting", "Lighting", failed, "The two were not laid onto each other.", known=False)
    says = f"Shading differs by {found.light:.2f} and brightness by {found.exposure:.2f} of optical density."
    return _judged("lighting", "Lighting", failed, says, known=True)


def _background(backdrop: float | None, limits: Limits) -> Likeness:
    if backdrop is None:
        return Likeness("background", "Background", None, "Too little is seen but skin.")
    says = f"What is behind the skin differs by {backdrop:.2f} of optical density."
    if backdrop <= limits.backdrop_od:
        return Likeness("background", "Background", True, says)
    do = "Take both before the same plain wall or cloth."
    return Likeness("background", "Background", False, says, do)


def _zoom(found: Discord | None, why: dict[str, Reason], before: Photo, after: Photo) -> Likeness:
    lens = [one for one in shots.cautions(before, after) if one.key == "pair.focal"]
    failed = [why[key] for key in ("pair.scale",) if key in why] + lens
    if found is None:
        return _judged("zoom", "Zoom", failed, "The two were not laid onto each other.", known=False)
    says = f"Skin is seen {100 * (math.exp(found.scale) - 1):.0f} % larger in one of them."
    return _judged("zoom", "Zoom", failed, says, known=True)


def _styling(qualities: tuple[Quality | None, Quality | None], before: Photo, after: Photo) -> Likeness:
    title = "Make-up and styling"
    even = [one.of("make-up") if one else None for one in qualities]
    covered = [
        name
        for name, item, photo in zip(("before", "after"), even, (before, after), strict=True)
        if "beauty" in photo.shot.modes or (item is not None and item.mark is Mark.CAUTION)
    ]
    if covered:
        says = f"Make-up or a beauty filter is suspected in the {' and the '.join(covered)} photograph."
        return Likeness("styling", title, False, says, "Take both with bare, washed skin and filters off.")
    if None in even:
        return Likeness("styling", title, None, "Nothing was looked at that shows make-up.")
    says = "No sign of make-up; hair, clothes and jewellery cannot be told."
    return Likeness("styling", title, True, says)


def _views(views: tuple[tuple[str, ...], tuple[str, ...]], faces: Faces) -> Likeness:
    own = tuple(face.view for face in faces if face is not None)
    do = "Take the front and both three-quarter views at each visit."
    if len(own) == 2 and own[0] != own[1]:
        says = f"The two show different views: {own[0]} and {own[1]}."
        return Likeness("views", "Views", False, says, "Compare photographs of one view.")
    if not views[0] or not views[1]:
        return Likeness("views", "Views", None, "It is not known which other views were taken.")
    shared = sorted(set(views[0]) & set(views[1]))
    says = f"Views taken at both visits: {', '.join(shared) or 'none'}."
    met = len(shared) >= 2
    return Likeness("views", "Views", met, says, "" if met else do)


def _timing(
    before: Photo, after: Photo, days_since: tuple[int | None, int | None], judge_after_days: int
) -> Likeness:
    if shots.swapped(before, after):
        order = next(one for one in shots.cautions(before, after) if one.key == "pair.order")
        return Likeness("timing", "Timing", False, order.problem, order.do)
    days, since = shots.days_between(before, after), days_since[1]
    apart = "" if days is None else f"{days:.0f} days lie between the two. "
    if since is None:
        says = f"{apart}When the last session was is not known."
        return Likeness("timing", "Timing", None, says)
    says = f"{apart}The after photograph was taken {since} days after the last session."
    if since >= judge_after_days:
        return Likeness("timing", "Timing", True, says)
    do = f"Judge no sooner than {judge_after_days} days after: swelling hides lines before that."
    return Likeness("timing", "Timing", False, says, do)


def _description(
    before: Photo, after: Photo, days_since: tuple[int | None, int | None], mm_per_px: float | None
) -> Likeness:
    known = {
        "when each was taken": before.taken_at is not None and after.taken_at is not None,
        "with what camera": bool(before.camera and after.camera),
        "how long after a session": days_since[1] is not None,
        "the scale": mm_per_px is not None,
    }
    missing = [name for name, told in known.items() if not told]
    if not missing:
        return Likeness("description", "Description", True, f"Known: {', '.join(known)}.")
    do = "Send files as the camera stored them, lay the card beside the skin, and note the session."
    return Likeness("description", "Description", False, f"Not known: {', '.join(missing)}.", do)
