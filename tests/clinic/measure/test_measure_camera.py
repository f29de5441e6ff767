"""The page of the camera: views of a visit, the ghost of an earlier one, photographs without scripts."""

from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from clinic import charted
from clinic.measure import shots
from needlework.clinic.measure import actions, faces
from needlework.clinic.models.photographs import Photograph
from needlework.records.why import Reason, Refusal

pytestmark = pytest.mark.usefixtures("photographed")


@pytest.fixture(autouse=True)
def on_the_day(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.FACE_MODELS = lambda: Refusal((Reason("models", "The networks are not here.", "Draw them."),))
    with time_machine.travel(charted.NOON, tick=False):
        yield


@pytest.fixture
def earlier(patient, practitioner):
    return actions.keep(
        patient=patient, data=shots.before(), taken_on=None, view="front", once=uuid4(), by=practitioner,
        at=charted.NOON,
    )  # fmt: skip


def _sent(browser, patient, data, *, view="front"):
    file = SimpleUploadedFile("camera.jpg", data, content_type="image/jpeg")
    form = {"once": str(uuid4()), "view": view, "photograph": file}
    return browser.post(f"/patients/{patient.pk}/measure/camera/", form)


def _page(browser, patient, asked=""):
    return browser.get(f"/patients/{patient.pk}/measure/camera/{asked}").content.decode()


def test_a_new_photograph_is_held_against_the_first_of_its_view(as_practitioner, patient, earlier):
    shown = _page(as_practitioner, patient)
    assert f'data-ghost="/photographs/{earlier.pk}/image/"' in shown and "data-frame=" in shown
    assert "Held against 4 May 2026" in shown
    assert 'data-ghost=""' in _page(as_practitioner, patient, "?view=left%20oblique")


def test_what_is_taken_is_of_today_and_its_view_is_done(as_practitioner, patient):
    answer = _sent(as_practitioner, patient, shots.after())
    assert answer["Location"] == f"/patients/{patient.pk}/measure/camera/"
    row = Photograph.objects.get()
    assert (row.view, row.taken_on) == ("front", charted.NOON.date())
    shown = _page(as_practitioner, patient)
    assert "Kept: Front." in shown and "taken today" in shown
    assert '?view=left%20oblique" aria-current="step"' in shown  # the next one


@pytest.mark.parametrize(
    ("data", "view", "words"),
    [
        (shots.too_small(), "front", "pixels"),
        (b"no photograph", "front", "not a photograph"),
        (shots.too_small(), "from above", "no such view"),
    ],
    ids=["too-small", "none", "no-view"],
)
def test_what_cannot_be_kept_is_to_be_taken_again(as_practitioner, patient, data, view, words):
    answer = _sent(as_practitioner, patient, data, view=view)
    shown = answer.content.decode()
    assert answer.status_code == 422 and "Take it again" in shown and words in shown
    assert not Photograph.objects.exists()


def test_planned_zones_that_a_face_does_not_show_are_views_as_well(as_practitioner, patient, practitioner):
    charted.planned(patient, by=practitioner, zones=("neck", "cheeks"))
    shown = _page(as_practitioner, patient)
    assert "?view=neck" in shown and "?view=cheeks" not in shown


def test_where_the_networks_are_missing_zones_are_to_be_drawn(
    as_practitioner, patient, practitioner, earlier
):
    later = actions.keep(
        patient=patient, data=shots.after(), taken_on=None, once=uuid4(), by=practitioner, at=charted.NOON
    )
    address = f"/patients/{patient.pk}/measure/compare/?before={earlier.pk}&after={later.pk}"
    form = {"find": "1", "once": str(uuid4()), "area": "whole", "zones": "", "mm_per_px": "0.2"}
    answer = as_practitioner.post(address, form)
    shown = answer.content.decode()
    assert answer.status_code == 422 and "The networks are not here. Draw them." in shown
    assert 'value="0.2"' in shown


def test_zones_that_are_found_are_drawn_and_not_yet_measured(
    as_practitioner, patient, practitioner, earlier, monkeypatch
):
    text = '{"zones": [{"name": "forehead", "polygon": [[420, 390], [780, 390], [780, 520]]}]}'
    unseen = (Reason("zone.neck", "The neck is covered.", "Show it."),)
    monkeypatch.setattr(faces, "found", lambda photograph: faces.Zones(text, ("forehead",), unseen))
    later = actions.keep(
        patient=patient, data=shots.after(), taken_on=None, once=uuid4(), by=practitioner, at=charted.NOON
    )
    address = f"/patients/{patient.pk}/measure/compare/?before={earlier.pk}&after={later.pk}"
    answer = as_practitioner.post(address, {"find": "1", "once": str(uuid4()), "area": "whole"})
    shown = answer.content.decode()
    assert answer.status_code == 200 and "1 zone of the face was found" in shown
    assert "420, 390" in shown and "The neck is covered. Show it." in shown
    assert not patient.measurings.exists()
