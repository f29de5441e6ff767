"""One thing that is looked at in a photograph, as a number with its unit, its limits and what it means."""

from dataclasses import dataclass
from enum import StrEnum

from needlework.records.why import Reason


class Mark(StrEnum):
    FINE = "fine"
    CAUTION = "caution"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was looked at."""

    id: str
    title: str
    mark: Mark
    value: float | None = None
    unit: str = ""
    caution: float | None = None
    """The value from which on there is a caution; None where there is no such value."""
    refuse: float | None = None
    """The value from which on the photograph is refused."""
    at_most: bool = True
    """Whether small values are the good ones."""
    says: str = ""
    """What was found, in a sentence; empty where it is fine and the number says it."""
    do: str = ""

    def reason(self, who: str) -> Reason:
        return Reason(f"{who}.{self.id}", self.says, self.do)


def graded(
    id_: str,
    title: str,
    value: float,
    *,
    unit: str = "",
    caution: float | None = None,
    refuse: float | None = None,
    at_most: bool = True,
    says: str,
    mild: str = "",
    do: str,
) -> Item:
    """
    An item whose mark follows from its number. `mild` is said in place of `says` where it is only a caution.

    >>> graded("shine", "Shine", 5.0, unit="%", caution=3, refuse=25, says="It shines.", do="Dab it.").mark
    <Mark.CAUTION: 'caution'>
    """

    def beyond(limit: float | None) -> bool:
        return limit is not None and (value > limit if at_most else value < limit)

    mark = Mark.REFUSED if beyond(refuse) else Mark.CAUTION if beyond(caution) else Mark.FINE
    told = "" if mark is Mark.FINE else (mild or says) if mark is Mark.CAUTION else says
    return Item(id_, title, mark, value, unit, caution, refuse, at_most, told, do if told else "")
