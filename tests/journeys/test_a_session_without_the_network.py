"""A session charted by touch while the network goes and the server is killed: each tap is charted, once."""

import signal

import pytest
from opened import chart_of, opened

from served import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def session(clinic):
    return opened(clinic)


class Tablet:
    """A practitioner's tablet on one session: what is tapped is remembered, to be compared."""

    def __init__(self, room, session: str, *, name: str = "practitioner") -> None:
        self.room, self.tapped = room(820, 1180, touch=True), []
        self.room.away = True
        self.room.sign_in(name, PASSWORD)
        self.page = self.room.page
        self.page.goto(f"/sessions/{session}/")
        self.page.locator("html[data-keeps='1']").wait_for()

    def ready(self) -> None:
        """Everything that comes later is on the tablet."""
        self.page.locator("#kept[data-ready='1']").wait_for(state="attached")

    def network(self, there: bool) -> None:
        self.room.context.set_offline(not there)

    def tick(self, n: int) -> None:
        for _ in range(n):
            tick = self.page.locator(
                "form[data-tick] input[type=checkbox]:not([disabled]):not(:checked)"
            ).first
            self.tapped.append(("checked", tick.get_attribute("id").removeprefix("tick-")))
            tick.tap()
            self.page.locator(f"#tick-{self.tapped[-1][1]}:not(:checked)").wait_for(state="detached")

    def cartridge(self, serial: str) -> None:
        form = self.page.locator("#stage form:has([name=kind][value=cartridge])")
        form.get_by_label("Lot", exact=True).fill("L20")
        form.get_by_label("Serial", exact=True).fill(serial)
        form.get_by_label("Expires").fill("2031-01-31")
        form.get_by_role("button", name="Chart this cartridge").tap()
        self.tapped.append(("cartridge", ""))
        self.page.locator("#stage form:has([name=kind][value=pass])").wait_for()

    def give(self, zone: str, *, seconds: int) -> None:
        form = self.page.locator("#stage form:has([name=kind][value=pass])")
        form.wait_for()
        if form.locator("[name=zone]").input_value() != zone:
            self.page.locator(f".zones-list a[href*='zone={zone}']").tap()
            self.page.locator(f"#stage form [name=zone][value={zone}]").first.wait_for(state="attached")
        form.locator("[name=seconds]").fill(str(seconds))
        form.get_by_role("button", name="Chart this pass").tap()
        self.tapped.append(("pass", zone))
        self.page.locator("form[data-keeping]").wait_for(state="detached")

    def note(self, text: str) -> None:
        part = self.page.locator("#else details", has=self.page.locator("[name=kind][value=note]"))
        if part.get_attribute("open") is None:
            part.locator("> summary").tap()
        part.get_by_label("Note").fill(text)
        part.get_by_role("button", name="Chart the note").tap()
        self.tapped.append(("note", text))
        self.page.locator("form[data-keeping]").wait_for(state="detached")

    def sign(self) -> None:
        form = self.page.locator("form:has([name=kind][value=signed])").first
        if not form.is_visible():
            self.page.locator("#else summary", has_text="Sign and lock").tap()
        form.get_by_role("button", name="Sign and lock").tap()
        self.tapped.append(("signed", ""))

    def everything_sent(self) -> None:
        self.page.locator("#kept[data-count='0']").wait_for(state="attached")
        self.page.get_by_text("Everything is in the clinic").wait_for()


def test_harm_is_charted_in_two_taps_without_the_network_and_says_what_to_do(room, clinic, session):
    tablet = Tablet(room, session)
    tablet.ready()
    tablet.room.well()
    tablet.network(False)
    tablet.page.locator("#harm > summary").tap()
    tablet.page.get_by_role("button", name="Too much local anaesthetic").tap()
    steps = tablet.page.locator("[data-harm-now='numbing-overdose']")
    steps.get_by_text("Stop. Wipe off all numbing cream.").wait_for()
    steps.get_by_text("Charted at").wait_for()
    tablet.page.locator("#kept li", has_text="Too much local anaesthetic").wait_for(state="attached")
    steps.get_by_label("What was done").fill("Cream off, 112 called")
    steps.get_by_role("button", name="Chart what was done").tap()
    tablet.network(True)
    tablet.everything_sent()
    assert steps.is_visible()  # nothing takes the steps away while they are read
    tablet.page.locator("#done a", has_text="Make an incident of it").wait_for()
    tablet.room.well()
    charted = [(kind, data.get("sign"), said) for kind, said, _n, _tablet, data in chart_of(clinic, session)]
    assert charted == [("adverse", "numbing-overdose", ""), ("note", None, "Cream off, 112 called")]


def test_the_network_goes_twice_and_the_server_is_killed(room, clinic, session):
    tablet = Tablet(room, session)
    tablet.ready()
    tablet.tick(3)
    tablet.everything_sent()

    tablet.network(False)
    checks = tablet.page.locator("form[data-tick] input[type=checkbox]:not([disabled]):not(:checked)").count()
    tablet.tick(checks)
    tablet.cartridge("S-1001")
    tablet.give("cheeks", seconds=40)
    assert tablet.page.get_by_text("On this tablet, not yet in the clinic").is_visible()
    tablet.room.well(dark=True)
    tablet.room.picture("offline")
    tablet.network(True)
    tablet.everything_sent()

    clinic.stop(signal.SIGKILL)
    tablet.give("cheeks", seconds=35)
    tablet.note("The clinic’s computer went off.")
    clinic.start()
    tablet.everything_sent()

    tablet.network(False)
    tablet.give("forehead", seconds=30)
    tablet.page.reload()  # a tablet that was started again, without the network
    tablet.page.locator("html[data-keeps='1']").wait_for()
    tablet.page.get_by_text("On this tablet, not yet in the clinic: 1").wait_for()
    tablet.give("forehead", seconds=20)
    tablet.sign()
    tablet.network(True)
    tablet.everything_sent()
    tablet.page.get_by_role("textbox", name="Addendum").wait_for()
    tablet.room.well()

    rows = chart_of(clinic, session)
    assert [(kind, what if kind != "cartridge" else "") for kind, what, *_ in rows] == tablet.tapped
    assert [n for _kind, _what, n, *_ in rows] == list(range(1, len(rows) + 1)), "in the order of the tablet"
    assert len({which for *_, which, _data in rows}) == 1
    given = [(row[1], row[4]["seconds"]) for row in rows if row[0] == "pass"]
    assert given == [("cheeks", 40.0), ("cheeks", 35.0), ("forehead", 30.0), ("forehead", 20.0)]
    assert clinic.run("audit", "verify").returncode == 0


def test_an_entry_whose_answer_was_lost_is_counted_once(room, clinic, session):
    tablet, other = Tablet(room, session), Tablet(room, session, name="prescriber")
    tablet.ready()

    def lost(route) -> None:
        """The clinic charts it, and no word of that comes back; the page itself does."""
        if route.request.method == "POST":
            route.fetch()
        if route.request.method == "POST" or "json" in route.request.headers["accept"]:
            return route.abort()
        return route.continue_()

    address = f"**/sessions/{session}/"
    tablet.page.route(address, lost)
    tablet.note("Charted, and nobody heard of it.")
    tablet.page.reload()
    tablet.page.get_by_text("On this tablet, not yet in the clinic: 1").wait_for()
    tablet.page.unroute(address)
    tablet.everything_sent()
    assert tablet.page.locator("#chart").get_attribute("data-entries") == "1"
    other.note("Seen from the other side.")
    tablet.page.get_by_text("Seen from the other side").first.wait_for(timeout=40_000)
    assert [row[1] for row in chart_of(clinic, session)] == [*tablet.tapped[0][1:], *other.tapped[0][1:]]

    # what something on the way does not let through stays here, says so, and holds nothing else up
    stops = [True]
    tablet.page.route(
        address,
        lambda route: (
            route.fulfill(status=413)
            if route.request.method == "POST" and stops and stops.pop()
            else route.continue_()
        ),
    )
    tablet.note("Not let through at first.")
    tablet.page.get_by_text("Refused by the clinic, and on this tablet alone: 1").wait_for()
    tablet.note("And one that is.")
    tablet.page.locator("#done").get_by_text("And one that is.").wait_for()
    tablet.page.get_by_role("button", name="Send again").tap()
    tablet.everything_sent()
    assert [row[1] for row in chart_of(clinic, session)][2:] == [
        "And one that is.",
        "Not let through at first.",
    ]
    assert tablet.page.locator("#done table.in-rows").count() == 1


def test_two_tablets_on_one_session(room, clinic, session):
    one, other = Tablet(room, session), Tablet(room, session, name="prescriber")
    one.ready(), other.ready()
    one.tick(one.page.locator("form[data-tick] input[type=checkbox]:not([disabled]):not(:checked)").count())
    one.cartridge("S-2001")
    other.page.locator("#stage form:has([name=kind][value=pass])").wait_for(timeout=15_000)

    one.network(False), other.network(False)
    one.give("cheeks", seconds=21)
    other.give("forehead", seconds=22)
    other.note("Seen from the other side.")
    one.give("cheeks", seconds=23)
    other.network(True)
    other.everything_sent()
    one.network(True)
    one.everything_sent()

    rows = chart_of(clinic, session)
    tablets = {row[3] for row in rows}
    assert len(tablets) == 2
    for tablet in tablets:
        numbers = [row[2] for row in rows if row[3] == tablet]
        assert numbers == sorted(numbers) == list(range(1, len(numbers) + 1))
    said = [(row[0], row[1] if row[0] != "cartridge" else "") for row in rows]
    assert sorted(said) == sorted([*one.tapped, *other.tapped])
    for tablet in (one, other):
        tablet.page.get_by_text("Seen from the other side").first.wait_for(timeout=15_000)


def test_no_needle_comes_through_a_cream_also_without_the_network(room, clinic, session):
    tablet = Tablet(room, session)
    tablet.ready()
    page, chart = tablet.page, lambda kind: f"form:has([name=kind][value={kind}])"
    tablet.tick(page.locator("form[data-tick] input[type=checkbox]:not([disabled])").count())
    tablet.cartridge("S-3001")
    page.locator("#else summary", has_text="Numbing cream").tap()
    form = page.locator(f"#else {chart('numbed')}")
    form.get_by_label("Lidocaine 4 % cream").check()
    for label, value in (("Lot", "N-7"), ("How much", "10"), ("For how long, planned", "30")):
        form.get_by_label(label, exact=True).fill(value)
    form.get_by_label("On the skin already").fill("40")
    form.get_by_role("button", name="Chart this cream").tap()
    page.locator("skin-clock.is-over", has_text="wipe it off now").wait_for()
    tablet.everything_sent()
    tablet.room.well(dark=True)
    page.reload()
    page.locator("skin-clock.is-over", has_text="40 min").wait_for()
    tablet.ready()

    tablet.network(False)
    page.locator(f"#stage {chart('pass')} [name=seconds]").fill("30")
    page.locator(f"#stage {chart('pass')}").get_by_role("button", name="Chart this pass").tap()
    page.get_by_role("alert").get_by_text("A numbing cream is on the skin").wait_for()
    page.locator(f"#numbing {chart('wiped')}").get_by_role("button").tap()
    page.locator("#kept[data-count='1']").wait_for(state="attached")
    tablet.give("cheeks", seconds=30)
    tablet.network(True)
    tablet.everything_sent()
    kinds = [kind for kind, *_ in chart_of(clinic, session) if kind != "checked"]
    assert kinds == ["cartridge", "numbed", "wiped", "pass"]
    tablet.room.well()


def test_a_scanner_fills_in_the_pack_also_without_the_network(room, clinic, session):
    tablet = Tablet(room, session)
    tablet.ready()
    page = tablet.page
    tablet.tick(page.locator("form[data-tick] input[type=checkbox]:not([disabled])").count())
    scan = page.locator("#stage").get_by_label("Scan the pack")
    scan.wait_for()
    tablet.everything_sent()
    tablet.network(False)
    for day, said in (("200131", "has expired"), ("310100", "")):
        scan.fill("")
        scan.press_sequentially(f"010950600013435217{day}10L-7")
        scan.press("Control+]")
        scan.press_sequentially("21S-4001")
        scan.press("Enter")
        if said:
            page.get_by_role("alert").get_by_text(said).wait_for()
    page.locator("#stage form:has([name=kind][value=pass])").wait_for()
    tablet.network(True)
    tablet.everything_sent()
    (data,) = [row[-1] for row in chart_of(clinic, session) if row[0] == "cartridge"]
    assert data == {"lot": "L-7", "serial": "S-4001", "expires": "2031-01-31", "gtin": "09506000134352"}
    tablet.room.well()


def test_a_tap_before_the_page_is_whole_is_held_and_charted_once(room, clinic, session):
    tablet = Tablet(room, session)
    page, script = tablet.page, "**/offline/chart*.js"
    late = []
    tablet.room.context.route(script, lambda route: late.append(route))
    page.goto(f"/sessions/{session}/", wait_until="commit")
    tick = page.locator("form[data-tick] input[type=checkbox]").first
    tick.tap()
    tick.tap()  # takes nothing back
    page.locator("form[data-tick][data-keeping]").wait_for()
    assert tick.is_checked() and not chart_of(clinic, session)
    [route.continue_() for route in late]
    page.locator("form[data-keeping]").wait_for(state="detached")
    tablet.everything_sent()
    assert [kind for kind, *_ in chart_of(clinic, session)] == ["checked"]


def test_a_double_tap_is_one_pass_and_a_slow_clinic_holds_nobody_up(room, clinic, session):
    tablet = Tablet(room, session)
    tablet.ready()
    page, address, held, late = tablet.page, f"**/sessions/{session}/**", [], []

    def slow(route) -> None:
        """The page, as it is now, comes late."""
        if route.request.method == "POST" or "json" in route.request.headers["accept"]:
            return route.continue_()
        return late.append((route, route.fetch()))

    tablet.tick(page.locator("form[data-tick] input[type=checkbox]:not([disabled])").count() - 2)
    tablet.everything_sent()
    page.route(address, slow)
    tablet.tick(1)
    while not late:
        page.wait_for_timeout(50)
    page.route(address, lambda route: held.append(route))
    tablet.tick(1)
    page.locator("#stage [name=lot]").wait_for()  # the next step, before any answer
    [route.fulfill(response=response) for route, response in late]
    page.wait_for_timeout(1000)
    assert page.locator("#stage [name=lot]").is_visible(), "no step is taken back by an older page"
    [route.abort() for route in held]
    page.unroute(address)
    tablet.cartridge("S-5001")
    tablet.everything_sent()
    held.clear()
    page.route(address, lambda route: held.append(route))
    form = page.locator("#stage form:has([name=kind][value=pass])")
    form.locator("[name=seconds]").fill("30")
    form.get_by_role("button", name="Chart this pass").evaluate(
        "button => { button.click(); button.click() }"
    )
    page.get_by_text("On this tablet, not yet in the clinic: 1").wait_for()
    page.locator("form[data-keeping]").wait_for(state="detached")  # the next form is here before any answer
    assert form.locator("[name=seconds]").input_value() == "0"
    tablet.give("forehead", seconds=20)
    page.get_by_text("On this tablet, not yet in the clinic: 2").wait_for()
    [route.abort() for route in held]
    page.unroute(address)
    tablet.everything_sent()
    given = [(row[1], row[4]["seconds"]) for row in chart_of(clinic, session) if row[0] == "pass"]
    assert given == [("cheeks", 30.0), ("forehead", 20.0)]
    tablet.room.well(dark=False)


def test_what_comes_after_another_tablets_signature_is_put_down_and_found_by_its_lot(room, clinic, session):
    tablet, other = Tablet(room, session), Tablet(room, session, name="prescriber")
    tablet.ready()
    tablet.tick(tablet.page.locator("form[data-tick] input[type=checkbox]:not([disabled])").count())
    tablet.everything_sent()
    tablet.network(False)
    tablet.cartridge("S-6001")
    tablet.note("Redness early, cooled.")
    tablet.give("cheeks", seconds=25)
    other.note("Did not want it today.")
    other.sign()
    other.page.get_by_role("textbox", name="Addendum").wait_for()
    tablet.network(True)
    tablet.page.get_by_text("Refused by the clinic, and on this tablet alone: 3").wait_for()
    assert not tablet.page.get_by_text("Everything is in the clinic").is_visible()
    tablet.room.well(dark=True)
    waiting = tablet.page.locator("#kept [data-kept-refused] li")
    for left, (said, do) in enumerate(
        [
            ("Cartridge", "Put it down in words"),
            ("Redness", "Put it down in words"),
            ("25", "It was not done"),
        ]
    ):
        waiting.filter(has_text=said).get_by_role("button", name=do).tap()
        tablet.page.locator(f"#kept[data-count='{2 - left}']").wait_for(state="attached")
    tablet.everything_sent()
    tablet.page.locator("#done").get_by_text("Late, in words").wait_for()
    tablet.page.locator("#warned").get_by_text("not charted in order").wait_for()
    tablet.room.well(dark=True)
    rows = {(kind, said[:30]) for kind, said, *_ in chart_of(clinic, session)[-3:]}
    assert {kind for kind, _said in rows} == {"addendum"}
    assert {said for _kind, said in rows} == {
        "Done, and not charted since it", "Redness early, cooled.", "Refused, and not done: Cheeks:",
    }  # fmt: skip
    other.page.goto("/safety/?lot=L20")
    other.page.get_by_text("charted late, in words").wait_for()
    other.room.well()
