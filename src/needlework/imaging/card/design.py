"""What is on Needlework's own card, in millimetres and sRGB, and the colours of the 24-patch chart."""

WIDTH_MM, HEIGHT_MM = 86.0, 54.0
MARKER_MM, INSET_MM = 12.0, 2.5
PATCH_MM, PITCH_MM = 6.6, 8.6
COLUMNS, ROWS = 6, 4
LEFT_MM, TOP_MM = 17.2, 9.8
"""The middle of the gap before the first column and above the first row of patches."""
RULER_LEFT_MM, RULER_TOP_MM, RULER_MM = 18.0, 45.8, 50

GROUND = (200, 200, 200)
"""sRGB of the card itself. Not white: white paper is the first thing that a photograph of skin clips."""
INK = (0, 0, 0)

PLACES = ("top left", "top right", "bottom right", "bottom left")
MARKERS = ("0100001000110111", "0010010000011011", "1110000111110000", "0110111011010101")
"""
The 4 × 4 cells of each fiducial, row by row, 1 = light. At least six cells apart in every turn, four from
every mirror image, three from the first hundred 4 × 4 markers of ArUco and from AprilTag 16h5.
"""

PATCHES = (
    (243, 243, 243), (214, 214, 214), (160, 160, 160), (122, 122, 122), (85, 85, 85), (52, 52, 52),
    (238, 206, 188), (224, 182, 158), (203, 156, 128), (167, 119, 88), (120, 80, 58), (74, 50, 41),
    (226, 160, 146), (199, 125, 108), (150, 92, 76), (98, 58, 48), (183, 140, 98), (140, 108, 84),
    (175, 54, 60), (231, 199, 31), (70, 148, 73), (62, 136, 164), (56, 61, 150), (187, 86, 149),
)  # fmt: skip
"""sRGB, row by row: greys; skin from light to dark; flushed and tanned skin; red to magenta."""

CHART = (
    (115, 82, 68), (194, 150, 130), (98, 122, 157), (87, 108, 67), (133, 128, 177), (103, 189, 170),
    (214, 126, 44), (80, 91, 166), (193, 90, 99), (94, 60, 108), (157, 188, 64), (224, 163, 46),
    (56, 61, 150), (70, 148, 73), (175, 54, 60), (231, 199, 31), (187, 86, 149), (8, 133, 161),
    (243, 243, 242), (200, 200, 200), (160, 160, 160), (122, 122, 121), (85, 85, 85), (52, 52, 52),
)  # fmt: skip
"""sRGB of the 24-patch chart as its maker publishes it."""

Rectangle = tuple[tuple[float, float, float, float], tuple[int, int, int]]
"""Left, top, width and height in mm from the card's top left corner, and sRGB."""
Words = tuple[float, float, float, str]
"""Left and baseline in mm, height of the letters in mm, text."""


def rectangles() -> tuple[Rectangle, ...]:
    """Everything on the card but its words, in the order in which it is painted."""
    drawn: list[Rectangle] = [((0.0, 0.0, WIDTH_MM, HEIGHT_MM), GROUND)]
    cell = MARKER_MM / 6
    for bits, (left, top) in zip(MARKERS, marker_corners(), strict=True):
        drawn.append(((left, top, MARKER_MM, MARKER_MM), INK))
        drawn += [
            ((left + cell * (1 + number % 4), top + cell * (1 + number // 4), cell, cell), GROUND)
            for number, bit in enumerate(bits)
            if bit == "1"
        ]
    margin = (PITCH_MM - PATCH_MM) / 2
    for (x, y), srgb in zip(patch_centres(), PATCHES, strict=True):
        half = PITCH_MM / 2 - margin
        drawn.append(((x - half, y - half, PATCH_MM, PATCH_MM), srgb))
    for mm in range(RULER_MM + 1):
        long = 2.6 if mm % 10 == 0 else 1.9 if mm % 5 == 0 else 1.2
        drawn.append(((RULER_LEFT_MM + mm - 0.075, RULER_TOP_MM, 0.15, long), INK))
    return tuple(drawn)


def words() -> tuple[Words, ...]:
    """What is printed on the card."""
    digits = [(RULER_LEFT_MM + mm - 0.7, 50.1, 1.4, str(mm)) for mm in range(10, RULER_MM + 1, 10)]
    return (
        (RULER_LEFT_MM, 5.0, 2.2, "Needlework card 1"),
        (RULER_LEFT_MM, 7.9, 1.3, "Scale and colour. Lay it flat beside the skin."),
        (RULER_LEFT_MM - 0.5, 50.1, 1.4, "0 mm"),
        *digits,
        (RULER_LEFT_MM, 52.8, 1.3, f"Check with a ruler: {RULER_MM} mm from end to end."),
    )


def marker_corners() -> tuple[tuple[float, float], ...]:
    """Top left corner of each fiducial, in the order of PLACES."""
    far_x, far_y = WIDTH_MM - INSET_MM - MARKER_MM, HEIGHT_MM - INSET_MM - MARKER_MM
    return ((INSET_MM, INSET_MM), (far_x, INSET_MM), (far_x, far_y), (INSET_MM, far_y))


def patch_centres() -> list[tuple[float, float]]:
    return [
        (LEFT_MM + PITCH_MM * (column + 0.5), TOP_MM + PITCH_MM * (row + 0.5))
        for row in range(ROWS)
        for column in range(COLUMNS)
    ]
