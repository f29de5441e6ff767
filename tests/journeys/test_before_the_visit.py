"""Somebody answers the questions on their own phone: begun, closed, gone on with, sent once."""

import re

import pytest

from clinic.screen.test_screen_phone import ANSWERED
from served import PASSWORD

pytestmark = pytest.mark.browser


def admitted(room):
    """Somebody new, as the front desk enters them; the address that was made for their phone."""
    desk = room(1440, 900)
    desk.sign_in("frontdesk", PASSWORD)
    desk.page.goto("/patients/new/")
    desk.page.get_by_label("Full name").fill("Ada Lindqvist")
    desk.page.get_by_label("Date of birth").fill("1986-05-12")
    desk.page.get_by_label("Female").check()
    desk.page.get_by_label("Phone").fill("+44 20 7946 0001")
    desk.page.locator("main form button").first.click()
    desk.page.wait_for_url(re.compile(r"/patients/[0-9a-f-]{36}/"))
    desk.page.locator("section", has_text="The questions, on").get_by_role(
        "button", name="Make a link"
    ).click()
    desk.well()
    return desk.page.get_by_label("Give this address").input_value()


def test_the_questions_are_begun_closed_gone_on_with_and_sent(room):
    address = admitted(room)
    phone = room(375, 812, touch=True)
    phone.page.goto(address)
    phone.well()
    phone.page.locator("input[name=zones][value=cheeks]").check()
    phone.page.get_by_role("button", name="Go on to the questions").click()
    phone.page.locator('input[name="isotretinoin"][value="never"]').check()
    phone.page.get_by_text("Kept at the clinic at").wait_for()
    phone.well()
    phone.picture("answers", top=False)
    kept = phone.context.storage_state()

    stranger = room(375, 812)
    stranger.page.goto(address)
    assert stranger.page.get_by_role("heading", name="Opened on another phone").is_visible()
    stranger.faults.clear()  # the browser tells of the 403, which is what is asked for here
    stranger.well()

    phone.page.close()
    phone.page = phone.context.new_page()  # the tab was closed; what the browser keeps is there
    assert phone.context.storage_state()["cookies"] == kept["cookies"]
    phone.page.goto(address)
    assert phone.page.locator('input[name="isotretinoin"][value="never"]').is_checked()
    _fill(phone.page)
    phone.page.get_by_role("button", name="Send my answers").click()
    phone.page.get_by_role("heading", name="Thank you").wait_for()
    phone.well()
    phone.page.goto(address)
    assert phone.page.get_by_text("This link is used up").is_visible()
    assert phone.page.locator("input[name=isotretinoin]").count() == 0

    staff = room(820, 1180, touch=True)
    staff.sign_in("practitioner", PASSWORD)
    staff.page.get_by_role("link", name=re.compile("Read it with them")).click()
    assert staff.page.locator('input[name="isotretinoin"][value="never"]').is_checked()
    staff.well()
    staff.page.get_by_role("button", name="Show the verdict").click()
    read = staff.page.get_by_role("row", name=re.compile("How old are you"))
    assert read.get_by_role("cell").all_inner_texts() == ["34", "40"], (
        "the record knows better, and both stay"
    )
    staff.well()


def _fill(page):
    """Every question as the page asks it, in the order of the page, so that what hangs on it comes up."""
    for name, value in ANSWERED.items():
        for one in value if isinstance(value, list) else [value]:
            control = page.locator(f'[name="{name}"]')
            if name in {"zones", "do"} or not control.first.is_visible():
                continue
            if control.first.get_attribute("type") in {"radio", "checkbox"}:
                page.locator(f'[name="{name}"][value="{one}"]').check()
            else:
                control.fill(str(one))
