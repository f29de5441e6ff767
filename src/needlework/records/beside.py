"""Two plans side by side."""

from dataclasses import dataclass

Thing = float | str | None


@dataclass(frozen=True, slots=True)
class Contrast:
    """One thing of two plans: what it is in each, and why it is otherwise."""

    what: str
    """Such as depth-mm or sessions; the unit is in the word."""
    before: Thing
    """None where it is not known, or not planned there."""
    after: Thing
    why: tuple[str, ...] = ()
    """Sentences of the plans themselves; empty where it is the same, or nothing is said of it."""

    @property
    def differs(self) -> bool:
        return self.before != self.after

    @property
    def moved(self) -> float | None:
        """By how much a number is larger in the second plan; None where it is no number in both."""
        if isinstance(self.before, str) or isinstance(self.after, str):
            return None
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, slots=True)
class Beside:
    """Two plans side by side."""

    course: tuple[Contrast, ...]
    zones: tuple[tuple[str, str, tuple[Contrast, ...]], ...]
    """Each zone of either plan: its id, its name, its things."""
    gone: tuple[str, ...]
    """What was said of the first plan alone: risks, what is not known, what is outside the label."""
    came: tuple[str, ...]
    """The same of the second alone."""
    shared: int
    """How much was said of both."""
