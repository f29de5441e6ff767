"""The nouns of screening: what somebody said, and what it means for a treatment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from needlework.records.ranked import Ranked
from needlework.records.why import Citation, Position

AnswerValue = bool | int | float | str | date | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """
    What a person said, by question. A question that is absent was not answered.

    Where a question is put zone by zone, `filler` holds for every zone, `filler.chin` for that zone alone.
    """

    given: Mapping[str, AnswerValue]


class Outcome(Ranked):
    """How a finding weighs on a treatment today; a verdict is its worst finding."""

    CLEAR = "clear"
    CAUTION = "caution"
    DEFER = "defer"
    ABSOLUTE = "absolute"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that an answer means for treatment, in words for staff and for the patient."""

    rule: str
    outcome: Outcome
    off_label: bool
    until: date | None
    """The first day on which this finding no longer defers; None where no day ends it."""
    ends: str
    """What ends it where no day does, such as "until healed"; empty otherwise."""
    say: str
    tell: str
    basis: str
    """cited, derived or house."""
    sources: tuple[Citation, ...]
    positions: tuple[Position, ...] = ()
    choice: str = ""
    """Why this edition takes the position that it takes."""
    asks: tuple[str, ...] = ()
    """Questions whose missing answer is this finding."""
    override: tuple[str, ...] = ()
    """Roles that may treat in spite of it, with a reason; empty where nobody may."""
    zones: tuple[str, ...] = ()
    """The zones that it speaks of; empty where it speaks of the whole person."""
    beside: tuple[str, ...] = ()
    """Other findings of this verdict about the same answers, which weigh differently."""

    @property
    def to_decide(self) -> bool:
        """Whether somebody other than the practitioner must have decided before anything is done."""
        return self.outcome is Outcome.CAUTION and bool(self.override) and "practitioner" not in self.override


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    May we treat this person, here, today?

    `until` is the day on which every dated deferral has ended; None where there is none, or where
    something without a day stands in the way as well.
    """

    outcome: Outcome
    until: date | None
    off_label: bool
    findings: tuple[Finding, ...]
    """Worst first."""
    on: date
    edition: str
    zones: tuple[str, ...] = ()
    """Where treatment was asked for; empty where that was not answered."""

    def speaking_of(self, zone: str) -> tuple[Finding, ...]:
        """The findings for the whole person and for this zone, worst first."""
        return tuple(one for one in self.findings if not one.zones or zone in one.zones)

    def outcome_in(self, zone: str) -> Outcome:
        """The worst finding that speaks of this zone: a filler in the chin bars no forehead."""
        return max((one.outcome for one in self.speaking_of(zone)), default=Outcome.CLEAR)

    def until_in(self, zone: str) -> date | None:
        """The day on which every deferral has ended in this zone; None as for the whole."""
        return last_day(self.speaking_of(zone))


def last_day(findings: Iterable[Finding]) -> date | None:
    """The day on which the last deferral ends; None while something without a day stands in the way."""
    barring = [finding for finding in findings if finding.outcome >= Outcome.DEFER]
    days = [finding.until for finding in barring if finding.until is not None]
    return max(days) if days and len(days) == len(barring) else None
