"""
Every address of the clinic that answers a page, taken one after the other in a browser: each has one heading
and a title of its own, nothing wider than a phone, no cell cut off, nothing smaller than a finger, nothing
that axe or the browser finds wrong, in the light and in the dark. Which there are is asked of the routes: a
new page is walked, or fails here until `furnished` says what stands in its address.
"""

import json
import re
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from clinic.account.door import code
from journeys.conftest import Room, faulty
from needlework.clinic import gate
from served import served

pytestmark = pytest.mark.browser

NO_PAGE = {
    # only sent to
    "login-anew", "logout", "sign-ins", "answers-link", "treat", "patient-link", "check-in-take",
    "edition-sign", "session-supervisor", "patient-receive", "rights-export", "emergency-acknowledge",
    "pack-read", "look-back-new",
    # files, and what scripts ask for
    "mfa_login_webauthn", "lock-draft", "plan-pdf", "consent-document", "session-worker", "recover-calendar",
    "patient-calendar", "patient-aftercare", "aftercare-pdf", "photograph-image", "photograph-face",
    "comparison-report", "comparison-image", "learn-csv", "edition-files", "look-back-csv",
    # on to another page
    "session-incident",
}  # fmt: skip
"""Addresses that answer no page. The walk asks each of them whether that is still true."""

LINKS = {"patient-recover": "token", "patient-photographs": "token", "patient-check-in": "token"}
LINKS |= {"patient-answers": "asked", "patient-consent": "agree"}
ROOM = {"session", "camera", "check-in"}
"""Pages of the treatment room are taken by the practitioner."""
TRAINEE = {
    "mfa_deactivate_totp", "mfa_remove_webauthn", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
    "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_index",
}  # fmt: skip
"""Pages of somebody who has a second factor."""
INSTEAD = {
    "recover": {"session": "signed"}, "aftercare": {"session": "signed"}, "check-in": {"session": "signed"},
    "session-cosign": {"session": "supervised"}, "patient-merge": {"patient": "twin"},
    **{name: {"token": token} for name, token in LINKS.items()},
}  # fmt: skip
"""Whose of several stands in this address."""
ALSO = {
    "patients": ("?q=ma", "?q=nobody-of-this-name"),
    "visits": ("?day=2020-02-29",),
    "screen": ("?zones=cheeks&zones=forehead&asked=1",),
    "session": ("?zone=neck", "?kit=check"),
    "compare": ("?before={photograph}&after={after}",),
    "safety": ("?recall={recall}", "?lot=NO-SUCH-LOT"),
    "incident-new": ("?session={signed}",),
}
"""Further states of a page, each walked as well."""
ALONE = {"account_login", "mfa_authenticate", "lock"}
"""Pages of those who are not signed in, or not yet."""


FURNISHED = f"""
import sys; sys.path.insert(0, {str(Path(__file__).parents[1])!r})
import needlework.server.settings, django; django.setup()
import json; from journeys.furnished import furnish; print(json.dumps(furnish(), default=str))
"""


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    with served(tmp_path_factory.mktemp("pages"), filled_by=FURNISHED) as running:
        yield running


SHAPE = """() => {
  const told = [], room = document.body.classList.contains("treatment-room") ? 56 : 44;
  const seen = (one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const headings = [...document.querySelectorAll("h1")].filter(seen);
  if (headings.length !== 1) told.push(`${headings.length} main headings`);
  const inline = (one) => getComputedStyle(one).display === "inline";
  const around = (one) => inline(one) ? around(one.parentElement) : one;
  const inSentence = (link) => inline(link)
    && around(link).textContent.trim().length > link.textContent.trim().length + 3;
  for (const one of document.querySelectorAll("a[href], button, input, select, textarea, summary")) {
    if (one.closest("svg, .skip") || one.type === "hidden") continue; // the map has a list as well
    const target = ["radio", "checkbox"].includes(one.type) ? one.closest("label") ?? one : one;
    if (!seen(target) || inSentence(target)) continue;
    const { width, height } = target.getBoundingClientRect();
    if (Math.round(height) >= room && Math.round(width) >= 44) continue;
    told.push(`${Math.round(width)} × ${Math.round(height)}, of ${room}: ${target.outerHTML.slice(0, 140)}`);
  }
  for (const cell of document.querySelectorAll("th, td")) {
    const cut = getComputedStyle(cell).overflowX === "hidden" && cell.scrollWidth > cell.clientWidth + 1;
    if (cut && seen(cell)) told.push(`cut off: ${cell.innerText.slice(0, 140)}`);
  }
  return told;
}"""
"""Headings, what is too small for a finger, in a glove where that is worn, and words that are cut off."""
UNFOLD = "document.querySelectorAll('main details:not([open])').forEach((one) => one.open = true)"


class Walk:
    """What was walked so far, and what was found wrong."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.titles: dict[str, str] = {}
        self.pages = 0

    def look(self, name: str, room: Room) -> None:
        """The page that stands in this window."""
        self.pages += 1
        title = room.page.title()
        if self.titles.setdefault(title, name) != name:
            room.faults.append(f"its title is that of {self.titles[title]} as well: {title}")
        room.page.evaluate(UNFOLD)
        found = [*room.faults, *room.page.evaluate(SHAPE), *faulty(room.page)]
        if room.page.locator("body.treatment-room").count():  # worn gloves hold a tablet
            size = room.page.viewport_size
            room.page.set_viewport_size({"width": 820, "height": 1180})
            found += room.page.evaluate(SHAPE)
            room.page.set_viewport_size(size)
        self.faults += [f"{name} {room.page.url}: {fault}" for fault in found]
        room.faults.clear()


def addresses(name: str, pattern, ids) -> list[str]:
    """The address of this name with something in it, and of each further state of the page."""
    instead = INSTEAD.get(name, {})
    missing = {key for key in pattern.converters if instead.get(key, key) not in ids}
    assert not missing, f"{name}: say in journeys/furnished.py what stands for {missing} in its address"
    bare = reverse(name, kwargs={key: ids[instead.get(key, key)] for key in pattern.converters})
    first = [] if name == "compare" else [bare]
    return first + [bare + also.format(**ids) for also in ALSO.get(name, ())]


def test_every_page_in_the_light_and_in_the_dark(clinic, room):
    ids, walk = json.loads(clinic.said.splitlines()[-1]), Walk()
    hands = {name: room(375, 812, touch=True) for name in ("director", "practitioner", "trainee", "stranger")}
    walked_in(walk, hands, ids)
    for name, pattern in {entry.name: entry.pattern for _route, entry in gate.views()}.items():
        if name in ALONE:
            continue
        for address in addresses(name, pattern, ids):
            who = "stranger" if name in LINKS else "practitioner" if name in ROOM else "director"
            hand = hands["trainee" if name in TRAINEE else who]
            taken(walk, name, address, hand)
    locked(walk, hands["practitioner"])
    assert walk.pages > 100
    assert not walk.faults, f"{len(walk.faults)} faults on {walk.pages} pages\n" + "\n".join(walk.faults)


def taken(walk: Walk, name: str, address: str, hand: Room) -> None:
    """Go there; where it answers no page, it has to be known for that."""
    if name in NO_PAGE:
        answer = hand.context.request.get(address, headers={"Accept": "text/html"}, max_redirects=0)
        html = answer.headers.get("content-type", "").startswith("text/html")
        if answer.status == 200 and html:
            walk.faults.append(f"{name}: answers a page now; take it out of NO_PAGE")
        return
    answer = hand.page.goto(address)
    if answer.status != 200 or not hand.page.url.endswith(address):
        walk.faults.append(f"{name}: {address} answers {answer.status} at {hand.page.url}")
    walk.look(name, hand)


def walked_in(walk: Walk, hands: dict[str, Room], ids) -> None:
    """Everybody signs in; the trainee with a code from an app."""
    page = hands["stranger"].page
    page.goto("/login/")
    walk.look("account_login", hands["stranger"])
    for name in ("director", "practitioner", "trainee"):
        page, password = hands[name].page, ids["passwords"][name]
        page.goto("/login/")
        page.get_by_label("User name").fill(name)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in", exact=True).click()
        if name == "trainee":
            expect(page.get_by_role("heading", name="Second step")).to_be_visible()
            walk.look("mfa_authenticate", hands[name])
            page.get_by_label("Code").fill(code(ids["secret"]))
            page.get_by_role("button", name="Go on").click()
        page.wait_for_url(re.compile(r"/$"))


def locked(walk: Walk, hand: Room) -> None:
    """The tablet as it lies there."""
    hand.page.goto("/me/pin/")
    hand.page.get_by_role("button", name="Lock", exact=True).click()
    hand.page.wait_for_url("**/lock/")
    walk.look("lock", hand)
