"""
What is said of whole faces when one thing about them has changed: by zone, and of what else.

    python benchmarks/bench_faces.py [--people 2]

A second truth beside bench_truth's close-ups, drawn by other hands and other rules: the faces of the demo
clinic (src/needlework/clinic/demo/portraits), with furrows as deep as a brow's, seen from as far as a whole
face needs, 4.4 pixels to a millimetre. Nobody of the demo is among them. Counted are zones in which a change
that was drawn is told, and zones in which something else is told.
"""

import argparse
import sys
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from multiprocessing import get_context

import cv2

from needlework.clinic.demo.portraits import photograph
from needlework.clinic.demo.portraits.canvas import PX_PER_MM
from needlework.clinic.demo.portraits.face import Face, Shape, Visit
from needlework.imaging import pair, photo
from needlework.imaging.photo import Photo
from needlework.imaging.regions import Region
from needlework.loop import measure
from needlework.protocol import load
from needlework.records.measure import Trend
from needlework.records.skin import Sex, SkinType

ZONES = (
    Region("glabella", ((545.0, 440.0), (655.0, 440.0), (655.0, 600.0), (545.0, 600.0))),
    Region("forehead", ((450.0, 372.0), (750.0, 372.0), (750.0, 442.0), (450.0, 442.0))),
    Region("cheek", ((405.0, 690.0), (495.0, 690.0), (495.0, 850.0), (405.0, 850.0))),
)
BEFORE = Visit(date(2026, 5, 4), redness=0.6, wrinkles=1.0, scars=0.8, spots=0.6, seed=1)
CHANGES: dict[str, dict[str, float]] = {
    "nothing": {},
    "furrows to four fifths": {"wrinkles": 0.8},
    "furrows to three fifths": {"wrinkles": 0.6},
    "furrows to a third": {"wrinkles": 0.35},
    "flush to a third": {"redness": 0.2},
    "scars to a half": {"scars": 0.4},
    "spots to a half": {"spots": 0.3},
}
OWN = {"wrinkles": {"wrinkles"}, "redness": {"redness", "tone"}, "scars": {"scars"}, "spots": {"spots"}}
"""Measures that may tell a property; a flush lies in blotches, so that skin without it is more even."""


@dataclass
class Told:
    """Of one change: in how many zones it was told, the wrong way round, and what else was."""

    zones: int = 0
    right: int = 0
    wrong: int = 0
    else_: Counter[str] = field(default_factory=Counter)
    silent: Counter[str] = field(default_factory=Counter)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--people", type=int, default=2, help="people of each skin type")
    given = options.parse_args()
    begun = time.perf_counter()
    faces = [
        Face(500 + 10 * one + at, skin_type, (Sex.FEMALE, Sex.MALE)[one % 2], 55, shape=tuple(Shape)[at % 5])
        for one in range(given.people)
        for at, skin_type in enumerate(SkinType)
    ]
    with get_context("spawn").Pool(2, cv2.setNumThreads, (1,)) as pool:
        found = pool.map(person, faces, 1)
    print(f"{len(faces)} people, {len(CHANGES)} pairs each, three zones; {time.perf_counter() - begun:.0f} s")
    print(f"{'changed':<25}{'zones':>6}{'told':>6}{'wrong way':>11}  what else was told, in how many zones")
    for change in CHANGES:
        print(line(change, added([one[change] for one in found])))


def person(face: Face) -> dict[str, Told]:
    """All changes of one face."""
    before = seen(face, BEFORE)
    return {
        name: told(
            before, seen(face, replace(BEFORE, taken_on=date(2026, 11, 9), seed=2 + turn, **change)), change
        )
        for turn, (name, change) in enumerate(CHANGES.items())
    }


def seen(face: Face, visit: Visit) -> Photo:
    found = photo.decode(photograph.draw(face=face, visit=visit))
    if not isinstance(found, Photo):
        sys.exit(f"A drawn photograph was refused: {found.reasons}")
    return found


def told(before: Photo, after: Photo, change: dict[str, float]) -> Told:
    observed = pair.observe(before, after, regions=ZONES, mm_per_px=1 / PX_PER_MM)
    said = measure.compare(observed, load.default().measure)
    own = {name for changed in change for name in OWN[changed]}
    out = Told(zones=len(ZONES), silent=Counter(reason.key for reason in said.reasons))
    for one in said.changes:
        if one.verdict == Trend.NO_DETECTABLE_CHANGE:
            continue
        if one.measure not in own:
            out.else_[one.measure] += 1
        elif one.measure in change:
            out.right += one.verdict == Trend.IMPROVED
            out.wrong += one.verdict == Trend.WORSE
    return out


def added(each: list[Told]) -> Told:
    out = Told()
    for one in each:
        out.zones, out.right, out.wrong = out.zones + one.zones, out.right + one.right, out.wrong + one.wrong
        out.else_ += one.else_
        out.silent += one.silent
    return out


def line(change: str, all_: Told) -> str:
    other = ", ".join(f"{name} {n}" for name, n in all_.else_.most_common()) or "nothing"
    silent = "".join(f"; {key} {n}" for key, n in all_.silent.most_common() if key.startswith("zone."))
    return f"{change:<25}{all_.zones:>6}{all_.right:>6}{all_.wrong:>11}  {other}{silent}"


if __name__ == "__main__":
    main()
