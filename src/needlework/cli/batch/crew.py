"""
Workers on this computer: a process each, which outlives neither its pipe nor the program.

A worker that dies takes no other along: its pair is tried once more by a new one, and then has its reason.
"""

import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from needlework.cli.batch.one import Done, failed, measured
from needlework.cli.batch.pairs import Pair

Task = tuple[Pair, str]
"""A pair, and the fingerprint under which it is known."""
DIED = "The process that measured this pair ended twice without an answer."


@dataclass(slots=True)
class _Hand:
    """A worker and what it is busy with."""

    process: BaseProcess
    pipe: Connection
    task: Task | None = None
    again: bool = False

    def give(self, task: Task, *, again: bool = False) -> None:
        self.task, self.again = task, again
        with suppress(OSError):  # if it has died, its end of the pipe says so to who waits for its answer
            self.pipe.send(task)

    def end(self) -> None:
        self.pipe.close()
        self.process.terminate()
        self.process.join()
        self.process.close()


def run(
    tasks: Iterable[Task], *, workers: int, work: Callable[[Pair, str], Done] = measured
) -> Iterator[tuple[Pair, Done]]:
    """What comes of each pair, in the order in which they are done."""
    waiting = iter(tasks)
    busy: dict[Any, _Hand] = {}
    """By their pipes."""

    def next_for(hand: _Hand) -> None:
        if task := next(waiting, None):
            hand.give(task)
            busy[hand.pipe] = hand
        else:
            hand.end()

    try:
        for _, first in zip(range(workers), waiting, strict=False):
            hand = _hired(work)
            hand.give(first)
            busy[hand.pipe] = hand
        while busy:
            for pipe in wait(list(busy)):
                hand = busy.pop(pipe)
                task, again = hand.task, hand.again
                assert task is not None
                try:
                    done = hand.pipe.recv()
                except (EOFError, OSError):
                    hand.end()
                    hand = _hired(work)
                    if not again:
                        hand.give(task, again=True)
                        busy[hand.pipe] = hand
                        continue
                    done = failed(task[0], DIED)
                next_for(hand)
                yield task[0], done
    finally:
        for hand in busy.values():
            hand.end()


def _hired(work: Callable[[Pair, str], Done]) -> _Hand:
    """A fresh process, that inherits nothing: neither locks nor the ends of other pipes."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_works, args=(theirs, work), daemon=True)
    process.start()
    theirs.close()
    return _Hand(process, ours)


def _works(pipe: Connection, work: Callable[[Pair, str], Done]) -> None:
    """Measure what comes until nobody is at the other end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the program, which ends its workers
    try:
        while True:
            pipe.send(work(*pipe.recv()))
    except (EOFError, OSError):
        return
