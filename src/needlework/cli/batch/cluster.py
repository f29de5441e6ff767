"""Workers of a Dask scheduler, which may be many computers that see the same files."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from needlework.cli.batch.crew import Task
from needlework.cli.batch.one import Done, failed, measured
from needlework.cli.batch.pairs import Pair

if TYPE_CHECKING:
    from collections.abc import Iterable

    from needlework.records.why import Refusal

SECONDS = 10
AHEAD = 3
"""Pairs that wait at each thread of the cluster, so that none is idle and none hoards."""
DIED = "The workers that measured this pair ended, one after the other."


@contextmanager
def joined(address: str) -> "Iterator[Any | Refusal]":
    """A client of the scheduler at an address, or why there is none."""
    try:
        from distributed import Client
    except ImportError:
        yield _refuse("Dask is not installed.", 'Install the extra "batch": pip install "needlework[batch]".')
        return
    do = "Give the address that the scheduler says when it starts, such as tcp://10.0.0.5:8786."
    if not _address(address):
        yield _refuse(f"“{address}” is no address.", do)
        return
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is said here, in one line
    try:
        client = Client(address, timeout=SECONDS, set_as_default=False, name="needlework")
    except (OSError, ValueError, ImportError) as error:
        yield _refuse(f"{address} does not answer ({type(error).__name__}).", do)
        return
    with client:
        if client.nthreads():
            yield client
        else:
            yield _refuse(f"{address} has no workers.", f"Start one: dask worker {address}")


def run(client: Any, tasks: "Iterable[Task]") -> "Iterator[tuple[Pair, Done] | Refusal]":
    """What comes of each pair, as it is done; a refusal, and the end, where the cluster cannot go on."""
    from distributed import as_completed

    waiting = iter(tasks)
    pairs: dict[Any, Pair] = {}

    def sent() -> Any:
        """The next pair, on its way; never answered from Dask's memory, for a file may have changed."""
        task = next(waiting, None)
        if task is None:
            return None
        future = client.submit(measured, *task, pure=False)
        pairs[future.key] = task[0]
        return future

    ahead = AHEAD * sum(client.nthreads().values())
    coming = as_completed([future for _ in range(ahead) if (future := sent())], loop=client.loop)
    for future in coming:
        pair = pairs.pop(future.key)
        error = future.exception() if future.status != "cancelled" else None
        if future.status == "cancelled":
            yield _refuse("The scheduler was lost.", "Run the batch again: it goes on where it stopped.")
            return
        if error is None:
            yield pair, future.result()
        elif type(error).__name__ == "KilledWorker":
            yield pair, failed(pair, DIED)
        else:
            problem = f"The workers cannot run Needlework ({type(error).__name__}: {error})."
            yield _refuse(problem, "Install the same version of it there.")
            return
        if following := sent():
            coming.add(following)


def _address(given: str) -> bool:
    """Whether there is a port to knock at."""
    try:
        return urlsplit(given if "://" in given else f"tcp://{given}").port is not None
    except ValueError:
        return False


def _refuse(problem: str, do: str) -> "Refusal":
    from needlework.records.why import Reason, Refusal

    return Refusal((Reason("scheduler", problem, do),))
