"""A session with a roller, and one with a pen whose needles nobody has counted."""

import csv
import io
import math
from uuid import uuid4

import pytest
import time_machine

from clinic import charted
from needlework.clinic.learn.courses import courses

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def at_noon():
    with time_machine.travel(charted.NOON, tick=False):
        yield


def ready(patient, practitioner, device):
    plan = charted.planned(patient, by=practitioner, device=device, zones=("cheeks",))
    return charted.prepared(charted.opened(plan, by=practitioner), by=practitioner)


def needle(client, session, **data):
    sent = {"kind": "pass", "once": uuid4(), "zone": "cheeks", **data}
    return client.post(f"/sessions/{session.pk}/", sent)


ROLLED = {"set_depth_mm": 1.5, "passes": 10, "seconds": 0, "strokes_per_s": 0}


def test_the_page_of_a_roller_counts_passes_and_asks_for_no_strokes(as_practitioner, patient, practitioner):
    session = ready(patient, practitioner, "roller-mf8")
    page = as_practitioner.get(f"/sessions/{session.pk}/").content.decode()
    turn_cm2 = float(page.split('data-area="')[1].split('"')[0])
    assert turn_cm2 == pytest.approx(math.pi * 4)
    assert (
        'data-needles="192"' in page and 'data-strokes="1"' in page and 'data-seconds-name="passes"' in page
    )
    assert 'type="hidden" name="strokes_per_s" value="0"' in page


def test_a_roller_is_charted_without_a_clock_and_has_its_dose(as_practitioner, patient, practitioner):
    session = ready(patient, practitioner, "roller-mf8")
    assert needle(as_practitioner, session, **ROLLED).status_code == 302
    page = as_practitioner.get(f"/sessions/{session.pk}/?zone=cheeks")
    (row,) = page.context["doses"]
    assert row["dose"].per_cm2 == pytest.approx(152.8, abs=0.1)
    assert "Cheeks: set 1.5 mm, 10 passes" in page.content.decode()
    assert "strokes/s" not in page.content.decode()


def test_a_dose_that_is_not_known_is_called_so_at_every_step(as_practitioner, patient, practitioner):
    session = ready(patient, practitioner, "dermapen-4")
    assert "not known" in as_practitioner.get(f"/sessions/{session.pk}/").content.decode()
    done = charted.a_pass("cheeks", strokes_per_s=100, set_depth_mm=0.5)
    assert needle(as_practitioner, session, **done).status_code == 302
    page = as_practitioner.get(f"/sessions/{session.pk}/?zone=cheeks")
    (row,) = page.context["doses"]
    assert row["dose"].per_cm2 is None
    shown = page.content.decode()
    assert (
        shown.count("not known") == 2 and "<live-dose" not in shown
    )  # at the zone, and in the table of doses
    charted.chart(session, "signed", {}, by=practitioner)
    assert "not known" in as_practitioner.get(f"/sessions/{session.pk}/").content.decode()


def test_a_course_with_no_known_dose_is_learnt_from_all_the_same(as_director, patient, practitioner):
    session = ready(patient, practitioner, "dermapen-4")
    done = charted.a_pass("cheeks", strokes_per_s=100, set_depth_mm=0.5)
    charted.chart(session, "pass", done, by=practitioner)
    charted.chart(session, "signed", {}, by=practitioner)
    (course,) = courses()
    assert course.given[0].doses[0].per_cm2 is None
    assert as_director.get("/learn/").status_code == 200
    taken = as_director.get("/learn/courses.csv").content.decode()
    (row,) = csv.DictReader(io.StringIO(taken))
    assert (row["zone"], row["sessions"], row["punctures_per_cm2"]) == ("cheeks", "1", "")
