"""A visitor looks round the demo clinic: today, a verdict and its disagreement, a change, what was learnt."""

import re

import pytest
from playwright.sync_api import expect

from served import served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    with served(tmp_path_factory.mktemp("demo"), demo=True) as running:
        yield running


def test_a_visitor_looks_round(clinic, room):
    director = re.search(r"medical-director\s+(\S+)\s+(\S+)", clinic.said)
    patient_page = re.search(r"(/r/\S+)", clinic.said)[1]
    visitor = room(1280, 900)
    page = visitor.page
    visitor.sign_in(director[1], director[2])

    # Today: who needs somebody, and that this is a demo.
    expect(page.get_by_text("demo clinic").first).to_be_visible()
    expect(page.get_by_role("heading", name="Needs a person now")).to_be_visible()
    visitor.well()
    visitor.picture("today")

    # A deferral: the day in one line, and what the sources disagree about.
    page.goto("/patients/?q=Camille")
    page.get_by_role("link", name="Camille Laurent").click()
    page.get_by_role("link", name=re.compile("Screened")).click()
    expect(page.locator(".verdict-word").first).to_contain_text("Wait until")
    page.locator("summary", has_text="sources disagree").first.click()
    visitor.well()
    visitor.picture("screen")

    # A course that was measured: improved where it was needled, with its interval.
    page.goto("/patients/?q=Margaret")
    page.get_by_role("link", name="Margaret Ellison").click()
    visitor.picture("patient")
    page.get_by_role("link", name=re.compile("Measured")).first.click()
    expect(page.locator(".change").first).to_contain_text("improved")
    visitor.well()
    visitor.picture("measure")

    # What was counted is laid under the slider without losing the place that is looked at.
    page.get_by_role("button", name="larger").click()
    page.get_by_role("link", name="Redness", exact=True).click()
    expect(page.locator(".compare-after img")).to_have_attribute("src", re.compile("redness-after"))
    expect(page.locator("[data-zoom-says]")).to_have_text("1.5×")
    expect(page.get_by_role("heading", name="Where: Redness")).to_be_visible()
    page.locator(".compare-stage").press("+")
    expect(page.locator("[data-zoom-says]")).to_have_text("2×")
    visitor.well(dark=False)

    # What was learnt from all of them.
    page.get_by_role("link", name="Learn").first.click()
    expect(page.get_by_text("no detectable change").first).to_be_visible()
    visitor.well()
    visitor.picture("learn")

    # The desks that nobody walks past on the way round.
    page.goto("/patients/?q=Margaret")
    person = page.get_by_role("link", name="Margaret Ellison").get_attribute("href")
    for address in (
        f"{person}details/",
        f"{person}measure/",
        "/clinic/",
        "/me/",
        "/protocol/sources/EXCEED-IFU/",
    ):
        page.goto(address)
        visitor.well(dark=False)

    # And a patient's own page, on a phone.
    phone = room(375, 800, touch=True)
    phone.page.goto(patient_page)
    phone.well()
    phone.picture("recover")
