"""A clinic that differs: the director brings an edition in, sees what it changes, signs it, adds a device."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from clinic.edition import own
from served import PASSWORD

pytestmark = pytest.mark.browser


def seen(page, name: str) -> None:
    """A picture for whoever looks at it, kept only where a folder for it is named."""
    if folder := os.environ.get("NEEDLEWORK_LOOK"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True, caret="initial")


def test_a_clinic_that_differs(room, tmp_path):
    director = room()
    director.sign_in("director", PASSWORD)
    page = director.page
    page.get_by_role("link", name="Protocol").click()
    page.get_by_role("link", name="All editions").click()
    director.well()

    # An edition with a fault in it is refused with its file and key, and nothing is kept.
    page.get_by_role("link", name="Bring in an edition").click()
    director.well()
    files = own.shallower(own.sound(), "cheeks", 0.5)
    (tmp_path / "wrong.zip").write_bytes(own.zipped(own.shallower(files, "cheeks", 9)))
    page.get_by_label("The edition").set_input_files(tmp_path / "wrong.zip")
    page.get_by_role("button", name="Check and bring in").click()
    expect(page.get_by_text("zones.toml: zone (cheeks).cap-mm")).to_be_visible()
    director.well()
    seen(page, "fault")

    # Mended, it comes in; the page says what it says otherwise, and a phone shows it too.
    (tmp_path / "leaf.zip").write_bytes(own.zipped(files))
    page.get_by_label("The edition").set_input_files(tmp_path / "leaf.zip")
    page.get_by_role("button", name="Check and bring in").click()
    expect(page.get_by_role("heading", name="What would change")).to_be_visible()
    expect(page.get_by_role("rowheader", name="zone (cheeks).cap-mm")).to_be_visible()
    director.well()
    seen(page, "change")
    page.set_viewport_size({"width": 375, "height": 800})
    director.well(dark=False)
    page.set_viewport_size({"width": 1280, "height": 900})

    # Signed, it is in force.
    page.get_by_role("button", name="Sign this edition").click()
    expect(page.get_by_text("is signed")).to_be_visible()
    expect(page.get_by_role("heading", level=1, name="Leaf Street")).to_be_visible()
    director.well(dark=False)

    # A device with its label makes the next edition.
    page.get_by_role("link", name="All editions").click()
    page.get_by_role("link", name="Add a device").click()
    director.well()
    seen(page, "device")
    page.get_by_label("Name", exact=True).fill("Leaf Pen")
    page.get_by_label("Maker").fill("Leaf")
    page.get_by_label("Seen", exact=True).check()
    page.get_by_label("Shallowest setting").fill("0.25")
    page.get_by_label("Deepest setting").fill("2.5")
    page.get_by_label("Evaluated maximum").fill("1.5")
    page.get_by_label("Where that is said").fill("Manual, page 4: evaluated to 1.5 mm.")
    page.get_by_label("Cleared for").first.select_option("acne-scars")
    page.get_by_role("button", name="Make the new edition").click()
    expect(page.get_by_text("Choose the zones that the label names.").first).to_be_visible()
    director.well()
    page.get_by_label("Cheeks").first.check()
    page.get_by_label("III", exact=True).first.check()
    page.get_by_label("From the age of").first.fill("22")
    page.get_by_role("button", name="Make the new edition").click()
    expect(page.get_by_role("rowheader", name="device (leaf-pen)")).to_be_visible()
    director.well()
    page.get_by_role("link", name="All editions").click()
    expect(page.locator(".tag", has_text="in force")).to_have_count(1)
    director.well()
    seen(page, "editions")

    # Whoever treats may read all that, and sign nothing.
    colleague = room(820, 1100)
    colleague.sign_in("practitioner", PASSWORD)
    colleague.page.goto("/protocol/editions/")
    colleague.page.get_by_role("link", name="What would change").first.click()
    expect(colleague.page.get_by_role("button", name="Sign this edition")).to_have_count(0)
    colleague.well(dark=False)
