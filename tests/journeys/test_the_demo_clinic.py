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


def test_a_mole_is_tapped_on_the_map_and_asked_about_before_a_pass(clinic, room):
    practitioner = re.search(r"practitioner\s+(\S+)\s+(\S+)", clinic.said)
    tablet = room(820, 1180, touch=True)
    page = tablet.page
    tablet.sign_in(practitioner[1], practitioner[2])

    # Drawn: the view is turned by the arrow keys, the place is tapped.
    page.goto("/patients/?q=Leila")
    page.get_by_role("link", name="Leila Haddad").click()
    page.get_by_role("link", name=re.compile("Draw")).click()
    page.get_by_role("radio", name="Front").press("ArrowRight")
    expect(page.locator(".zones-view-left")).to_be_visible()
    expect(page.locator(".zones-view-front")).to_be_hidden()
    page.locator('.zones-view-left [data-zone="neck"] .zone-skin').tap()
    expect(page.get_by_label("In which zone?")).to_have_value("neck")
    expect(page.get_by_text("Placed on the map")).to_be_visible()
    page.get_by_label("What is it?").select_option("raised-lesion")
    page.get_by_role("button", name="Draw it on the map").tap()
    expect(page.get_by_text("Raised mole or other raised spot, neck").first).to_be_visible()
    tablet.well()

    # Asked about: a pass without a word is kept on the page, with one it is charted.
    page.goto("/patients/?q=Leila")
    page.get_by_role("link", name="Leila Haddad").click()
    page.get_by_role("link", name=re.compile("Session 1")).first.click()
    page.locator('[data-row="neck"] a').tap()
    expect(page.get_by_text("There is a no-go area in this zone")).to_be_visible()
    tablet.well()
    page.get_by_label("Needling time").fill("20")
    page.get_by_role("button", name="Chart this pass").tap()
    expect(page.get_by_label("How it is left out")).to_be_focused()
    page.get_by_label("How it is left out").fill("Covered with a patch")
    page.get_by_role("button", name="Chart this pass").tap()
    expect(page.get_by_text("Left out: Covered with a patch").first).to_be_visible()


def test_a_visitor_looks_round(clinic, room):
    director = re.search(r"medical-director\s+(\S+)\s+(\S+)", clinic.said)
    patient_page = re.search(r"(/r/\S+)", clinic.said)[1]
    visitor = room(1280, 900)
    page = visitor.page
    visitor.sign_in(director[1], director[2])

    # Today: who needs somebody, and that this is a demo.
    expect(page.get_by_text("demo clinic").first).to_be_visible()
    expect(page.get_by_role("heading", name="Needs a person now")).to_be_visible()
    visitor.picture("today")

    # A deferral: the day in one line, and what the sources disagree about.
    page.goto("/patients/?q=Camille")
    page.get_by_role("link", name="Camille Laurent").click()
    page.get_by_role("link", name=re.compile("Screened")).click()
    expect(page.locator(".verdict-word").first).to_contain_text("Wait until")
    page.locator("summary", has_text="sources disagree").first.click()
    visitor.picture("screen")

    # A course that was measured: improved where it was needled, with its interval.
    page.goto("/patients/?q=Margaret")
    page.get_by_role("link", name="Margaret Ellison").click()
    visitor.picture("patient")
    page.get_by_role("link", name=re.compile("Measured")).first.click()
    expect(page.locator(".change").first).to_contain_text("improved")
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
    visitor.picture("learn")

    # And a patient's own page, on a phone.
    phone = room(375, 800, touch=True)
    phone.page.goto(patient_page)
    assert not visitor.faults + phone.faults
    phone.picture("recover")
