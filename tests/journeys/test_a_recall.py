"""A lot is called back: no more goes on the shelf; whoever had it is found, told and listed. By browser."""

import csv
import re
from pathlib import Path

import pytest

from served import PASSWORD

pytestmark = pytest.mark.browser

TREATED = """
import sys; sys.path.insert(0, {tests!r})
import needlework.server.settings, django
django.setup()
from datetime import timedelta
from django.utils import timezone
from clinic import charted
from needlework.clinic.models.people import Patient, PatientDetails, User
from needlework.records.treat import EventKind
by, now = User.objects.get(username="practitioner"), timezone.now()
for n, (name, lot) in enumerate((("Ada Lindqvist", "K-1"), ("Ben Okafor", "K-1"), ("Cora Vasquez", "K-2"))):
    patient = Patient.objects.admit()
    PatientDetails(patient=patient, full_name=name, born_on="1986-05-12", phone="+44 1"[n % 2 * 5:]).save()
    at = now - timedelta(days=3)
    plan = charted.planned(patient, by=by, screening=charted.screened(patient, by=by, on=at.date()))
    session = charted.ticked(charted.opened(plan, by=by, on=at.date()), by=by, at=at)
    opened = charted.cartridge(f"S{{n}}", lot=lot, expires=(now + timedelta(days=400)).date().isoformat())
    for kind, data in (("cartridge", opened), ("pass", charted.a_pass()), ("signed", {{}})):
        assert charted.chart(session, EventKind(kind), data, by=by, at=at).pk
"""
DAY = "(17)301130"


@pytest.fixture
def treated(clinic):
    clinic.script(TREATED.format(tests=str(Path(__file__).parents[1])))


def scanned(page, code):
    page.get_by_label("Scan the pack").fill(code)
    page.get_by_label("Scan the pack").press("Enter")
    line = page.locator(".scans > li").first
    line.get_by_text(re.compile("Taken in|Not taken in|Counted already")).wait_for()
    return line


def test_from_the_notice_to_the_last_person_told(treated, room):
    desk = room(820, 1180, touch=True)
    desk.sign_in("practitioner", PASSWORD)
    page = desk.page

    # given a delivery that was scanned in
    page.goto("/stock/scan/")
    assert "Taken in" in scanned(page, f"(10)K-1(21)0001{DAY}").inner_text()
    assert "Counted already" in scanned(page, f"(10)K-1(21)0001{DAY}").inner_text()
    desk.well()

    # when the maker's notice comes
    page.goto("/stock/recalls/new/")
    page.locator("main [name=lot]").fill("k-1")
    page.get_by_label("Who says so").fill("Notice FSN-7")
    page.get_by_label("What to do").fill("Set it aside and send it back.")
    desk.well()
    page.get_by_role("button", name="Recall at once").click()
    page.get_by_role("link", name="Everyone exposed").wait_for()
    desk.well()

    # then nothing of the lot goes on the shelf
    page.goto("/stock/scan/")
    refused = scanned(page, f"(10)K-1(21)0002{DAY}")
    assert "Set it aside and send it back." in refused.inner_text()
    desk.well()
    page.goto("/stock/")
    assert page.get_by_text("recalled").count()
    desk.well()

    # and both who had it are found, nobody else
    page.goto("/stock/recalls/")
    page.get_by_role("link", name=re.compile("K-1")).click()
    page.get_by_role("link", name="Everyone exposed").click()
    page.get_by_text("people exposed").wait_for()
    assert page.locator(".figures dd").first.inner_text() == "2"
    assert page.get_by_text("Cora Vasquez").count() == 0
    desk.well()

    # told, one of them
    page.get_by_text("Begin to tell them").click()
    page.get_by_role("button", name="Begin", exact=True).click()
    page.get_by_text("Told 0 of 2").wait_for()
    desk.well()
    page.get_by_role("button", name="Keep Ada Lindqvist").click()
    page.get_by_text("Told 1 of 2").wait_for()
    address = page.url
    desk.close()

    # and the director takes the list out
    office = room(1440, 900)
    office.sign_in("director", PASSWORD)
    office.page.goto(address)
    office.well()
    with office.page.expect_download() as taken:
        office.page.get_by_role("link", name=re.compile("CSV")).click()
        if "/me/confirm/" in office.page.url:
            office.page.get_by_label("Password").fill(PASSWORD)
            office.page.locator("main form button").first.click()
    rows = list(csv.DictReader(Path(taken.value.path()).read_text(encoding="utf-8").splitlines()))
    assert [(row["name"], row["outcome"]) for row in rows] == [("Ada Lindqvist", "told"), ("Ben Okafor", "")]
