"""
What an edition must be beyond well-formed: every question used, every word cited, nothing contradicting.

`check` serves the tests, the command line and Django's system checks with the same messages.
"""

from collections.abc import Callable, Iterator
from datetime import date

from needlework.protocol.checks import bounds, ids, places, questions, reach, rules, walk, words
from needlework.protocol.load import Fault
from needlework.protocol.schema.protocol import Protocol

CHECKS: tuple[Callable[[Protocol], Iterator[Fault]], ...] = (
    ids.headed,
    ids.unique,
    ids.called,
    words.worded,
    words.grounded,
    words.fit_for_patients,
    questions.exist,
    questions.used,
    questions.of_zones,
    questions.conditions,
    rules.contradictions,
    places.exist,
    places.excluded,
    places.concerns,
    places.measures,
    places.once,
    bounds.devices,
    bounds.zones,
    bounds.courses,
    bounds.healing,
    bounds.redness,
    bounds.skin,
    rules.endless,
    reach.beyond,
    words.disagreements,
    rules.waits,
)
"""In the order in which their faults are told."""


def check(protocol: Protocol) -> tuple[Fault, ...]:
    """Every fault that only shows when the files are read together."""
    return tuple(fault for test in CHECKS for fault in test(protocol))


def overdue(protocol: Protocol, *, on: date) -> tuple[Fault, ...]:
    """The files whose review is due. Shown, never a failure: old knowledge is better than none."""
    return tuple(
        Fault(
            f"{name}.toml",
            "reviewed.again",
            f"was due on {part.reviewed.again}",
            "review it and set a new day",
        )
        for name, part in walk.sections(protocol)
        if part.reviewed.again < on
    )
