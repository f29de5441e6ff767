"""Sites, roles, training, an emergency and a patient’s rights, walked in a browser, looked at by axe."""

import re

import pytest

from served import PASSWORD

pytestmark = pytest.mark.browser
PERSON = re.compile(r"/patients/[0-9a-f-]{36}/$")


@pytest.fixture
def director(room):
    desk = room(1440, 900)
    desk.sign_in("director", PASSWORD)
    return desk


def admitted(desk, name, *, born="1986-05-12", phone="+44 20 7946 0001"):
    desk.page.goto("/patients/new/")
    desk.page.get_by_label("Full name").fill(name)
    desk.page.get_by_label("Date of birth").fill(born)
    desk.page.get_by_label("Female").check()
    desk.page.get_by_label("Phone").fill(phone)
    desk.page.locator("main form button").first.click()
    desk.page.wait_for_url(PERSON)
    return desk.page.url


def confirmed(desk, password=PASSWORD):
    """Where a dangerous act asks who one is."""
    if "/me/confirm/" in desk.page.url:
        desk.page.get_by_label("Password").fill(password)
        desk.page.locator("main form button").first.click()
        desk.page.wait_for_load_state()


def test_a_second_site_a_role_there_a_training_and_an_emergency(room, director):
    page = director.page
    page.goto("/clinic/sites/")
    page.get_by_role("link", name="Add a site").click()
    page.get_by_label("Name").fill("The other house")
    page.get_by_label("Time zone").fill("Europe/Lisbon")
    page.get_by_label("Emergency phone").fill("112")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Add a room").click()
    page.get_by_label("Name").fill("Room two")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Room two").first.wait_for()

    page.goto("/clinic/")
    page.get_by_role("link", name="Ines Duarte").click()
    confirmed(director)
    page.get_by_role("link", name="Their training").click()
    page.get_by_label("Device", exact=True).select_option("exceed")
    page.get_by_label("Day of the training").fill("2026-01-10")
    page.get_by_label("Expires").fill("2030-01-10")
    page.get_by_label("Given by").fill("House training")
    page.get_by_role("button", name="Enter it").click()
    page.get_by_text("holds until 10 Jan 2030").wait_for()
    page.locator("li", has_text="10 Jan 2030").get_by_role("link", name="Take back").click()
    page.get_by_label("Reason").fill("Written for the wrong person")
    page.get_by_role("button", name="Take it back").click()
    page.get_by_text("Written for the wrong person").wait_for()
    director.well()

    page.goto("/clinic/")
    page.get_by_role("link", name="Dr Tomas Okafor").click()
    page.get_by_role("link", name="Their roles").click()
    page.get_by_label("Site", exact=True).select_option(label="The other house")
    page.get_by_label("Prescriber").check()
    page.get_by_role("button", name="Give this role").click()
    page.locator("li", has_text="The other house").first.wait_for()

    # Somebody who works at that site opens a record of this one, in an emergency.
    address = admitted(director, "Ada Lindqvist")
    away = room(820, 1180, touch=True)
    away.sign_in("prescriber", PASSWORD)
    away.page.goto("/here/")
    away.page.get_by_role("button", name="The other house").click()
    away.page.get_by_text("You work at The other house now").wait_for()
    away.page.goto(address)
    away.page.get_by_role("heading", name="Not known at this site").wait_for()
    away.faults.clear()  # the browser tells of the 403, which is what is asked for here
    away.well()
    away.page.get_by_role("link", name="Open it in an emergency").click()
    away.well()
    away.page.get_by_label("What has happened").fill("She has collapsed in the waiting room")
    away.page.get_by_role("button", name="Open it now").click()
    away.page.get_by_text("Opened in an emergency, to read, until").wait_for()
    away.well()
    away.page.locator("summary", has_text="More").click()
    away.page.get_by_role("link", name="Who has looked").click()
    away.page.get_by_text("in an emergency").first.wait_for()
    away.well()

    director.page.goto("/")
    director.page.get_by_text("She has collapsed in the waiting room").wait_for()
    director.well()
    director.page.get_by_role("button", name="Acknowledge").click()
    director.page.get_by_text("Acknowledged by Dr Mara Weiss").wait_for()
    director.well()


def test_what_a_patient_may_ask(room, director):
    page = director.page
    admitted(director, "Ben Okafor", born="1991-01-30", phone="+44 20 7946 0002")
    page.locator("summary", has_text="More").click()
    page.get_by_role("link", name="Rights").click()
    page.locator("h3", has_text="Patient details").locator("+ ul a").first.click()
    confirmed(director)
    page.get_by_label("Restricted", exact=True).check()
    page.get_by_label("Ground").fill("GDPR Art. 18(1)(a): restricted, accuracy is being checked")
    page.locator("main").get_by_role("button", name="Decide").click()
    page.get_by_text("Art. 18(1)(a)").first.wait_for()
    with page.expect_download() as zipped:
        page.get_by_role("button", name="For a program, with the photographs").click()
    assert zipped.value.suggested_filename.endswith(".zip")
    with page.expect_download() as read:
        page.get_by_role("button", name="One page to read").click()
    text = read.value.path().read_text()
    assert "Ben Okafor" in text and "Who has looked" in text
