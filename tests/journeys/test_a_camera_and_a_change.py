"""
A face is photographed with the camera of a phone, against the ghost of half a year ago, and measured.

The camera is Chromium's own, which is given a drawn face to look at. Its film has other colours than the
photograph of May, so no verdict is expected here: those have tests of their own.
"""

import re

import pytest
from playwright.sync_api import expect

from clinic.measure import shots
from served import PASSWORD

pytestmark = pytest.mark.browser

SOMEBODY = """
import needlework.server.settings, django
django.setup()
from datetime import date
from uuid import uuid4
from django.utils import timezone
from needlework.clinic.consent.actions import photographs_for
from needlework.clinic.measure import actions
from needlework.clinic.models.people import Patient, PatientDetails, User
somebody = Patient.objects.admit()
PatientDetails.objects.create(
    patient=somebody, full_name="Clara Brandt", born_on=date(1974, 3, 9), sex="female", phone="1"
)
by = User.objects.get(username="practitioner")
for purpose in ("record", "shown"):
    photographs_for(patient=somebody, purpose=purpose, given=True, once=uuid4(), by=by, at=timezone.now())
kept = actions.keep(
    patient=somebody, data=open(PATH, "rb").read(), taken_on=date(2026, 5, 4), view="front", once=uuid4(),
    by=by, at=timezone.now(),
)
print(somebody.pk, kept.pk)
"""


@pytest.fixture(scope="module")
def browser(chromium, tmp_path_factory):
    """A browser whose camera sees the face as it is today."""
    film = tmp_path_factory.mktemp("camera") / "face.mjpeg"
    film.write_bytes(shots.filmed(shots.after()) * 3)
    return chromium(
        "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )  # fmt: skip


def test_a_face_is_taken_and_measured(clinic, room, tmp_path):
    photograph = tmp_path / "may.jpg"
    photograph.write_bytes(shots.before())
    said = clinic.script(SOMEBODY.replace("PATH", repr(str(photograph))))
    person = said.split()[0]
    staff = room(390, 844, touch=True)
    page = staff.page
    staff.sign_in("practitioner", PASSWORD)

    # The camera opens with the earlier photograph over it, and says what it is held against.
    page.goto(f"/patients/{person}/measure/")
    page.get_by_role("link", name="Take photographs").click()
    shutter = page.get_by_role("button", name="Take the photograph")
    expect(shutter).to_be_visible()
    expect(page.locator(".camera-ghost image")).to_have_attribute(
        "href", re.compile("/photographs/.+/image/")
    )
    expect(page.locator(".camera-ghost rect")).to_be_attached()
    expect(page.get_by_text("Held against 4 May 2026")).to_be_visible()
    staff.well()
    staff.picture("camera")

    # What is taken is kept as the view that was asked for, and the next view is on.
    page.wait_for_function("document.querySelector('video').videoWidth > 0")
    shutter.click()
    expect(page.get_by_text("Kept: Front.")).to_be_visible(timeout=60_000)
    expect(page.locator(".camera-views a", has_text="Front")).to_contain_text("taken today")
    expect(page.locator(".camera-views [aria-current]")).to_contain_text("Left oblique")
    expect(shutter).to_be_enabled()
    staff.well(dark=False)

    # What cannot be measured is refused in words, and the camera is ready to take it again.
    page.locator("summary", has_text="From a file").click()
    dark = {"name": "dark.jpg", "mimeType": "image/jpeg", "buffer": shots.too_small()}
    page.get_by_label("Photograph", exact=True).set_input_files(dark)
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("alert")).to_contain_text("Take it again")
    expect(page.get_by_role("alert")).to_contain_text("pixels")
    expect(shutter).to_be_enabled()
    staff.well(dark=False)

    # The pair is asked for, waits its turn, and shows what changed without a hand.
    page.get_by_role("link", name="All photographs").click()
    page.get_by_role("button", name="Compare").click()
    staff.well(dark=False)
    page.get_by_role("button", name="Measure the change").click()
    page.wait_for_url("**/comparisons/**")
    expect(page.get_by_role("heading", name="What changed")).to_be_visible(timeout=240_000)
    expect(page.get_by_role("heading", name="How alike the photographs are")).to_be_visible()
    staff.well()

    # It leaves the clinic as one page.
    with page.expect_download() as report:
        page.get_by_role("link", name="Report as PDF").click()
    assert report.value.path().read_bytes().startswith(b"%PDF-")


def test_the_log_is_whole_after_it(clinic):
    verified = clinic.run("audit", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
