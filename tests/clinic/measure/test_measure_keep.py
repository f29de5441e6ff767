"""Adding a photograph: what can be measured is kept byte for byte, what cannot is refused with what to do."""

import io
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from clinic import charted
from clinic.measure import shots
from needlework.clinic import storage
from needlework.clinic.models.photographs import Photograph
from needlework.clinic.rights import actions as rights

pytestmark = pytest.mark.usefixtures("photographed")


@pytest.fixture(autouse=True)
def on_the_day(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(charted.NOON, tick=False):
        yield


def _sent(browser, patient, data, *, name="face.jpg", taken_on="", once=None):
    file = SimpleUploadedFile(name, data, content_type="image/jpeg")
    form = {"once": str(once or uuid4()), "taken_on": taken_on, "photograph": file}
    return browser.post(f"/patients/{patient.pk}/measure/", form)


def test_a_photograph_is_kept_as_it_came_and_shown_without_what_the_camera_wrote(as_practitioner, patient):
    answer = _sent(as_practitioner, patient, shots.before())
    assert answer["Location"] == f"/patients/{patient.pk}/measure/"
    (row,) = Photograph.objects.all()
    assert storage.read(row.original) == shots.before()
    assert (row.format, row.width, row.height, row.taken_on) == ("JPEG", 1200, 1500, shots.BEFORE_ON)
    shown = as_practitioner.get(f"/photographs/{row.pk}/image/")
    with Image.open(io.BytesIO(shown.content)) as picture:
        assert picture.format == "JPEG" and not picture.getexif() and "icc_profile" not in picture.info
    assert "no-store" in shown["Cache-Control"]


def test_the_day_that_was_typed_counts(as_practitioner, patient):
    _sent(as_practitioner, patient, shots.before(), taken_on="2026-04-01")
    assert f"{Photograph.objects.get().taken_on}" == "2026-04-01"
    page = as_practitioner.get(f"/patients/{patient.pk}/measure/").content.decode()
    assert "1 Apr 2026, before treatment" in page


@pytest.mark.parametrize(
    ("made", "form"),
    [
        (shots.turned, "JPEG"),
        (shots.cmyk, "JPEG"),
        (shots.sixteen_bits, "PNG"),
        (shots.tiff, "TIFF"),
    ],
)
def test_every_form_that_cameras_make_is_taken_and_stands_upright(as_practitioner, patient, made, form):
    answer = _sent(as_practitioner, patient, made())
    assert answer.status_code == 302, answer.content.decode()
    row = Photograph.objects.get()
    assert row.format == form and row.height > row.width
    with Image.open(io.BytesIO(storage.read(row.working))) as picture:
        assert picture.mode == "RGB" and picture.height > picture.width


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"x", "not a photograph that can be read"),
        (b"", "empty"),
        (b"Dear clinic, my face is fine.\n" * 40, "not a photograph that can be read"),
        (lambda: shots.before()[:60_000], "not sent completely"),
        (shots.bomb, "million pixels"),
        (b"%PDF-1.7\n" + b"0" * 4000, "PDF"),
        (b"GIF89a" + bytes(4000), "GIF"),
    ],
    ids=["one-byte", "empty", "text-named-jpg", "truncated", "bomb", "pdf", "gif"],
)
def test_what_is_no_photograph_is_refused_and_leaves_nothing(as_practitioner, patient, tmp_path, data, words):
    answer = _sent(as_practitioner, patient, data() if callable(data) else data, taken_on="2026-04-01")
    shown = answer.content.decode()
    assert answer.status_code == 422 and words in shown, shown
    assert 'value="2026-04-01"' in shown
    assert not Photograph.objects.exists() and not list(tmp_path.rglob("*.*"))


def test_a_heic_is_read_so_far_that_a_small_one_is_told_its_size(as_practitioner, patient):
    answer = _sent(as_practitioner, patient, shots.as_heic(), name="IMG_0001.HEIC")
    assert answer.status_code == 422 and "only 64 × 80 pixels" in answer.content.decode()


def test_a_day_yet_to_come_is_refused(as_practitioner, patient):
    answer = _sent(as_practitioner, patient, shots.before(), taken_on="2027-01-01")
    assert answer.status_code == 422 and "yet to come" in answer.content.decode()
    assert not Photograph.objects.exists()


def test_the_same_photograph_sent_again_is_one_row(as_practitioner, patient):
    for _ in range(2):
        assert _sent(as_practitioner, patient, shots.before()).status_code == 302
    assert Photograph.objects.count() == 1


def test_a_name_never_becomes_a_path(as_practitioner, patient, tmp_path):
    _sent(as_practitioner, patient, shots.before(), name="../../../etc/passwd.jpg")
    row = Photograph.objects.get()
    assert row.original == f"{row.sha256[:2]}/{row.sha256}.jpeg"
    with pytest.raises(ValueError, match="outside"):
        storage.path("../outside.jpg")


def test_where_nothing_is_yet_the_page_says_what_will_be(as_practitioner, patient):
    assert "will stand here" in as_practitioner.get(f"/patients/{patient.pk}/measure/").content.decode()


def test_a_year_that_is_a_slip_is_refused(as_practitioner, patient):
    answer = _sent(as_practitioner, patient, shots.before(), taken_on="0026-05-04")
    assert answer.status_code == 422 and "Check the year" in answer.content.decode()
    assert not Photograph.objects.exists()


def test_an_erased_photograph_does_not_come_back_by_being_sent_again(as_practitioner, patient, director):
    _sent(as_practitioner, patient, shots.before())
    (row,) = Photograph.objects.all()
    said = {"ground": "GDPR Art. 17", "until": None, "once": uuid4(), "by": director, "at": charted.NOON}
    rights.decide(patient=patient, item=row, what="erased", **said)
    for name in (row.original, row.working):
        storage.shred(name)
    again = _sent(as_practitioner, patient, shots.before())
    assert again.status_code == 422 and "was erased on 20 Nov 2026" in again.content.decode()
    assert not storage.path(row.original).exists() and not storage.path(row.working).exists()
