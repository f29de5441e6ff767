"""Two plans side by side, a plan on paper and the skin type, walked in a browser and looked at by axe."""

import json
from pathlib import Path

import pytest

from served import PASSWORD

pytestmark = pytest.mark.browser

PLANNED = f"""
import sys; sys.path.insert(0, {str(Path(__file__).parents[1])!r})
import needlework.server.settings, django
django.setup()
import datetime, json
from uuid import uuid4
from django.utils import timezone
from clinic import charted
from needlework.clinic.models.people import Patient, PatientDetails, User
from needlework.clinic.plan import actions
from needlework.records.plan import Changes, Goals
by = User.objects.get(username="practitioner")
patient = Patient.objects.admit(created_by=by)
PatientDetails(patient=patient, full_name="Clara Brandt", born_on=datetime.date(1974, 3, 9), phone="1").save()
screening = charted.screened(patient, by=by, on=timezone.localdate())
def take(zones, replaces=None, **changes):
    return actions.take(
        screening=screening, goals=Goals(("acne-scars",), zones, charted.DEVICE), off_label_reason="",
        once=uuid4(), by=by, at=timezone.now(), replaces=replaces, changes=Changes(**changes),
        change_reason="She heals slowly.",
    )
first = take(("cheeks",))
second = take(("cheeks", "chin"), replaces=first, passes={{"cheeks": 6}})
print(json.dumps([str(second.pk), str(patient.pk)]))
"""


def test_what_became_another_is_read_a_device_is_tried_and_the_plan_is_printed(room, clinic):
    plan, patient = json.loads(clinic.script(PLANNED).splitlines()[-1])
    staff = room(820, 1180)
    page = staff.page
    staff.sign_in("practitioner", PASSWORD)
    page.goto(f"/plans/{plan}/")
    page.get_by_role("link", name="What became another").click()
    page.get_by_text("Chin: only in the second.").wait_for()
    staff.well()
    page.set_viewport_size({"width": 375, "height": 812})
    staff.well()
    page.get_by_label("Beside the plan of").select_option(label="Exceed")
    page.get_by_role("button", name="Compare").click()
    page.get_by_text("as it would be proposed now").first.wait_for(state="attached")
    page.set_viewport_size({"width": 1440, "height": 900})
    staff.well()

    page.goto(f"/patients/{patient}/plan/?replaces={plan}")
    page.get_by_text("With other devices").click()
    page.get_by_role("button", name="Compare with Exceed", exact=True).click()
    page.get_by_role("button", name="Go on with Exceed").click()
    page.get_by_role("radio", name="Exceed", exact=True).wait_for()
    assert page.get_by_role("radio", name="Exceed", exact=True).is_checked()
    assert page.get_by_label("Passes, Cheeks").input_value() == "6", "what was typed came along"

    page.goto(f"/plans/{plan}/")
    page.get_by_role("link", name="Print the plan").click()
    page.get_by_role("button", name="Print", exact=True).wait_for()
    staff.well()
    with page.expect_download() as kept:
        page.get_by_role("link", name="Keep as PDF").click()
    assert Path(kept.value.path()).read_bytes().startswith(b"%PDF-")


def test_a_skin_type_is_seen_and_scored_and_the_darkest_is_used(room, clinic):
    _plan, patient = json.loads(clinic.script(PLANNED).splitlines()[-1])
    staff = room(375, 812, touch=True)
    page = staff.page
    staff.sign_in("practitioner", PASSWORD)
    page.goto(f"/patients/{patient}/skin/")
    staff.well()
    page.get_by_text("Record the type that I see").click()
    page.get_by_label("IV: burns little").check()
    page.get_by_role("button", name="Record it").click()
    page.get_by_role("heading", name="Type IV is used").wait_for()
    page.get_by_text("Ask the ten questions").click()
    for words in ("Nearly black", "It rarely burns"):
        page.get_by_label(words).check()
    staff.well()
    page.get_by_role("button", name="Count the points").click()
    page.locator("input:invalid").first.wait_for(state="attached")  # the browser asks for the other eight
    assert page.get_by_label("Nearly black").is_checked()
