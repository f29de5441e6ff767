"""A real browser before a real server. Without Chromium these tests are skipped, and say so loudly."""

import os
import shutil
import warnings
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from served import served

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PICTURES = Path(__file__).parents[2] / "docs" / "img"


@pytest.fixture(scope="session")
def chromium():
    """chromium("--a-flag") starts a browser; all of them end with the tests."""
    if CHROMIUM is None:
        pytest.skip("NO CHROMIUM: the journeys were not walked. On Debian: apt-get install chromium")
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        started: list[Browser] = []

        def start(*flags: str) -> Browser:
            arguments = [*ARGUMENTS, *root, *flags]
            started.append(playwright.chromium.launch(executable_path=CHROMIUM, args=arguments))
            return started[-1]

        yield start
        for one in started:
            one.close()


@pytest.fixture(scope="session")
def browser(chromium):
    return chromium()


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    with served(tmp_path_factory.mktemp("clinic")) as running:
        yield running


RULES = {"resultTypes": ["violations"], "preload": False}
COLOURS = {**RULES, "runOnly": ["color-contrast", "link-in-text-block"]}
"""What the dark can change: everything else is the same page."""


def faulty(page: Page, *, dark: bool = True) -> list[str]:
    """What axe finds wrong with a page in the light, with its colours in the dark, and what is too wide."""
    told = []
    for scheme in ("light", "dark") if dark else ("light",):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = Axe().run(page, options=RULES if scheme == "light" else COLOURS).response["violations"]
        told += [f"{one['id']} ({scheme}): {node['html'][:160]}" for one in found for node in one["nodes"]]
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return told + ([f"{wide} px wider than its window"] if wide > 0 else [])


class Room:
    """One person at one device: a browser window of that size, signed in or not."""

    def __init__(self, browser: Browser, url: str, *, width: int, height: int, touch: bool = False) -> None:
        self.context = browser.new_context(
            base_url=url, viewport={"width": width, "height": height}, has_touch=touch, locale="en-GB",
            timezone_id="UTC", reduced_motion="reduce", accept_downloads=True,
        )  # fmt: skip
        self.context.set_default_timeout(20_000)
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.away = False
        """Whether the network is meant to be gone: then the browser tells of each try, and is right to."""
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("console", self._heard)

    def _heard(self, message) -> None:
        # A refused form answers 422 on purpose, and one that is changed while its answer is on the way asks
        # anew; everything else that the browser complains of is a fault. What fails has other names besides.
        if self.away and "net::ERR_" in message.text:
            return
        if message.text.startswith(("htmx:sendAbort", "htmx:afterRequest")):
            return
        if message.type == "error" and "422" not in message.text:
            self.faults.append(f"{self.page.url}: {message.text}")

    def sign_in(self, name: str, password: str) -> None:
        self.page.goto("/login/")
        self.page.get_by_label("User name").fill(name)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url("**/")

    def well(self, *, dark: bool = True) -> None:
        """Nothing that axe or the browser can find is wrong with the page, in the light and in the dark."""
        told = faulty(self.page, dark=dark) + self.faults
        assert not told, f"{self.page.url}\n" + "\n".join(told)

    def picture(self, name: str, *, top: bool = True) -> None:
        """
        A screenshot for the README, from the top or of what is in sight. Kept only when it is asked for, so
        that a test run changes no file.
        """
        if os.environ.get("NEEDLEWORK_PICTURES"):
            PICTURES.mkdir(parents=True, exist_ok=True)
            if top:
                self.page.evaluate("window.scrollTo(0, 0)")
            # Hiding the caret would put a style into the page, which its own policy refuses.
            self.page.screenshot(path=PICTURES / f"{name}.png", caret="initial")

    def close(self) -> None:
        self.context.close()


@pytest.fixture
def room(browser, clinic):
    """room(width, height) opens a window; all of them are closed after the test."""
    opened: list[Room] = []

    def enter(width: int = 1280, height: int = 900, *, touch: bool = False) -> Room:
        opened.append(Room(browser, clinic.url, width=width, height=height, touch=touch))
        return opened[-1]

    yield enter
    for one in opened:
        one.close()


@pytest.fixture(autouse=True)
def quiet_sockets():
    # Playwright leaves a loop behind at exit on some Pythons; that is not this project's fault to fail on.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
