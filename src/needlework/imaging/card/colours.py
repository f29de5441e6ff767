"""The correction from the patches of a card, without those that something lies on."""

from collections import Counter
from dataclasses import replace

import numpy as np

from needlework.imaging import correction
from needlework.imaging.card.record import Patch, no
from needlework.imaging.correction import Correction
from needlework.records.why import Refusal

DE_MAX = 12.0
"""Colour difference that may be left: an office printer's own faults, but no hand over the card."""


def fitted(
    patches: tuple[Patch, ...], *, ground: Patch | None = None
) -> tuple[tuple[Patch, ...], Correction] | Refusal:
    """The correction from what is usable, without the patches that something lies on."""
    every = (*patches, ground) if ground else patches
    for _ in range(4):
        used = [patch for patch in every if not patch.left_out]
        seen, stated = (np.array([getattr(one, side) for one in used]) for side in ("seen", "stated"))
        grey = np.array([max(one.stated) - min(one.stated) < 0.01 for one in used], bool)
        if len(used) < correction.PATCHES_MIN or grey.sum() < correction.GREYS_MIN:
            return _too_few(every)
        found = correction.fit(seen, stated, grey)
        far = correction.outlying(found, seen, stated)
        if not far.any():
            break
        # the farthest alone: what it has bent may be right again without it
        worst = used[int(np.argmax(correction.left(found, seen, stated)))]
        every = tuple(replace(one, left_out="covered") if one is worst else one for one in every)
    if max(found.de_after, float(np.median(correction.left(found, seen, stated)))) > DE_MAX:
        return no(
            "covered",
            "The patches of the card do not have its colours.",
            "Uncover the card; print a faded or stained one anew.",
        )
    return every[: len(patches)], found


WHY = {
    "clipped": ("so bright that its colour is lost", "Tap on the card to set the exposure; no flash."),
    "dark": ("too dark", "Add light, and take it again."),
    "glint": ("under a reflection", "Tilt the card a little, until nothing is mirrored in it."),
    "shadow": ("on the edge of a shadow", "Let the light fall evenly on card and skin."),
    "covered": ("covered, or not in the stated colour", "Uncover the card; print a faded one anew."),
}  # fmt: skip


def _too_few(patches: tuple[Patch, ...]) -> Refusal:
    faults = Counter(patch.left_out for patch in patches if patch.left_out)
    fault, count = faults.most_common(1)[0]
    how, do = WHY[fault]
    key = "covered" if fault == "covered" else "clipped" if fault == "clipped" else "light"
    return no(key, f"Too little of the card can be read: {count} of its patches lie {how}.", do)
