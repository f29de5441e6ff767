"""Whoever asks at once waits for one finding, and what fails is tried again."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from needlework.imaging.kept import Kept


def test_eight_who_ask_at_once_get_one_finding() -> None:
    kept, made, all_here = Kept(), [], threading.Barrier(8)

    def make() -> object:
        time.sleep(0.02)  # long enough for all others to ask
        made.append(1)
        return object()

    def ask(_: int) -> object:
        all_here.wait(5)
        return kept.once("furrows", make)

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(ask, range(8)))
    assert len(made) == len(found) == 1


def test_one_finding_may_ask_for_another() -> None:
    kept = Kept()
    assert kept.once("outer", lambda: kept.once("inner", lambda: 1) + 1) == 2


def test_what_failed_is_made_by_who_asks_next() -> None:
    kept = Kept()
    with pytest.raises(ZeroDivisionError):
        kept.once("share", lambda: 1 / 0)
    assert kept.once("share", lambda: 2) == 2
