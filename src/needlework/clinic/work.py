"""
The worker: takes what was put into the queue, one task after the other, and loses none.

A worker that is killed leaves its task RUNNING for ever, so a running task's worker makes itself heard, and
whoever finds one silent puts it back, or gives it up after so many attempts. Every step is an UPDATE guarded
by what it expects to find: of two workers that want the same, one gets it. A worker that was taken for dead
and is not can still end its work; what it writes then is guarded by its attempt, see the tasks themselves.

While a task runs, `finished_at` of its row is when its worker was last heard of.
"""

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from traceback import format_exc
from typing import Any, cast

from django.db import DatabaseError, connections
from django.utils import timezone
from django_tasks.base import TaskContext, TaskResultStatus
from django_tasks.signals import task_finished
from django_tasks_db.models import DBTaskResult, DBTaskResultQuerySet
from uuid_utils.compat import uuid7

ATTEMPTS = 3
HEARD_EVERY_S = 5.0
SILENT_S = 40.0
"""After this nobody is at work any more; eight times the heartbeat, for a machine that is busy."""
IDLE_S = 0.5

log = logging.getLogger(__name__)


class Stopped(BaseException):
    """This process was told to stop while it was at work."""


class Worker:
    """One worker. `parent` is the process without which it ends, 0 for none."""

    def __init__(self, *, parent: int = 0, name: str = "") -> None:
        self.name = name or str(uuid7())
        self.parent = parent
        self.stopping = threading.Event()

    def run(self, *, until: Callable[[], bool] = lambda: False) -> None:
        """Work until told to stop, or until the parent is gone."""
        while not (self.stopping.is_set() or self._orphaned() or until()):
            if not self.once():
                self.stopping.wait(IDLE_S)

    def once(self) -> bool:
        """Put back what lies, take one task and do it; whether there was one."""
        put_back(silent_since=timezone.now() - timedelta(seconds=SILENT_S))
        row = self._claimed()
        if row is None:
            return False
        self._do(row)
        return True

    def stop(self) -> None:
        """Take nothing more; a task that runs is put back by the exception that this calls for."""
        self.stopping.set()

    # one task

    def _claimed(self) -> DBTaskResult | None:
        row = DBTaskResult.objects.ready().first()
        if row is None:
            return None
        now = timezone.now()
        mine = [*row.worker_ids, self.name]
        taken = DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.READY).update(
            status=TaskResultStatus.RUNNING, started_at=now, finished_at=now, worker_ids=mine
        )
        if not taken:
            return None
        row.refresh_from_db()
        return row

    def _do(self, row: DBTaskResult) -> None:
        try:
            with self._heard(row):
                task, result = row.task, row.task_result
                given = (TaskContext(task_result=cast(Any, result)),) if task.takes_context else ()
                value = task.call(*given, *result.args, **result.kwargs)
        except Stopped:
            _end(row, TaskResultStatus.READY, at=None)
            raise
        except Exception:
            _give_up(row, format_exc())
        else:
            _end(row, TaskResultStatus.SUCCESSFUL, at=timezone.now(), return_value=value)

    @contextmanager
    def _heard(self, row: DBTaskResult) -> Iterator[None]:
        """While this lasts, a second thread says every few seconds that somebody is at work."""
        over = threading.Event()
        speaking = threading.Thread(target=_speak, args=(row, over), daemon=True)
        speaking.start()
        try:
            yield
        finally:
            over.set()
            speaking.join()

    def _orphaned(self) -> bool:
        return bool(self.parent) and os.getppid() != self.parent


def _speak(row: DBTaskResult, over: threading.Event) -> None:
    try:
        while not over.wait(HEARD_EVERY_S):
            with suppress(DatabaseError):  # a database that is busy for once is no reason to fall silent
                _own(row).update(finished_at=timezone.now())
    finally:
        connections.close_all()


def _own(row: DBTaskResult) -> DBTaskResultQuerySet:
    """The row, if it is still in this worker's hands."""
    return DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.RUNNING, worker_ids=row.worker_ids)


def _end(
    row: DBTaskResult,
    status: TaskResultStatus,
    *,
    at: datetime | None,
    return_value: object = None,
    why: str = "",
) -> bool:
    """Whether it was still ours to end."""
    ended = _own(row).update(
        status=status, finished_at=at, return_value=return_value, traceback=why,
        exception_class_path="builtins.RuntimeError" if why else "",
    )  # fmt: skip
    return ended == 1


# ── those that nobody works on any more ──────────────────────────────────────────────────────────────


def put_back(*, silent_since: datetime) -> int:
    """Tasks whose worker has fallen silent: to the queue again, or given up. Gives how many."""
    lying = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, finished_at__lt=silent_since)
    return sum(_put_back(row) for row in lying)


def _put_back(row: DBTaskResult) -> bool:
    log.warning("The task %s lay with a worker that fell silent.", row.task_path)
    if len(row.worker_ids) >= ATTEMPTS:
        return _give_up(row, f"Its worker fell silent {ATTEMPTS} times.")
    return _end(row, TaskResultStatus.READY, at=None)


def _give_up(row: DBTaskResult, why: str) -> bool:
    """FAILED, and whoever waits for it is told: the module of the task listens to `task_finished`."""
    if not _end(row, TaskResultStatus.FAILED, at=timezone.now(), why=why):
        return False
    row.refresh_from_db()
    with suppress(ImportError):  # a task that this version no longer has
        task_finished.send(sender=type(row.task.get_backend()), task_result=row.task_result)
    return True
