"""
Given a clinic in which everybody signs in as people do, with an app, a passkey, on a tablet that two share,
when it is locked, handed on, left lying, and signed out from elsewhere,
then nobody sees what is not theirs, and nobody loses where they were.
"""

import re
import time

import pytest
from playwright.sync_api import expect

from clinic.account.door import PIN, code
from journeys.conftest import Room
from served import PASSWORD

pytestmark = pytest.mark.browser


def with_pin(room: Room, pin: str = PIN) -> None:
    page = room.page
    page.goto("/me/pin/")
    page.get_by_label("New PIN").fill(pin)
    page.get_by_label("The same again").fill(pin)
    page.get_by_role("button", name="Set it").click()
    expect(page.get_by_text("Your PIN is set")).to_be_visible()


def unlocked(room: Room, pin: str = PIN) -> None:
    room.page.get_by_label("Your PIN").fill(pin)
    room.page.get_by_role("button", name="Unlock").click()


def test_two_share_a_tablet_and_its_lock_is_the_servers(room):
    tablet = room(820, 1180, touch=True)
    page = tablet.page
    tablet.sign_in("practitioner", PASSWORD)
    with_pin(tablet)

    # given a form half filled in
    page.goto("/patients/new/")
    page.get_by_label("Full name").fill("Ada Lindqvist")
    page.get_by_label("Note").fill("prefers mornings")
    with tablet.context.expect_page() as opened:
        page.evaluate("window.open('/patients/')")
    other_tab = opened.value

    # when the tablet is locked, then no tab of it shows a patient, and what stood typed is gone from it
    page.get_by_role("button", name="Lock", exact=True).click()
    page.wait_for_url("**/lock/")
    assert "Ada" not in page.content() and "Ines Duarte" in page.content()
    tablet.well()
    expect(other_tab.get_by_role("heading", name="Locked")).to_be_visible()
    told = page.evaluate("fetch('/patients/', {headers: {Accept: 'application/json'}}).then((a) => a.status)")
    assert told == 423
    tablet.faults.clear()  # the browser complains of that 423
    page.go_back()
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()

    # a wrong PIN says how many tries are left; the right one brings everything back
    unlocked(tablet, "918273")
    expect(page.get_by_text("Tries left: 4")).to_be_visible()
    tablet.well()
    unlocked(tablet)
    page.wait_for_url("**/patients/new/*")
    expect(page.get_by_label("Full name")).to_have_value("Ada Lindqvist")
    expect(page.get_by_label("Note")).to_have_value("prefers mornings")

    # when a colleague signs in on it in full, each comes back by their own PIN
    page.get_by_role("button", name="Lock", exact=True).click()
    page.get_by_role("link", name="Sign in with a password").click()
    tablet.sign_in("prescriber", PASSWORD)
    with_pin(tablet, "739154")
    page.get_by_role("button", name="Lock", exact=True).click()
    tablet.well()
    page.get_by_label("Ines Duarte").check()
    unlocked(tablet)
    page.wait_for_url("**/patients/new/*")
    expect(page.get_by_role("link", name="Ines Duarte")).to_be_visible()
    page.get_by_role("button", name="Lock", exact=True).click()
    page.get_by_label("Dr Tomas Okafor").check()
    unlocked(tablet, "739154")
    expect(page.get_by_role("link", name="Dr Tomas Okafor")).to_be_visible()


def test_left_lying_it_locks_itself(room):
    tablet = room(820, 1180, touch=True)
    page = tablet.page
    page.clock.install()
    tablet.sign_in("practitioner", PASSWORD)
    page.goto("/patients/new/")
    page.get_by_label("Full name").fill("Ada")
    page.clock.run_for(8 * 60_000)
    other_tab = tablet.context.new_page()
    other_tab.goto("/me/")
    other_tab.get_by_role("heading", name="Ines Duarte").click()  # a touch in one tab counts in all
    expect(page.locator("body")).to_be_visible()
    page.clock.run_for(8 * 60_000)
    assert page.url.endswith("/patients/new/")
    page.clock.run_for(6 * 60_000)
    assert page.url.endswith("/patients/new/")
    tablet.context.set_offline(True)
    page.clock.run_for(3 * 60_000)  # without the network nobody could come back, so it waits
    assert page.url.endswith("/patients/new/")
    tablet.context.set_offline(False)
    page.clock.run_for(10_000)
    page.wait_for_url("**/lock/")


def test_an_app_on_the_first_day_and_every_day_after(room):
    desk = room()
    page = desk.page
    desk.sign_in("director", PASSWORD)
    page.goto("/clinic/sign-in/")
    desk.well()
    page.get_by_label("Medical director").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="One more thing")).to_be_visible()
    desk.well()
    page.goto("/patients/")
    expect(page.get_by_role("heading", name="One more thing")).to_be_visible()

    page.get_by_role("link", name="Use an app on your phone").click()
    page.get_by_text("It cannot read pictures").click()
    secret = page.locator("code.secret").inner_text()
    desk.well()
    page.get_by_label("Code").fill(code(secret))
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    one = re.sub(r"\D", "", page.locator(".recovery-codes code").first.inner_text())
    desk.well()
    page.get_by_role("link", name="I have written them down").click()
    expect(page).to_have_url(re.compile(r"/$"))
    page.goto("/me/factors/")
    expect(page.get_by_text("10 left")).to_be_visible()
    desk.well()

    phone = room(375, 812)
    page = phone.page
    page.goto("/login/")
    page.get_by_label("User name").fill("director")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("This is not right")).to_be_visible()
    phone.well()
    page.get_by_label("Code").fill(one)
    page.get_by_role("button", name="Go on").click()
    expect(page).to_have_url(re.compile(r"/$"))

    # two browsers of hers: the phone is signed out from the desk
    desk.page.reload()
    expect(desk.page.get_by_text("9 left")).to_be_visible()
    desk.page.get_by_role("button", name="Sign out everywhere else").click()
    page.goto("/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    # and whoever lost a phone is helped by a director, who is asked once more who they are
    clinic_rules(desk, required=False)


def clinic_rules(room: Room, *, required: bool) -> None:
    """For the tests that share this clinic."""
    room.page.goto("/clinic/sign-in/")
    room.page.get_by_label("Medical director").set_checked(required)
    room.page.get_by_role("button", name="Save").click()
    room.page.wait_for_url("**/clinic/")


def test_a_passkey_signs_in_without_a_password(browser, clinic):
    """On the name localhost, as a passkey belongs to a name; Chromium plays the authenticator."""
    desk = Room(browser, clinic.url.replace("127.0.0.1", "localhost"), width=1280, height=900)
    page = desk.page
    try:
        tools = desk.context.new_cdp_session(page)
        tools.send("WebAuthn.enable")
        kind = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        key = tools.send("WebAuthn.addVirtualAuthenticator", {"options": kind})["authenticatorId"]
        desk.sign_in("frontdesk", PASSWORD)
        page.goto("/me/factors/passkeys/add/")
        desk.well()
        page.get_by_label("What you call it").fill("the front desk's computer")
        page.get_by_role("button", name="Add it").click()
        expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
        page.goto("/me/factors/")
        expect(page.get_by_text("the front desk's computer").first).to_be_visible()
        page.get_by_role("button", name="Sign out", exact=True).first.click()

        page.wait_for_url("**/login/")
        desk.well()
        page.get_by_role("button", name="Use a passkey").click()
        expect(page.get_by_role("link", name="Sam Petrov")).to_be_visible()
        held = tools.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]
        assert len(held) == 1 and held[0]["rpId"] == "localhost"

        # with the password it is the second step
        page.get_by_role("button", name="Sign out", exact=True).first.click()
        page.get_by_label("User name").fill("frontdesk")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("heading", name="Second step")).to_be_visible()
        desk.well()
        page.get_by_role("button", name="Use a passkey").click()
        expect(page.get_by_role("link", name="Sam Petrov")).to_be_visible()

        # an authenticator that does not know its person opens nothing
        page.get_by_role("button", name="Sign out", exact=True).first.click()
        tools.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
        page.wait_for_url("**/login/")
        page.get_by_role("button", name="Use a passkey").click()
        expect(page.get_by_text("No passkey was given")).to_be_visible(timeout=90_000)
        assert page.url.endswith("/login/")

        # removed, it is gone
        tools.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": True})
        page.get_by_role("button", name="Use a passkey").click()
        expect(page.get_by_role("link", name="Sam Petrov")).to_be_visible()
        page.goto("/me/factors/")
        page.get_by_role("link", name="Remove the front desk's computer").click()
        desk.well()
        page.get_by_role("button", name="Remove it").click()
        expect(page.get_by_text("You have none yet")).to_be_visible()
    finally:
        desk.close()


def test_the_words_after_too_many_wrong_passwords(room):
    stranger = room(375, 812)
    page = stranger.page
    for _try in range(5):
        page.goto("/login/")
        page.get_by_label("User name").fill("nobody-here")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Sign in", exact=True).click()
        time.sleep(0.1)
    expect(page.get_by_role("heading", name="Too many tries")).to_be_visible()
    stranger.faults.clear()  # the browser complains of the 429
    stranger.well()
