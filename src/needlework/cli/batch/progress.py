"""How far a batch is: a bar for a person at a terminal, else a plain line now and then, both on stderr."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

EVERY_S = 30.0
"""Between two plain lines, so that a log of hours stays readable."""


@contextmanager
def shown(total: int) -> Iterator[Callable[[], None]]:
    """What is to be called whenever a pair is done."""
    if sys.stderr.isatty():
        with _bar(total) as advance:
            yield advance
    else:
        yield lines(total)


@contextmanager
def _bar(total: int) -> Iterator[Callable[[], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("measuring"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=total)
        yield lambda: progress.advance(task)


def lines(total: int, *, clock: Callable[[], float] = time.monotonic) -> Callable[[], None]:
    """Says how far it is, at most every few seconds."""
    begun = said = clock()
    done = 0

    def advance() -> None:
        nonlocal said, done
        done += 1
        now = clock()
        if now - said >= EVERY_S and done < total:
            said = now
            left = (now - begun) / done * (total - done)
            print(f"{done} of {total} pairs, about {_span(left)} left", file=sys.stderr, flush=True)

    return advance


def _span(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return "a minute"
    return f"{minutes} min" if minutes < 100 else f"{minutes / 60:.0f} h"
