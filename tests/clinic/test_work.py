"""The queue: what is put in is done once, whoever falls; and what fails is said to have failed."""

import os
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks.signals import task_finished
from django_tasks_db.models import DBTaskResult

from needlework.clinic import work
from needlework.clinic.work import Stopped, Worker

DONE: list[str] = []


@task(takes_context=True)
def noted(context, word):
    DONE.append(f"{word} {context.attempt}")


@task
def broken():
    raise ValueError("broken on purpose")


@task
def stopped():
    raise Stopped


@pytest.fixture(autouse=True)
def nothing_done(db):
    DONE.clear()


def _only():
    return DBTaskResult.objects.get()


def _silent(row):
    """As a killed worker leaves its task."""
    row.worker_ids = [*row.worker_ids, str(uuid4())]
    long_ago = timezone.now() - timedelta(seconds=work.SILENT_S + 1)
    row.status, row.started_at, row.finished_at = TaskResultStatus.RUNNING, long_ago, long_ago
    row.save()


def test_one_task_after_the_other_is_done_once():
    for word in ("thread", "needle"):
        noted.enqueue(word)
    worker = Worker()
    assert [worker.once() for _ in range(3)] == [True, True, False]
    assert DONE == ["thread 1", "needle 1"]


def test_what_a_killed_worker_left_is_taken_up_again():
    noted.enqueue("thread")
    _silent(_only())
    Worker().once()
    assert DONE == ["thread 2"] and _only().status == TaskResultStatus.SUCCESSFUL


def test_what_somebody_is_at_work_on_is_left_alone():
    noted.enqueue("thread")
    _silent(_only())
    DBTaskResult.objects.update(finished_at=timezone.now())
    assert not Worker().once() and not DONE


def test_after_three_silent_workers_it_is_given_up_and_said():
    heard = []

    def hear(task_result, **signal):
        heard.append((task_result.status, task_result.attempts))

    task_finished.connect(hear)
    noted.enqueue("thread")
    for _ in range(work.ATTEMPTS):
        _silent(_only())
        work.put_back(silent_since=timezone.now() - timedelta(seconds=work.SILENT_S))
    assert not Worker().once() and not DONE
    assert heard == [(TaskResultStatus.FAILED, work.ATTEMPTS)]


def test_a_worker_that_was_given_up_ends_nothing_any_more():
    noted.enqueue("thread")
    slow = Worker()
    mine = slow._claimed()
    DBTaskResult.objects.update(finished_at=timezone.now() - timedelta(seconds=work.SILENT_S + 1))
    Worker(name="another").once()
    slow._do(mine)
    assert _only().worker_ids[-1] == "another" and DONE == ["thread 2", "thread 1"]


def test_of_two_that_want_the_same_one_gets_it():
    noted.enqueue("thread")
    seen_by_both = _only()
    assert Worker()._claimed() == seen_by_both and Worker()._claimed() is None


def test_what_is_broken_fails_at_once_with_its_reason():
    broken.enqueue()
    Worker().once()
    row = _only()
    assert row.status == TaskResultStatus.FAILED and "broken on purpose" in row.traceback


def test_a_worker_that_is_told_to_stop_puts_its_task_back():
    stopped.enqueue()
    with pytest.raises(Stopped):
        Worker().once()
    assert _only().status == TaskResultStatus.READY


def test_a_worker_ends_with_its_parent():
    waiting = Worker(parent=os.getppid() + 1)  # somebody else than who started this process
    running = threading.Thread(target=waiting.run)
    running.start()
    running.join(5)
    assert not running.is_alive()
