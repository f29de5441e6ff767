"""
Plans and reviews per second on one core, beside the same with nothing kept between two of them.

    python benchmarks/bench_plans.py [--seconds 2]

A plan here is acne scars and wrinkles in three zones; the wishes go round through every device, skin type and
some depths, so that no two that follow one another are alike. The baseline answers the same wishes and looks
every name up in tables that it makes afresh for each of them, as a stateless service would.
"""

import argparse
import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from needlework.loop import plan
from needlework.protocol import load
from needlework.protocol.schema.protocol import Protocol
from needlework.records.plan import Changes, Goals, Person, Plan, Weight
from needlework.records.skin import Sex, SkinType

ZONES = ("cheeks", "forehead", "neck")
CONCERNS = ("acne-scars", "wrinkles")
DEPTHS = ({}, {"cheeks": 1.0}, {"cheeks": 2.0, "neck": 0.5})
CHANGES = (
    Changes(depth_mm={"cheeks": 0.5}, passes={"forehead": 2}),
    Changes(sessions=3, interval_days=42, area_cm2={"neck": 80.0}),
    Changes(passes={"cheeks": 5}, without=("neck",)),
)


def wishes(protocol: Protocol) -> list[tuple[Goals, Person]]:
    """What is asked for, one after the other."""
    devices = [device.id for device in protocol.devices.device]
    return [
        (Goals(CONCERNS, ZONES, device, depth_mm=depth), Person(30 + len(depth), sex, skin))
        for depth, skin, sex, device in itertools.product(DEPTHS, SkinType, Sex, devices)
    ]


def per_second(step: Callable[[], object], seconds: float) -> float:
    """How often a step is done in a second of the processor."""
    for _ in range(200):
        step()
    done, start = 0, time.process_time()
    while (spent := time.process_time() - start) < seconds:
        for _ in range(50):
            step()
        done += 50
    return done / spent


def proposing(protocol: Protocol, *, afresh: bool) -> Callable[[], object]:
    turn = itertools.cycle(wishes(protocol))

    def step() -> object:
        wanted, person = next(turn)
        return plan.propose(wanted, person, replace(protocol) if afresh else protocol)

    return step


def reviewing(protocol: Protocol, *, afresh: bool) -> Callable[[], object]:
    turn = itertools.cycle(list(itertools.product(planned(protocol), CHANGES)))

    def step() -> object:
        course, changes = next(turn)
        return plan.review(course, changes, replace(protocol) if afresh else protocol)

    return step


def planned(protocol: Protocol) -> Iterator[Plan]:
    for wanted, person in wishes(protocol):
        course = plan.propose(wanted, person, protocol)
        if isinstance(course, Plan):
            yield course


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=2.0)
    given = options.parse_args()
    protocol = load.default()
    courses = list(planned(protocol))
    weights = [plan.review(courses[0], changes, protocol).weight for changes in CHANGES]
    assert Weight.REASON in weights and Weight.REFUSED not in weights
    print(f"{len(wishes(protocol))} wishes, {len(courses)} of them give a plan of three zones")
    for name, kind in (("plans", proposing), ("reviews", reviewing)):
        slow = per_second(kind(protocol, afresh=True), given.seconds)
        fast = per_second(kind(protocol, afresh=False), given.seconds)
        print(f"{name}: {fast:,.0f}/s; with fresh tables each time {slow:,.0f}/s; ratio {fast / slow:.1f} ×")


if __name__ == "__main__":
    main()
