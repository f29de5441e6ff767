"""
Assessments and triages per second on one core, beside the same rules weighed one by one.

    python benchmarks/bench_rules.py [--seconds 2]

The baseline is the plain way to read a protocol: every question and every rule asked in turn, zone by zone,
without even writing a finding. It fires the same rules, which is tested before it is timed.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import cast
import crowd
from needlework.loop import conditions, recover, screen
from needlework.protocol import load
from needlework.protocol.schema.protocol import Protocol
from needlework.records.recover import CheckIn, Treatment
from needlework.records.screen import Answers
from needlework.records.skin import SkinType

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def per_second(step: Callable[[Answers], object], people: Sequence[Answers], seconds: float) -> float:
    """How many people are weighed in a second, in the quickest rounds: other work can only slow one."""
    rounds = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        for answers in people:
            step(answers)
        rounds.append(time.perf_counter() - start)
    quick = sorted(rounds)[: max(1, len(rounds) // 20)]
    return len(people) * len(quick) / sum(quick)


def one_by_one(answers: Answers, protocol: Protocol) -> set[tuple[str, str]]:
    """Which rules fire in which zone, every rule asked in every zone."""
    questions = protocol.screen.question
    sheet = conditions.sheet(questions, answers, on=TODAY)
    fired = set()
    for zone in sheet.wanted or ("",):
        live: dict[str, object] = {}
        for question in questions:
            if all(_holds(sheet, live, asked, test, zone) for asked, test in question.ask_if.items()):
                live[question.id] = sheet.answer(question.id, zone)
        for rule in protocol.screen.rule:
            if all(_holds(sheet, live, asked, test, zone) for asked, test in rule.when.items()):
                fired.add((rule.id, zone))
    return fired


def _holds(sheet: conditions.Sheet, live: dict, asked: str, test: object, zone: str) -> bool:
    answer = live.get(asked)
    return answer is not None and conditions.holds(test, answer, on=TODAY)


def the_same(people: Sequence[Answers], protocol: Protocol) -> None:
    """Stops when the two ways disagree."""
    for answers in people:
        verdict = screen.assess(answers, protocol.screen, on=TODAY)
        named = {finding.rule for finding in verdict.findings if not finding.asks}
        plain = {rule for rule, _ in one_by_one(answers, protocol)}
        if named != plain:
            raise SystemExit(f"the two ways disagree about {named ^ plain} for {answers}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each is timed")
    seconds = parser.parse_args().seconds
    protocol = load.default()
    healthy = [cast.answers(who) for who in cast.PEOPLE]
    mixed = [Answers(one.answers) for one in crowd.people(7, 300, protocol, on=TODAY)]
    print(f"{len(protocol.screen.question)} questions, {len(protocol.screen.rule)} rules")
    for name, people in (("in good health", healthy), ("of a crowd, in up to three zones", mixed)):
        the_same(people, protocol)
        quick = per_second(lambda one: screen.assess(one, protocol.screen, on=TODAY), people, seconds)
        plain = per_second(lambda one: one_by_one(one, protocol), people, seconds)
        print(
            f"people {name}: {quick:,.0f} assessments/s, {plain:,.0f}/s rule by rule, {quick / plain:.1f} x"
        )
    treatment = Treatment(NOW - timedelta(days=2), 1.0, SkinType.III)
    check_ins = [Answers(one.check_in) for one in crowd.people(7, 300, protocol, on=TODAY)]
    triaged = per_second(
        lambda one: recover.triage(CheckIn(NOW, one), treatment, protocol.recover), check_ins, seconds
    )
    print(f"check-ins: {triaged:,.0f} triages/s")


if __name__ == "__main__":
    main()
