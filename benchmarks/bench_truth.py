"""
What each measure makes of skin whose truth is known, for all skins and for each type.

    python benchmarks/bench_truth.py [--people 4] [--measures wrinkles,redness] [--seed 0] [--held-out]
                                     [--json FILE]

People are drawn (tests/skins.py) and photographed twice: unchanged; with one property changed by a known
factor; tanned; with two properties changed; with something on the skin or a smile; without care; and with the
card in the picture, which then gives scale and colour. Each person has a clinic of their own, with its lamp
and its camera. Even seeds are for tuning, odd ones are held
out and not looked at while a measure is made.

A change that was refused, or not read, counts as not detected. Shares of unchanged or otherwise changed
pairs are among the pairs that were read. Drawn skin is no skin: what stands here is what a measure does under
the faults that are drawn, and not what it does in a clinic.
"""

import argparse
import json
import math
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from scipy.stats import chi2

from needlework.imaging import pair, photo
from needlework.imaging.catalogue import MEASURES
from needlework.imaging.regions import Region
from needlework.loop import measure
from needlework.protocol import load
from needlework.records.measure import Reading, Trend

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
import skins

KNOWN = tuple(name for name in MEASURES if name in skins.PROPERTIES)
LOW, HIGH = 0.5, 1.6
PLAIN = 0.2
"""From a change of this share on, a measure is asked to see it."""
COVERS: dict[str, dict[str, Any]] = {
    "make-up": {"makeup": 0.8},
    "stubble": {"stubble": 0.7},
    "shine": {"shine": 0.8},
    "smile": {"smile_mm": 1.2},
    "hairs": {"hairs": 6},
}
COLOURS = ("redness", "pigmentation")
"""Properties that are changed beside a card as well."""
TARGETS = {
    "spearman": (">=", 0.90, "rank correlation with the true change"),
    "sign": (">=", 0.95, "sign right from 20 % on"),
    "detected": (">=", 0.80, "detected from 20 % on"),
    "null": ("<=", 0.05, "unchanged called changed"),
    "cross": ("<=", 0.15, "called changed although another property changed"),
    "any_null": ("<=", 0.10, "unchanged with any measure called changed"),
    "careless": (">=", 0.90, "careless pairs refused or without a verdict"),
}

Figure = dict[str, Any]
"""value, low, high of the 95 % interval, and of how many pairs."""


@dataclass(frozen=True)
class Found:
    """One pair: what was done to it, and what each measure said."""

    type: str
    kind: str
    """null, one, two, tan, careless, card, or the name of a cover."""
    factors: dict[str, float]
    reasons: tuple[str, ...]
    moved: dict[str, float]
    called: dict[str, int]
    """+1 more of the property, -1 less, 0 no detectable change."""


# ── drawing and measuring ────────────────────────────────────────────────────────────────────────────


def factor(rng: np.random.Generator) -> float:
    return math.exp(rng.uniform(math.log(LOW), math.log(HIGH)))


def person(task: tuple[str, int, tuple[str, ...]]) -> list[Found]:
    """All pairs of one person."""
    skin_type, seed, names = task
    rng = np.random.default_rng([seed, 101])
    skin, base = skins.Skin(skin_type, seed), skins.sitting(seed)
    kinds: list[tuple[str, dict[str, float], dict[str, Any]]] = [("null", {}, {}), ("null", {}, {})]
    kinds += [("one", {name: factor(rng)}, {}) for name in skins.PROPERTIES]
    kinds += [("tan", {"tan": factor(rng)}, {})]
    kinds += [("two", {str(n): factor(rng) for n in rng.choice(skins.PROPERTIES, 2, replace=False)}, {})]
    kinds += [(cover, {}, what) for cover, what in COVERS.items()]
    found = []
    for turn, (kind, factors, again) in enumerate(kinds):
        files = skins.pair(skin, 1000 * seed + turn, base=base, again=again, **factors)
        found.append(judged(files, names, Found(skin_type, kind, factors, (), {}, {})))
    wrong = skins.photograph(skin, skins.careless(seed, base=base))
    found.append(judged((files[0], wrong), names, Found(skin_type, "careless", {}, (), {}, {})))
    for turn, changed in enumerate([{}, *({name: factor(rng)} for name in COLOURS)], start=len(kinds)):
        files = skins.pair(replace(skin, card=True), 1000 * seed + turn, base=base, **changed)
        found.append(judged(files, names, Found(skin_type, "card", changed, (), {}, {}), mm_per_px=None))
    return found


def judged(
    files: tuple[bytes, bytes],
    names: tuple[str, ...],
    blank: Found,
    *,
    mm_per_px: float | None = skins.MM_PER_PX,
) -> Found:
    seen = [photo.decode(data) for data in files]
    assert all(isinstance(each, photo.Photo) for each in seen)
    observation = pair.observe(
        *seen,  # type: ignore[arg-type]
        regions=(Region("zone", skins.ZONE),),
        mm_per_px=mm_per_px,
        measures=names,
    )
    said = measure.compare(observation, load.default().measure)
    more = {name: 1 if MEASURES[name].better == "lower" else -1 for name in names}
    worse = {Trend.WORSE: 1, Trend.IMPROVED: -1, Trend.NO_DETECTABLE_CHANGE: 0}
    return replace(
        blank,
        reasons=tuple(reason.key for reason in said.reasons),
        moved={r.measure: more[r.measure] * moved(r) for r in observation.readings},
        # all properties drawn are worse when there is more of them
        called={c.measure: worse[c.verdict] for c in said.changes},
    )


def moved(reading: Reading) -> float:
    if reading.ratio:
        return math.log((reading.after + reading.floor) / (reading.before + reading.floor))
    return reading.after - reading.before


# ── figures with their intervals ─────────────────────────────────────────────────────────────────────


def share(hits: Iterable[bool]) -> Figure:
    """A share with Wilson's 95 % interval."""
    held = list(hits)
    n = len(held)
    if not n:
        return {"value": None, "low": None, "high": None, "of": 0}
    p, z = sum(held) / n, 1.96
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return rounded(p, max(0.0, middle - half), min(1.0, middle + half), n)


def spearman(true: Sequence[float], measured: Sequence[float]) -> Figure:
    """Rank correlation with the 95 % interval of 400 resamplings."""
    n = len(true)
    if n < 4:
        return {"value": None, "low": None, "high": None, "of": n}
    x, y = np.array(true), np.array(measured)
    rng = np.random.default_rng(7)
    again = [rho(x[at], y[at]) for at in rng.integers(0, n, (400, n))]
    low, high = np.nanquantile(again, (0.025, 0.975))
    return rounded(rho(x, y), float(low), float(high), n)


def scatter(moved: Sequence[float]) -> Figure:
    """Root mean square of changes that are none, with the 95 % interval of a normal scatter."""
    n = len(moved)
    if n < 4:
        return {"value": None, "low": None, "high": None, "of": n}
    value = math.sqrt(sum(m * m for m in moved) / n)
    low, high = (value * math.sqrt(n / chi2.ppf(q, n)) for q in (0.975, 0.025))
    return rounded(value, low, high, n)


def mean(moved: Sequence[float]) -> Figure:
    """Their mean, with its 95 % interval."""
    n = len(moved)
    if n < 4:
        return {"value": None, "low": None, "high": None, "of": n}
    value = sum(moved) / n
    half = 1.96 * math.sqrt(sum((m - value) ** 2 for m in moved) / (n - 1) / n)
    return rounded(value, value - half, value + half, n)


def slope(both: Sequence[tuple[float, float]]) -> Figure:
    """How much is read for each unit of the true logarithm, through none; 95 % interval."""
    n = len(both)
    if n < 4:
        return {"value": None, "low": None, "high": None, "of": n}
    x, y = np.array(both).T
    value = float(x @ y / (x @ x))
    half = 1.96 * math.sqrt(float(((y - value * x) ** 2).sum()) / (n - 1) / float(x @ x))
    return rounded(value, value - half, value + half, n)


def rho(x: Any, y: Any) -> float:
    ranks = [np.searchsorted(np.sort(v), v) + np.searchsorted(np.sort(v), v, "right") for v in (x, y)]
    if any(np.ptp(r) == 0 for r in ranks):
        return math.nan
    return float(np.corrcoef(ranks)[0, 1])


def rounded(value: float, low: float, high: float, of: int) -> Figure:
    return {"value": round(value, 4), "low": round(low, 4), "high": round(high, 4), "of": of}


def plain(value: float) -> bool:
    return abs(value - 1) >= PLAIN


def of_measure(name: str, found: list[Found]) -> dict[str, Any]:
    """The figures of one measure."""
    own = [f for f in found if f.kind == "one" and name in f.factors]
    read = [f for f in own if name in f.moved]
    large = [f for f in own if plain(f.factors[name])]
    two = [f for f in found if f.kind == "two"]
    both = [f for f in two if name in f.factors and plain(f.factors[name])]
    others = [f for f in found if f.kind in ("one", "tan") and name not in f.factors]
    right = lambda f: f.called.get(name, 0) * (f.factors[name] - 1) > 0  # noqa: E731
    called = lambda rows: share(f.called[name] != 0 for f in rows if name in f.called)  # noqa: E731
    null = [f for f in found if f.kind == "null"]
    carded = [f for f in found if f.kind == "card"]
    beside = [f for f in carded if name in f.factors]
    by_other = {
        other: called([f for f in others if other in f.factors])
        for other in (*skins.PROPERTIES, "tan")
        if other != name
    }
    return {
        "spearman": spearman([math.log(f.factors[name]) for f in read], [f.moved[name] for f in read]),
        "sign": share(f.moved[name] * (f.factors[name] - 1) > 0 for f in large if name in f.moved),
        "detected": share(right(f) for f in large),
        "null": called(null),
        "error": scatter([f.moved[name] for f in null if name in f.moved]),
        "bias": mean([f.moved[name] for f in null if name in f.moved]),
        "slope": slope([(math.log(f.factors[name]), f.moved[name]) for f in read]),
        "cross": called(others),
        "cross_by": by_other,
        "covers": {cover: called([f for f in found if f.kind == cover]) for cover in COVERS},
        "two_sign": share(f.moved[name] * (f.factors[name] - 1) > 0 for f in both if name in f.moved),
        "two_detected": share(right(f) for f in both),
        "two_cross": called([f for f in two if name not in f.factors]),
        "card": {
            "null": called([f for f in carded if not f.factors]),
            "error": scatter([f.moved[name] for f in carded if not f.factors and name in f.moved]),
            "spearman": spearman(
                [math.log(f.factors[name]) for f in beside if name in f.moved],
                [f.moved[name] for f in beside if name in f.moved],
            ),
            "detected": share(right(f) for f in beside if plain(f.factors[name])),
        },
    }


def of_pairs(found: list[Found]) -> dict[str, Any]:
    """The figures of whole pairs, whatever the measure."""
    silent = lambda f: not any(f.called.values())  # noqa: E731
    careful = [f for f in found if f.kind != "careless"]
    carded = [f for f in found if f.kind == "card"]
    wrong = [f for f in found if f.kind == "careless"]
    return {
        "any_null": share(not silent(f) for f in careful if f.kind == "null" and f.called),
        "refused": share(not f.called for f in careful if f.kind not in (*COVERS, "card")),
        "card_refused": share(not f.called for f in carded),
        "careless": share(silent(f) for f in wrong),
        "careless_refused": share(not f.called for f in wrong),
        "covers": {
            cover: {
                "refused": share(not f.called for f in found if f.kind == cover),
                "any": share(not silent(f) for f in found if f.kind == cover and f.called),
            }
            for cover in COVERS
        },
    }


def by_type(figures: Callable[[list[Found]], dict[str, Any]], found: list[Found]) -> dict[str, Any]:
    kinds = {name: figures([f for f in found if f.type == name]) for name in skins.TYPES}
    return {"all": figures(found), "by_type": kinds}


# ── what is printed ──────────────────────────────────────────────────────────────────────────────────


def said(figure: Figure) -> str:
    if figure["value"] is None:
        return "     –            "
    return f"{figure['value']:5.2f} {figure['low']:5.2f}–{figure['high']:4.2f}{figure['of']:4d}"


def table(figures: dict[str, Any], columns: dict[str, str]) -> None:
    print("      " + " ".join(f"{title:<19}" for title in columns.values()))
    for row in ("all", *skins.TYPES):
        each = figures["all"] if row == "all" else figures["by_type"][row]
        print(f"{row:>4}  " + "  ".join(said(each[key]) for key in columns))


def worst(figures: dict[str, Any], key: str) -> str:
    """The type with the worst figure, or nothing where none has one."""
    sign = 1 if TARGETS[key][0] == ">=" else -1
    rows = {t: each[key]["value"] for t, each in figures["by_type"].items() if each[key]["value"] is not None}
    if not rows or len(set(rows.values())) == 1:
        return ""
    name = min(rows, key=lambda t: sign * rows[t])
    return f"{name} ({rows[name]:.2f})"


def misses(figures: dict[str, Any]) -> list[str]:
    """What it cannot do, in words."""
    out = []
    for key, (side, target, words) in TARGETS.items():
        value = figures["all"].get(key, {}).get("value")
        if value is not None and (value < target if side == ">=" else value > target):
            out.append(f"{words}: {value:.2f}, to be {side} {target:.2f}")
    return out


def print_measure(name: str, figures: dict[str, Any]) -> None:
    print(f"\n== {name}: {MEASURES[name].title}   (figure, 95 % interval, pairs)")
    columns = {"spearman": "Spearman", "sign": "sign right", "detected": "detected"}
    table(figures, columns | {"null": "null called", "cross": "other called"})
    loud = {k: v for k, v in figures["all"]["cross_by"].items() if v["value"]}
    ordered = sorted(loud.items(), key=lambda item: -item[1]["value"])
    print("      called when only … changed: " + listed(f"{k} {v['value']:.2f}" for k, v in ordered))
    covers = figures["all"]["covers"]
    for cover, figure in covers.items():
        print(f"      with {cover:<8} called: {said(figure)}")
    two = figures["all"]
    print(
        f"      two changed: sign right {said(two['two_sign'])}, detected {said(two['two_detected'])}, "
        f"called though among others {said(two['two_cross'])}"
    )
    print_card(figures["all"])
    print("      worst type: " + listed(f"{key} {w}" for key in columns if (w := worst(figures, key))))
    print("      cannot: " + listed(misses(figures)))


def print_card(figures: dict[str, Any]) -> None:
    """What a card in the picture does to unchanged skin, and to changes of colour."""
    card = figures["card"]
    with_, without = card["error"]["value"], figures["error"]["value"]
    if with_ is not None and without:
        print(
            f"      with the card: null called {said(card['null'])}, scatter {with_ / without:.2f} of without"
        )
    if card["detected"]["value"] is not None:
        print(f"      with the card: Spearman {said(card['spearman'])}, detected {said(card['detected'])}")


def listed(parts: Iterable[str]) -> str:
    return "; ".join(parts) or "none"


def print_pairs(figures: dict[str, Any], found: list[Found]) -> None:
    print("\n== pairs, whatever the measure")
    columns = {"any_null": "null, any called", "refused": "careful, refused"}
    table(figures, columns | {"careless": "careless, silent", "careless_refused": "careless, refused"})
    print(f"      with the card refused: {said(figures['all']['card_refused'])}")
    for cover, both in figures["all"]["covers"].items():
        print(f"      with {cover:<8} refused: {said(both['refused'])}, any called: {said(both['any'])}")
    why: dict[str, int] = {}
    for each in found:
        if each.kind != "careless" and not each.called:
            for key in each.reasons:
                why[key] = why.get(key, 0) + 1
    print("      careful pairs refused for: " + listed(f"{k} {n}" for k, n in sorted(why.items())))
    print("      cannot: " + listed(misses(figures)))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--people", type=int, default=4, help="people of each type")
    options.add_argument("--measures", default=",".join(KNOWN))
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--held-out", action="store_true", help="the people whom nothing was tuned on")
    options.add_argument("--json", type=Path)
    given = options.parse_args()
    names = tuple(given.measures.split(","))
    if unknown := set(names) - set(KNOWN):
        options.error(f"no truth is drawn for {', '.join(sorted(unknown))}; choose among {', '.join(KNOWN)}")
    tasks = [
        (skin_type, 2 * (1000 * given.seed + 100 * at + one) + given.held_out, names)
        for one in range(given.people)
        for at, skin_type in enumerate(skins.TYPES)
    ]
    begun = time.perf_counter()
    with get_context("spawn").Pool(2, cv2.setNumThreads, (1,)) as pool:
        found = [each for rows in pool.imap(person, tasks) for each in rows]
    held = "held out" if given.held_out else "for tuning"
    took = time.perf_counter() - begun
    print(f"{len(found)} pairs of {len(tasks)} people {held}, {took:.0f} s; measures: {', '.join(names)}")
    untold = sorted(set(MEASURES) - set(KNOWN))
    print("measures without a drawn truth: " + listed(untold))
    figures = {name: by_type(lambda rows, name=name: of_measure(name, rows), found) for name in names}
    for name in names:
        print_measure(name, figures[name])
    pairs = by_type(of_pairs, found)
    print_pairs(pairs, found)
    if given.json:
        given.json.write_text(json.dumps(figures | {"pairs": pairs}, indent=1) + "\n")


if __name__ == "__main__":
    main()
