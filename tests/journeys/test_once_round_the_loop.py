"""
Clara Brandt, 52, comes for the lines of her face, and goes once round the loop.

One test, since it is one journey: the director signs, the practitioner screens, plans, treats and measures,
Clara reads and answers on her own phone, and what was learnt stands in the table at the end.
"""

import csv
import io
import re

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import expect

import cast
from served import PASSWORD

skimage_data = pytest.importorskip("skimage.data")

pytestmark = pytest.mark.browser

CHEEKS = [(170, 120, 208, 158), (238, 124, 276, 160)]
"""Where the portrait's cheeks are: left, top, right, bottom. [px]"""


def portrait(*, redder: bool) -> bytes:
    """The public-domain portrait that scikit-image ships; with redness added to the cheeks where asked."""
    picture = Image.fromarray(skimage_data.astronaut())
    if redder:
        light = np.asarray(picture, np.float64) / 255
        mask = Image.new("L", picture.size)
        for cheek in CHEEKS:
            ImageDraw.Draw(mask).ellipse(cheek, fill=255)
        soft = np.asarray(mask.filter(ImageFilter.GaussianBlur(4)), np.float64)[..., None] / 255
        # Blood takes green and blue away and leaves red: an optical density added, in coded light.
        light = light * np.exp(-soft * np.array([0.01, 0.12, 0.08]))
        picture = Image.fromarray((light * 255).round().astype(np.uint8))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=95)
    return out.getvalue()


def answer(page, answers, zones=()) -> None:
    """Answer a questionnaire as a person does: in the order of the page, what is asked, zone by zone."""
    for name, value in answers.items():
        told = "yes" if value is True else "no" if value is False else str(value)
        for field in (name, *(f"{name}.{zone}" for zone in zones)):
            choice = page.locator(f'input[type=radio][name="{field}"][value="{told}"]')
            nowhere = page.locator(f'input[name="{field}"][value="nowhere"]')
            typed = page.locator(f'input[name="{field}"]:not([type=radio], [type=checkbox])')
            if choice.count():
                choice.check()
            elif nowhere.count():
                nowhere.check()
            elif typed.count():
                typed.fill(told)


def test_once_round_the_loop(room):
    # The director reads the edition and signs it; until then every page says that nobody has.
    director = room()
    director.sign_in("director", PASSWORD)
    banner = director.page.get_by_text("This protocol has not been signed")
    expect(banner).to_be_visible()
    director.page.get_by_role("link", name="Protocol").click()
    director.well()
    director.page.get_by_role("button", name="Sign this edition").click()
    expect(director.page.get_by_text("is signed.")).to_be_visible()
    expect(banner).to_be_hidden()

    # A patient is admitted.
    staff = room(820, 1180, touch=True)
    page = staff.page
    page.goto("/login/")
    staff.well()
    staff.sign_in("practitioner", PASSWORD)
    staff.well()
    page.get_by_role("link", name="New patient").click()
    page.get_by_label("Full name").fill("Clara Brandt")
    page.get_by_label("Date of birth").fill("1974-03-09")
    page.get_by_label("Female", exact=True).check()
    page.get_by_label("Phone").fill("+44 20 7946 0123")
    staff.well()
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile(r"/patients/[0-9a-f-]{36}/$"))
    patient_url = page.url
    staff.well()

    # Screen: where, on the map, then every question that is asked of her for these zones, then the verdict.
    page.get_by_role("link", name="Ask the questions").click()
    staff.well()
    page.locator('[data-zone="cheeks"] path').first.click()
    page.locator('input[name="zones"][value="glabella"]').check()
    page.get_by_role("button", name="Ask about these zones").click()
    page.wait_for_url("**zones=**")
    staff.well()
    wanted = ("glabella", "cheeks")
    said = {key: value for key, value in cast.answers("clara").given.items() if key != "zones"}
    answer(page, said, zones=wanted)
    staff.picture("ask")
    page.get_by_role("button", name="Show the verdict").click()
    page.wait_for_url("**/screenings/**")
    expect(page.get_by_text("Nothing stands in the way").first).to_be_visible()
    staff.well()

    # Plan: two zones, one by the drawing and one by the list; the depth stands against a named wall.
    page.get_by_role("link", name="Plan the course").click()
    page.get_by_label("Wrinkles and fine lines").check()
    page.get_by_label("Exceed", exact=True).check()
    page.locator('[data-zone="cheeks"] path').first.click()
    page.locator('input[name="zones"][value="glabella"]').check()
    page.get_by_role("button", name="Take this plan").wait_for()
    assert page.locator("#proposal .wall-zone").count() == 2
    expect(page.locator("#proposal dd", has_text="on label")).to_be_visible()
    staff.well()
    staff.picture("plan")
    page.get_by_role("button", name="Take this plan").click()
    page.wait_for_url("**/plans/**")
    staff.well()

    # Measure, before anything is done: the first photograph.
    before = {"name": "before.jpg", "mimeType": "image/jpeg", "buffer": portrait(redder=False)}
    page.goto(f"{patient_url}measure/")
    expect(page.get_by_text("Ask before a photograph is taken")).to_be_visible()
    page.get_by_role("link", name="Photographs: what for").click()
    for purpose in ("For your record", "To be measured and shown to you"):
        page.get_by_role("button", name=re.compile(f"They agree.*{purpose}")).click()
    page.goto(f"{patient_url}measure/")
    page.get_by_label("Photograph", exact=True).set_input_files(before)
    page.get_by_label("Taken on").fill("2026-01-10")
    staff.well()
    page.get_by_role("button", name="Add").click()
    page.get_by_role("figure").wait_for()

    # Consent: read on the screen, given, and signed with a typed name; without it no session starts.
    page.goto(patient_url)
    page.get_by_role("link", name=re.compile("Plan")).first.click()
    page.get_by_role("link", name="Read, give and sign").click()
    page.get_by_role("button", name="Give the text").click()
    page.get_by_label("Your full name").fill("Clara Brandt")
    page.get_by_label("my typed name stands for my signature").check()
    page.get_by_label("I have read this").check()
    page.get_by_role("button", name="They agree and sign").click()
    page.get_by_text("by Clara Brandt").wait_for()
    staff.well()

    # Treat: the checklist, the cartridge, a pass in each zone, the signature.
    page.goto(patient_url)
    page.get_by_role("link", name=re.compile("Plan")).first.click()
    page.get_by_role("button", name="Start a session").click()
    page.wait_for_url("**/sessions/**")
    staff.well()
    to_tick = 'form[data-tick] input[type="checkbox"]:not(:disabled)'
    while left := page.locator(to_tick).count():
        page.locator(to_tick).first.check()
        page.wait_for_function(
            "([to_tick, left]) => document.querySelectorAll(to_tick).length < left", arg=[to_tick, left]
        )
    page.get_by_label("Lot").first.fill("LX-2207")
    page.get_by_label("Serial", exact=True).first.fill("0001")
    page.get_by_label("Expires").first.fill("2099-12-31")
    page.get_by_role("button", name="Chart this cartridge").first.click()
    for zone, name in (("glabella", "Between the brows"), ("cheeks", "Cheeks")):
        page.locator(f'[data-row="{zone}"] a').click()
        page.get_by_role("heading", name=name).wait_for()
        if page.locator('[name="strokes_per_s"]').is_visible():
            page.locator('[name="strokes_per_s"]').fill("120")
        page.locator('[name="seconds"]').fill("45")
        staff.well()
        entries = page.locator("#entries-title + ol > li").count()
        page.get_by_role("button", name="Chart this pass").click()
        page.wait_for_function(
            "n => document.querySelectorAll('#entries-title + ol > li').length > n", arg=entries
        )
    staff.picture("treat")
    page.get_by_role("button", name="Sign and lock").first.click()
    page.get_by_text("and locked.").wait_for()
    staff.well()

    # Recover: the practitioner makes a link, Clara opens it on her phone and says how she is.
    page.get_by_role("link", name="On to recovery").click()
    staff.well()
    page.get_by_role("button", name="Make a link").click()
    address = page.locator("#link-address").input_value()
    phone = room(375, 720, touch=True)
    phone.page.goto(address)
    assert "Clara" not in phone.page.content()
    phone.well()
    with phone.page.expect_download() as calendar:
        phone.page.get_by_role("link", name="Put it in my calendar").click()
    assert calendar.value.path().read_bytes().startswith(b"BEGIN:VCALENDAR")
    phone.page.get_by_role("link", name="Tell us how you are").click()
    phone.well()
    answer(phone.page, cast.well({"pus": True}).given)
    phone.page.get_by_role("button", name="Send my answers").click()
    expect(phone.page.get_by_text("Call us now")).to_be_visible()
    phone.well()

    # The clinic sees it at once, and somebody takes it up.
    page.goto("/")
    staff.well()
    page.get_by_role("link", name=re.compile("Clara Brandt")).first.click()
    page.wait_for_url("**/recover/")
    page.get_by_label(re.compile("What was done|Note|What did you do")).first.fill(
        "Called her; she comes in at four."
    )
    page.get_by_role("button", name=re.compile("Take|taken", re.I)).first.click()
    staff.well()
    page.goto("/")
    expect(page.get_by_role("heading", name="Needs a person now")).to_be_hidden()

    # Measure: a redder photograph, a zone drawn around a cheek, and the verdict.
    after = {"name": "after.jpg", "mimeType": "image/jpeg", "buffer": portrait(redder=True)}
    page.goto(f"{patient_url}measure/")
    page.get_by_label("Photograph", exact=True).set_input_files(after)
    page.get_by_role("button", name="Add").click()
    page.get_by_role("button", name="Compare").wait_for()
    page.get_by_role("button", name="Compare").click()
    page.get_by_label("Zones that I draw on the photograph").check()
    stage = page.locator("[data-stage] svg")
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    left, top, right, bottom = CHEEKS[0]
    scale = box["width"] / 512
    for x, y in ((left, top), (right, top), (right, bottom), (left, bottom)):
        page.mouse.click(box["x"] + x * scale, box["y"] + y * scale)
    page.get_by_role("button", name="Close the zone").click()
    staff.well()
    page.get_by_role("button", name="Measure the change").click()
    page.wait_for_url("**/comparisons/**")
    expect(page.get_by_role("heading", name="What changed")).to_be_visible(timeout=240_000)
    redness = page.locator(".change").filter(has_text="Redness")
    expect(redness.get_by_text("worse")).to_be_visible()
    staff.well()

    # Learn: the course stands in the table, and leaves it without a name.
    director.page.goto("/learn/")
    director.well()
    with director.page.expect_download() as download:
        director.page.get_by_role("link", name="Export as CSV").click()
    text = download.value.path().read_text()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["zone"] for row in rows} == {"cheeks", "glabella"}
    assert "Clara" not in text

    # The log holds all of it, unbroken.
    director.page.goto("/audit/")
    director.well()


def test_the_log_is_whole_after_the_journey(clinic):
    verified = clinic.run("audit", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
