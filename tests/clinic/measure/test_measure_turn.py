"""A pair that waits its turn: asked for once, measured once, whoever falls meanwhile; its page says so."""

from contextlib import nullcontext
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from clinic import charted
from clinic.measure import shots, worked
from needlework.clinic import storage, work
from needlework.clinic.measure import actions, look
from needlework.clinic.models.audit import AuditLine
from needlework.clinic.models.measuring import NEXT, Measuring, Stage
from needlework.clinic.models.photographs import Comparison, Photograph
from needlework.clinic.rights import actions as rights
from needlework.imaging.scale import Scale
from needlework.records.measure import Observation

SEEN = look.Look(Observation("pair-1", False, (), (), None), Scale(), {}, {})

pytestmark = pytest.mark.usefixtures("photographed")


@pytest.fixture(autouse=True)
def a_quick_look(monkeypatch, settings, tmp_path):
    """What takes seconds, measuring itself, is not what is tried here."""
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(look, "at", lambda asked: SEEN)


@pytest.fixture
def pair(patient):
    return [
        Photograph.objects.create(
            patient=patient, sha256=name * 64, format="JPEG", width=900, height=900, taken_on=day
        )
        for name, day in (("a", shots.BEFORE_ON), ("b", shots.AFTER_ON))
    ]


@pytest.fixture
def ask(pair, practitioner):
    def asked(**changed):
        given = {"plan": None, "zones": "", "mm_per_px": None, "once": uuid4(), "at": charted.NOON, **changed}
        return actions.ask(before=pair[0], after=pair[1], by=practitioner, **given)

    return asked


def test_what_is_asked_for_waits_is_measured_and_is_done(ask, as_practitioner, practitioner):
    asked = ask()
    address = f"/comparisons/{asked.pk}/"
    waiting = as_practitioner.get(address).content.decode()
    assert "Waits its turn" in waiting and 'http-equiv="refresh"' in waiting
    assert "being measured" in as_practitioner.get(f"/patients/{asked.patient_id}/measure/").content.decode()
    work.Worker().once()
    assert Measuring.objects.get().stage == Stage.DONE and Comparison.objects.get().pk == asked.pk
    assert "What changed" in as_practitioner.get(address).content.decode()
    asked_on = as_practitioner.get(f"{address}?progress", headers={"HX-Request": "true"})
    assert asked_on["HX-Refresh"] == "true"
    (line,) = AuditLine.objects.filter(table_name="clinic_comparison", action="insert")
    assert line.actor == f"user:{practitioner.pk}"


def test_sent_twice_it_is_asked_for_once(ask):
    once = uuid4()
    assert ask(once=once) == ask(once=once)
    assert Measuring.objects.count() == DBTaskResult.objects.count() == 1


def test_the_place_in_the_queue_is_kept_with_what_was_asked_or_not_at_all(ask, monkeypatch):
    def full(*given):
        raise OSError("disk full")

    monkeypatch.setattr(type(actions.measured_in_turn), "enqueue", full)
    with pytest.raises(OSError, match="disk full"):
        ask()
    assert not Measuring.objects.exists()


def test_what_follows_what_is_a_table_and_nothing_else_happens(ask):
    for stage in Stage:
        for to in Stage:
            row = ask()
            Measuring.objects.filter(pk=row.pk).update(stage=stage, attempt=1)
            assert row.move(to, attempt=2, at=charted.NOON) is (to in NEXT[stage])


def test_an_attempt_begins_once_and_ends_nothing_that_a_later_one_has_begun(ask):
    row = ask()
    assert row.move(Stage.MEASURING, attempt=1, at=charted.NOON)
    assert not row.move(Stage.MEASURING, attempt=1, at=charted.NOON)
    assert row.move(Stage.MEASURING, attempt=2, at=charted.NOON)
    assert not row.move(Stage.DONE, attempt=1, at=charted.NOON)
    assert row.move(Stage.DONE, attempt=2, at=charted.NOON)


def test_of_two_workers_at_the_same_pair_one_writes(ask, monkeypatch):
    asked = ask()
    monkeypatch.setattr(actions, "ONE_AT_A_TIME", nullcontext())  # two workers are two processes

    def slow(row):
        """While the first still looks, it is taken for dead, and the second does all of it."""
        monkeypatch.setattr(look, "at", lambda asked: SEEN)
        assert actions.measured(asked.pk, attempt=2) is not None
        return SEEN

    monkeypatch.setattr(look, "at", slow)
    assert actions.measured(asked.pk, attempt=1) is None
    assert Comparison.objects.count() == 1
    assert Measuring.objects.get().attempt == 2


@pytest.mark.parametrize("what", ["erased", "restricted"])
def test_a_photograph_that_is_shut_while_it_is_measured_leaves_nothing_of_it(
    ask, pair, director, monkeypatch, what, django_capture_on_commit_callbacks
):
    asked = ask()

    def meanwhile(row):
        """The worker has read both photographs when the director decides."""
        about = {"patient": row.patient, "item": pair[0], "what": what, "ground": "Art. 18", "until": None}
        rights.decide(**about, once=uuid4(), by=director, at=charted.NOON)
        return look.Look(SEEN.observation, Scale(), {}, {"before": b"the face"})

    monkeypatch.setattr(look, "at", meanwhile)
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.measured(asked.pk, attempt=1) is None
    assert not Comparison.objects.exists() and Measuring.objects.get().stage == Stage.FAILED
    assert not storage.path(f"pairs/{asked.pk}/before.jpg").exists()


def test_done_again_it_writes_nothing(ask):
    asked = ask()
    assert actions.measured(asked.pk, attempt=1) is not None
    assert actions.measured(asked.pk, attempt=2) is None
    assert Comparison.objects.count() == 1


def test_what_breaks_says_so_on_its_page_and_can_be_asked_for_again(ask, as_practitioner, monkeypatch):
    def broken(row):
        raise MemoryError

    monkeypatch.setattr(look, "at", broken)
    asked = ask()
    work.Worker().once()
    shown = as_practitioner.get(f"/comparisons/{asked.pk}/").content.decode()
    assert "could not be measured" in shown and "Ask again" in shown and "http-equiv" not in shown
    assert not Comparison.objects.exists()


def test_given_up_after_three_silent_workers_its_page_does_not_wait_for_ever(ask):
    ask()
    long_ago = timezone.now() - timedelta(hours=1)
    DBTaskResult.objects.update(
        status=TaskResultStatus.RUNNING, finished_at=long_ago, worker_ids=["a", "b", "c"]
    )
    work.Worker().once()
    assert Measuring.objects.get().stage == Stage.FAILED


def test_who_waits_too_long_is_told_where_to_look(ask, as_practitioner):
    asked = ask(at=timezone.now() - timedelta(minutes=5))
    assert "worker runs" in as_practitioner.get(f"/comparisons/{asked.pk}/").content.decode()


def test_repeats_are_of_one_of_the_two_days(ask, patient, pair):
    others = [
        Photograph.objects.create(
            patient=patient, sha256=f"{number}" * 64, format="JPEG", width=9, height=9, taken_on=day
        )
        for number, day in enumerate((shots.BEFORE_ON, date(2026, 7, 1)))
    ]
    assert ask(repeats=(others[0],)).repeats == [str(others[0].pk)]
    assert ask(repeats=(others[1],)).reasons[0].key == "repeats"


@pytest.mark.django_db(transaction=True)
def test_the_command_works_the_queue_off(ask):
    ask()
    worked.off()
    assert Measuring.objects.get().stage == Stage.DONE
