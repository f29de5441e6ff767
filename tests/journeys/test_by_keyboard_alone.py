"""A session from the sign-in to the signature without a pointer: all is reached by Tab, and seen to be."""

import pytest
from opened import chart_of, opened

from served import PASSWORD

pytestmark = pytest.mark.browser

MOST_TABS = 150
RINGED = """() => {
  const style = getComputedStyle(document.activeElement), label = document.activeElement.closest("label");
  const ringed = (one) => one && one.outlineStyle !== "none" && parseFloat(one.outlineWidth) >= 2;
  return ringed(style) || ringed(label && getComputedStyle(label));
}"""


class Keys:
    """Somebody who has a keyboard and nothing else."""

    def __init__(self, page) -> None:
        self.page = page

    def to(self, what: str) -> None:
        """Tab until the focus is on what this selector names; it is ringed there, and in sight."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("(what) => document.activeElement.matches(what)", what):
                break
        else:
            raise AssertionError(f"{MOST_TABS} Tabs, and never at {what}")
        assert self.page.evaluate(RINGED), f"nothing shows that the focus is at {what}"
        assert self.page.evaluate(
            """() => { const box = document.activeElement.getBoundingClientRect();
                       return box.bottom > 0 && box.top < innerHeight }"""
        ), f"the focus went to {what}, out of sight"

    def write(self, what: str, text: str) -> None:
        self.to(what)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)


def test_a_whole_session(room, clinic):
    session = opened(clinic)
    at_desk = room(1280, 900)
    page, keys = at_desk.page, Keys(at_desk.page)
    page.goto("/login/")
    keys.write("[name=username]", "practitioner")
    keys.write("[name=password]", PASSWORD)
    keys.press("Enter")
    page.wait_for_url(lambda url: "login" not in url)

    page.goto(f"/sessions/{session}/")
    page.locator("#kept[data-ready='1']").wait_for(state="attached")
    keys.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content", (
        "first, a way past the menu"
    )
    keys.press("Enter")
    checks = page.locator("form[data-tick] input[type=checkbox]")
    names = [box.get_attribute("id") for box in checks.all()]
    for name in names:
        keys.to(f"#{name}")
        keys.press("Space")
    page.locator("#cartridge-title").wait_for()
    assert page.evaluate("document.activeElement.closest('#stage') !== null"), "the next step has the focus"

    keys.write("#stage [name=lot]", "L20")
    keys.write("#stage [name=serial]", "S-9001")
    keys.write("#stage [name=expires]", "10102031")  # the same day in every order of day and month
    keys.to("#stage form:has([value=cartridge]) button:not([type=button])")
    keys.press("Enter")
    page.locator("#stage form:has([name=kind][value=pass])").wait_for()
    for zone in ("cheeks", "forehead"):
        if page.locator("#stage form [name=zone]").input_value() != zone:
            keys.to(f".zones-list a[href*='zone={zone}']")
            keys.press("Enter")
            page.locator(f"#stage form [name=zone][value={zone}]").first.wait_for(state="attached")
        keys.write("#stage [name=seconds]", "30")
        keys.press("Enter")
        page.locator("form[data-keeping]").wait_for(state="detached")
        page.locator("#kept[data-count='0']").wait_for(state="attached")
    at_desk.well(dark=False)
    signing = "form:has([name=kind][value=signed])"
    if not page.locator(signing).first.is_visible():
        keys.to("#else summary:has(~ form [value=signed]), #else details:has([value=signed]) > summary")
        if not page.locator(
            signing
        ).first.is_visible():  # the clinic's page opens it by itself, once all is done
            keys.press("Enter")
    keys.to(f"{signing} button")
    keys.press("Enter")
    page.get_by_role("textbox", name="Addendum").wait_for()

    kinds = [kind for kind, *_ in chart_of(clinic, session)]
    assert kinds == ["checked"] * len(names) + ["cartridge", "pass", "pass", "signed"]
