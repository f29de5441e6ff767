"""A consent from the plan to the signature by finger, on somebody's own phone; then the session may start."""

import json
import re
from pathlib import Path

import pytest

from served import PASSWORD

pytestmark = pytest.mark.browser

PLANNED = f"""
import sys; sys.path.insert(0, {str(Path(__file__).parents[1])!r})
import needlework.server.settings, django
django.setup()
import datetime, json
from django.utils import timezone
from clinic import charted
from needlework.clinic.models.people import Patient, PatientDetails, User
by = User.objects.get(username="practitioner")
patient = Patient.objects.admit(created_by=by)
PatientDetails(patient=patient, full_name="Clara Brandt", born_on=datetime.date(1974, 3, 9), phone="1").save()
screening = charted.screened(patient, by=by, on=timezone.localdate())
plan = charted.planned(patient, by=by, screening=screening, consent=False)
print(json.dumps([str(plan.pk), str(patient.pk)]))
"""


def drawn_by_finger(page):
    """Two strokes of a finger, as a touch screen sends them."""
    box = page.locator("[data-pad-box]")
    box.scroll_into_view_if_needed()
    place = box.bounding_box()
    touch = page.context.new_cdp_session(page)
    for stroke in (((30, 90), (60, 40), (95, 110), (130, 70)), ((150, 80), (210, 60), (260, 90))):
        for number, (x, y) in enumerate(stroke):
            kind = "touchMove" if number else "touchStart"
            point = {"x": place["x"] + x, "y": place["y"] + y, "id": 1}
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.get_by_text("A signature is drawn.").wait_for()


def test_it_is_read_and_signed_by_finger_and_then_the_session_may_start(room, clinic):
    plan, patient = json.loads(clinic.script(PLANNED).splitlines()[-1])
    staff = room(820, 1180, touch=True)
    page = staff.page
    staff.sign_in("practitioner", PASSWORD)
    page.goto(f"/plans/{plan}/")
    assert not page.get_by_role("button", name="Start a session").count()
    page.get_by_role("link", name="Read, give and sign").click()
    staff.well()
    page.get_by_role("button", name="Give the text").click()
    page.get_by_role("button", name="Send it to their phone").wait_for()
    staff.well()
    page.get_by_role("button", name="Send it to their phone").click()
    address = page.locator("#link-address").input_value()

    phone = room(375, 812, touch=True)
    phone.page.goto(address)
    assert "Clara" not in phone.page.content()
    phone.well()
    phone.page.get_by_role("button", name="I agree and sign").click()
    phone.page.get_by_role("heading", name="Please look at this again").wait_for()
    phone.well()
    phone.page.get_by_label("Your full name").fill("Clara Brandt")
    phone.page.get_by_label("I have read this").check()
    drawn_by_finger(phone.page)
    phone.picture("consent", top=False)
    phone.page.get_by_role("button", name="I agree and sign").click()
    phone.page.get_by_text("Your signature arrived").wait_for()
    phone.well()
    phone.page.goto(address)
    assert phone.page.get_by_text("This link is used up").is_visible()
    assert not phone.page.locator("[data-pad]").count()

    page.goto(f"/plans/{plan}/consent/")
    page.get_by_role("img", name="The signature, as it was drawn").wait_for()
    staff.well()
    with page.expect_download() as kept:
        page.get_by_role("link", name="Download the document").click()
    assert kept.value.path().read_bytes().startswith(b"%PDF-")
    page.goto(f"/patients/{patient}/photo-consent/")
    page.get_by_role("button", name=re.compile("They agree.*For your record")).click()
    page.get_by_text("Agreed on").wait_for()
    staff.well()
    page.goto(f"/plans/{plan}/")
    page.get_by_role("button", name="Start a session").click()
    page.wait_for_url("**/sessions/**")

    director = room(1440, 900)
    director.sign_in("director", PASSWORD)
    director.page.goto("/clinic/consent/")
    director.page.get_by_label("Hours from the text").fill("48")
    director.page.get_by_label("Reason").fill("The law of the land")
    director.page.get_by_role("button", name="Save").click()
    director.page.get_by_text("48 hours").wait_for()
    director.well()
