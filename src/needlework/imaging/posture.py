"""How a face is held and what it does, against the view that was asked for, in degrees to turn."""

from needlework.imaging.face import Face
from needlework.imaging.items import Item, Mark, graded
from needlework.records.why import Reason, Refusal

VIEWS_DEG = {"front": 0.0, "right oblique": 40.0, "left oblique": -40.0}
"""Yaw of each view, halfway between the three-quarter views in use (30 to 45°). House."""
TURN_DEG, OBLIQUE_DEG = 6.0, 15.0
"""How far a front view and an oblique one may be off before it is said."""
TURN_REFUSE_DEG = 9.0
"""Added to the above, where a view was asked for."""
NOD_DEG, NOD_REFUSE_DEG = 12.0, 25.0
"""People differ by some 5° in what is level."""
LEAN_DEG = 12.0
MOUTH_OPEN, SMILE, EYE_SHUT = 0.08, 0.6, 0.12


def items(face: Face | Refusal | None, *, view: str = "") -> tuple[Item, ...]:
    """`view` is the one that was asked for: front, left oblique or right oblique; empty for any."""
    if face is None:
        return ()
    if isinstance(face, Refusal):
        return tuple(_unseen(one) for one in face.reasons)
    return (_turn(face, view), _nod(face), _lean(face), *_expression(face))


def _unseen(why: Reason) -> Item:
    """No face is no fault, for a hand has none; a face that is seen badly is one."""
    mark = Mark.UNKNOWN if why.key in ("face.none", "models") else Mark.CAUTION
    return Item("face", "Face", mark, says=why.problem, do=why.do)


def _turn(face: Face, view: str) -> Item:
    side = "right oblique" if face.yaw_deg > 0 else "left oblique"  # a profile is an oblique gone too far
    wanted = view if view in VIEWS_DEG else "front" if face.view == "front" else side
    off = face.yaw_deg - VIEWS_DEG[wanted]
    limit = TURN_DEG if wanted == "front" else OBLIQUE_DEG
    return graded(
        "turn", f"Turn from the {wanted} view", abs(off), unit="°", caution=limit,
        refuse=limit + TURN_REFUSE_DEG if view else None,
        says=f"The head is turned {abs(off):.0f}° off the {wanted} view.",
        do=f"Turn your head {abs(off):.0f}° to your {'right' if off > 0 else 'left'}.",
    )  # fmt: skip


def _nod(face: Face) -> Item:
    raised, off = face.pitch_deg > 0, abs(face.pitch_deg)
    return graded(
        "nod", "Nod of the head", off, unit="°", caution=NOD_DEG, refuse=NOD_REFUSE_DEG,
        says=f"The chin is {'raised' if raised else 'lowered'} by {off:.0f}°.",
        do=f"{'Lower' if raised else 'Raise'} your chin by {off:.0f}°, with the camera at eye level.",
    )  # fmt: skip


def _lean(face: Face) -> Item:
    off = abs(face.roll_deg)
    return graded(
        "lean", "Lean of the head", off, unit="°", caution=LEAN_DEG,
        says=f"The head leans {off:.0f}° to its {'left' if face.roll_deg > 0 else 'right'} shoulder.",
        do="Hold the head upright and the phone straight.",
    )  # fmt: skip


def _expression(face: Face) -> tuple[Item, ...]:
    found = []
    shut = [eye for eye in face.eyes_open if eye is not None]
    if face.mouth_open is not None and face.mouth_open > MOUTH_OPEN:
        found.append(("The mouth is open.", "Close your mouth, teeth together, lips loose."))
    if face.smile is not None and face.smile > SMILE:
        found.append(("The mouth is drawn wide, as in a smile.", "Do not smile: let the face hang loose."))
    if shut and min(shut) < EYE_SHUT:
        found.append(("An eye is shut.", "Keep both eyes open, and look at the lens."))
    if not found:
        known = face.mouth_open is not None and face.smile is not None
        return (Item("expression", "Expression", Mark.FINE if known else Mark.UNKNOWN),)
    return (
        Item(
            "expression", "Expression", Mark.CAUTION,
            says=" ".join(says for says, _ in found), do=" ".join(do for _, do in found),
        ),
    )  # fmt: skip
