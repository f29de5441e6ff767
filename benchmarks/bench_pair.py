"""
Decode to verdict of one 12-megapixel pair, beside the same measures in plain scikit-image.

    python benchmarks/bench_pair.py [--skip-baseline] [--megapixels 12]

The pair is drawn (tests/skins.py) and enlarged to the size of a camera's picture. The baseline is written as
one would write it from the textbook: floats of 64 bits, rgb2lab, Frangi, SIFT and RANSAC, ILK flow, bicubic
warp, at full size. It gives no gate, no interval and no verdict, and it is not tuned to be slow.
"""

import argparse
import io
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import skins
from needlework.imaging import pair, photo
from needlework.imaging.regions import Region
from needlework.loop import measure
from needlework.protocol import load
from needlework.records import Refusal


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def ours(before: bytes, after: bytes, zone: Region, mm_per_px: float) -> str:
    one, two = photo.decode(before), photo.decode(after)
    assert not isinstance(one, Refusal) and not isinstance(two, Refusal)
    observation = pair.observe(one, two, regions=(zone,), mm_per_px=mm_per_px)
    found = measure.compare(observation, load.default().measure)
    words = [
        f"{change.measure} {change.change:+.3f} {change.unit}: {change.verdict}" for change in found.changes
    ]
    return "; ".join(words) or "; ".join(reason.problem for reason in found.reasons)


def baseline(before: bytes, after: bytes, zone: Region) -> str:
    from PIL import Image
    from skimage import color, draw, feature, filters, measure, registration, transform

    one, two = (np.asarray(Image.open(io.BytesIO(data))) / 255.0 for data in (before, after))
    grey_one, grey_two = color.rgb2gray(one), color.rgb2gray(two)
    found = []
    for grey in (grey_one, grey_two):
        points = feature.SIFT(c_dog=0.003)  # skin has too little contrast for ORB
        points.detect_and_extract(transform.rescale(grey, 0.25, anti_aliasing=True))
        found.append(points)
    matches = feature.match_descriptors(
        found[0].descriptors, found[1].descriptors, cross_check=True, max_ratio=0.8
    )
    there, here = (
        found[1].keypoints[matches[:, 1]][:, ::-1] * 4,
        found[0].keypoints[matches[:, 0]][:, ::-1] * 4,
    )
    model, _ = measure.ransac((here, there), transform.ProjectiveTransform, 4, 8, max_trials=1000, rng=1)
    moved = transform.warp(two, model, order=3)
    v, u = registration.optical_flow_ilk(grey_one, color.rgb2gray(moved), radius=15)
    rows, columns = np.mgrid[0 : one.shape[0], 0 : one.shape[1]].astype(float)
    moved = np.stack(
        [transform.warp(moved[..., c], np.array([rows + v, columns + u]), order=3) for c in range(3)], -1
    )
    inside = draw.polygon2mask(one.shape[:2], np.array(zone.polygon)[:, ::-1])
    words = []
    for name, read in (
        ("redness a*", _redness),
        ("wrinkles", lambda picture: _lines(picture, filters, color)),
    ):
        words.append(f"{name} {float(read(moved)[inside].mean() - read(one)[inside].mean()):+.4f}")
    return "; ".join(words)


def _redness(picture: Any) -> Any:
    from skimage import color

    return color.rgb2lab(np.clip(picture, 0, 1))[..., 1]


def _lines(picture: Any, filters: Any, color: Any) -> Any:
    return filters.frangi(color.rgb2gray(picture), sigmas=(2, 4, 8), black_ridges=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--megapixels", type=float, default=12.0)
    options.add_argument("--skip-baseline", action="store_true")
    given = options.parse_args()
    side = round((given.megapixels * 1e6) ** 0.5)
    scale = side / skins.SIDE_PX
    skin = skins.Skin("III", seed=1)
    changed = skins.Skin("III", seed=1, redness=0.75, wrinkles=0.7)
    before = skins.photograph(skin, skins.Shot(), side_px=side)
    after = skins.photograph(changed, skins.reshot(3), side_px=side)
    zone = Region("middle", tuple((x * scale, y * scale) for x, y in skins.ZONE))
    mm_per_px = skins.MM_PER_PX / scale
    print(f"{side} × {side} pixels, {len(before) / 1e6:.1f} and {len(after) / 1e6:.1f} MB")
    times = []
    for turn in range(4):
        start, busy = time.perf_counter(), time.process_time()
        words = ours(before, after, zone, mm_per_px)
        times.append(time.perf_counter() - start)
        busy = time.process_time() - busy
        which = "first" if turn == 0 else "again"
        print(f"needlework, {which}: {times[-1]:.2f} s, {busy:.2f} s of processor ({words})")
    warm = min(times[1:])
    print(f"needlework: {warm:.2f} s warm, peak {peak_mb():.0f} MB")
    if given.skip_baseline:
        return
    start = time.perf_counter()
    words = baseline(before, after, zone)
    slow = time.perf_counter() - start
    print(f"scikit-image: {slow:.1f} s, peak {peak_mb():.0f} MB  ({words})")
    print(f"ratio: {slow / warm:.0f} ×")


if __name__ == "__main__":
    main()
