"""
The outlines of the zones of a face over the points of its mesh, on the person's right.

They run along creases and folds, as a clinician would draw them: the fold beside the nose belongs to the
cheek, the crease under the lower lip parts the corner of the mouth from the chin, the temple ends at the
crest beside the forehead. Where two zones meet they share their points, so nothing is measured twice.
"""

Spot = int | tuple[int, int, float]
"""A point of the mesh, or so far on the way from one to another."""
Outline = tuple[Spot, ...]

CREST: Outline = ((63, 68, 0.35), (103, 54, 0.4))
"""Between forehead and temple, upwards from the tail of the brow."""
_RIM: Outline = (
    (121, 47, 0.4), (120, 100, 0.5), (119, 101, 0.5), (118, 50, 0.4), (117, 123, 0.3), (111, 116, 0.6),
)  # fmt: skip
"""Between the eye and the cheek, from the nose outwards, below the bony rim."""
_FOLD: Outline = (
    (129, 203, 0.3), (203, 165, 0.4), (206, 92, 0.6), (57, 186, 0.6), (57, 212, 0.5), (212, 202, 0.6),
)  # fmt: skip
"""On the inner side of the fold from the nose past the corner of the mouth."""
_JAW: Outline = ((177, 147, 0.3), (213, 215, 0.25), (192, 138, 0.3), (135, 214, 0.45), (210, 169, 0.35))
"""Above the jaw, from the ear forwards."""
_UNDER_LIP: Outline = ((83, 201, 0.35), (194, 204, 0.25), (204, 211, 0.4), (210, 211, 0.5))
"""The crease below the lower lip, from the middle outwards."""

MIDDLES: dict[str, tuple[Outline, Outline]] = {
    "glabella": ((168, (9, 151, 0.55)), ((107, 108, 0.45), 107, 55, 193)),
    "nose": (
        (2, 1, 4, 5, 195, 197, 6, 168),
        (193, 245, (128, 114, 0.4), (47, 126, 0.4), 126, (142, 209, 0.2), 129, 98, 97),
    ),
    "upper-lip": (
        ((0, 164, 0.3), (2, 164, 0.2)),
        (
            (97, 167, 0.25), (98, 165, 0.2), *_FOLD[:4], (61, 57, 0.5), (185, 186, 0.35), (40, 92, 0.3),
            (39, 165, 0.25), (37, 167, 0.3),
        ),
    ),
    "chin": (
        ((152, 175, 0.15), (18, 200, 0.35)),
        (*_UNDER_LIP[:3], (211, 170, 0.5), (170, 149, 0.6), (176, 140, 0.15), (148, 171, 0.15)),
    ),
}  # fmt: skip
"""Zones across the middle: their points on it, upwards, and the outline of the right half, downwards."""

SIDES: dict[str, Outline] = {
    "temples": (
        *CREST, (54, 68, 0.25), (21, 71, 0.3), (162, 139, 0.3), (127, 34, 0.4), (34, 143, 0.6),
        (156, 143, 0.3), (70, 156, 0.45),
    ),
    "periorbital": (
        (46, 124, 0.6), (156, 143, 0.3), (34, 143, 0.6), *reversed(_RIM), (232, 233, 0.3), (231, 23, 0.2),
        (230, 23, 0.2), (229, 24, 0.2), (228, 110, 0.2), (31, 25, 0.2), (226, 35, 0.3), (113, 124, 0.4),
    ),
    "cheeks": (
        *_RIM, (34, 143, 0.6), (227, 116, 0.3), (93, 137, 0.6), *_JAW, *reversed(_FOLD), (142, 36, 0.2),
        (126, 100, 0.2),
    ),
    "perioral": (
        (17, 18, 0.3), (84, 83, 0.35), (181, 182, 0.35), (91, 106, 0.4), (146, 43, 0.45), (61, 57, 0.5),
        *_FOLD[3:], *reversed(_UNDER_LIP), (18, 200, 0.35),
    ),
    "jawline": (
        *_JAW, _UNDER_LIP[3], _UNDER_LIP[2], (211, 170, 0.5), (170, 149, 0.6), (149, 170, 0.1),
        (150, 169, 0.1), (136, 135, 0.1), (172, 138, 0.1), (58, 215, 0.15), (132, 177, 0.25),
    ),
}  # fmt: skip
"""Zones of which there are two."""

FOREHEAD: Outline = (
    CREST[0],
    (105, 104, 0.2),
    (66, 69, 0.2),
    (107, 108, 0.45),
    (9, 151, 0.55),
)
"""Its lower edge, from the side to the middle."""
NECK: Outline = (172, 136, 150, 149, 176, 148, 152)
"""From the angle of the jaw to the chin."""

AROUND: dict[str, Outline] = {
    "eye": (130, 25, 110, 24, 23, 22, 26, 112, 243, 190, 56, 28, 27, 29, 30, 247),
    "brow": (
        70, 63, 105, 66, 107, (55, 221, 0.3), (65, 222, 0.3), (52, 223, 0.3), (53, 224, 0.3), (46, 225, 0.3),
    ),
    "nostril": (98, 240, 75, 60, 99, 97),
}  # fmt: skip
"""What is left out on each side."""
LIPS: tuple[Outline, Outline] = (
    ((17, 18, 0.15), (0, 164, 0.12)),
    (
        (37, 167, 0.12), (39, 165, 0.1), (40, 92, 0.12), (185, 186, 0.15), (61, 57, 0.2), (146, 43, 0.2),
        (91, 106, 0.15), (181, 182, 0.15), (84, 83, 0.15),
    ),
)  # fmt: skip

MIDDLE = (0, 1, 2, *range(4, 7), *range(8, 20), 94, 151, 152, 164, 168, 175, 195, 197, 199, 200)
"""Points of the mesh that are their own mirror."""
LEFT = {right: 248 + number for number, right in enumerate(i for i in range(248) if i not in MIDDLE)}
"""The point of the left side for each of the right: the mesh counts both in one order."""
