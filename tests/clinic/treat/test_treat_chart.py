"""A session is charted entry by entry; what may not be charted is refused with what was typed kept."""

from uuid import uuid4

import pytest
import time_machine
from django.db import connection

from clinic import charted
from needlework.clinic.models.base import NeverEdited
from needlework.clinic.treat import actions
from needlework.protocol import load
from needlework.records.treat import EventKind
from needlework.records.why import Refusal

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def at_noon():
    with time_machine.travel(charted.NOON, tick=False):
        yield


@pytest.fixture
def session(patient, practitioner):
    return charted.opened(charted.planned(patient, by=practitioner), by=practitioner)


@pytest.fixture
def ready(session, practitioner):
    return charted.prepared(session, by=practitioner)


def send(client, session, kind, *, showing="", **data):
    where = f"/sessions/{session.pk}/" + (f"?zone={showing}" if showing else "")
    return client.post(where, {"kind": kind, "once": uuid4(), **data})


def kinds(session):
    return [entry.kind for entry in session.entries.all()]


def test_the_page_waits_for_the_checklist_first(as_practitioner, session):
    page = as_practitioner.get(f"/sessions/{session.pk}/")
    assert page.status_code == 200 and page.context["step"] == "check"
    for check in load.default().treat.check:
        assert check.say in page.content.decode().replace("&#x27;", "'")


def test_a_visit_is_charted_from_the_first_tick_to_the_signature(as_practitioner, session):
    for check in load.default().treat.check:
        assert send(as_practitioner, session, "checked", check=check.id).status_code == 302
    assert as_practitioner.get(f"/sessions/{session.pk}/").context["step"] == "cartridge"
    send(as_practitioner, session, "cartridge", **charted.cartridge())
    for zone in charted.ZONES:
        answer = send(as_practitioner, session, "pass", showing=zone, **charted.a_pass(zone))
        assert answer["Location"] == f"/sessions/{session.pk}/?zone={zone}"
        send(as_practitioner, session, "endpoint", zone=zone, endpoint="reached", bleeding="1")
    send(as_practitioner, session, "topical", topical="sterile-saline", lot="NaCl 7")
    assert send(as_practitioner, session, "topical", topical="cool-compress", lot="").status_code == 422
    send(as_practitioner, session, "topical", topical="cool-compress", lot="", without_lot="on")
    send(as_practitioner, session, "adverse", zone="cheeks", what="Felt faint, lay down, better after 5 min.")
    send(as_practitioner, session, "note", text="Talked about sun.")
    page = as_practitioner.get(f"/sessions/{session.pk}/")
    assert page.context["zone"] is None and "Every planned zone has been needled" in page.content.decode()
    assert send(as_practitioner, session, "signed").status_code == 302
    page = as_practitioner.get(f"/sessions/{session.pk}/")
    assert page.context["step"] == "signed" and "Ines Duarte" in page.content.decode()
    assert "Clean cool compress, no lot on it" in page.content.decode()
    assert [entry.number for entry in session.entries.all()] == list(range(1, session.entries.count() + 1))


def test_the_dose_is_the_loops(as_practitioner, ready):
    send(as_practitioner, ready, "pass", **charted.a_pass(seconds=60))
    row = next(one for one in as_practitioner.get(f"/sessions/{ready.pk}/").context["doses"] if one["dose"])
    assert row["dose"].per_cm2 == pytest.approx(14 * 116.7 * 60 / row["zone"].area_cm2)


def test_an_entry_sent_twice_is_one(as_practitioner, ready):
    once = uuid4()
    sent = {"kind": "pass", "once": once, **charted.a_pass()}
    both = [as_practitioner.post(f"/sessions/{ready.pk}/", sent).status_code for _ in range(2)]
    assert both == [302, 302] and kinds(ready).count("pass") == 1


def test_a_key_that_comes_with_other_words_is_not_taken_for_charted(as_practitioner, ready):
    once = uuid4()
    for seconds, status in ((60.0, 302), (90.0, 422)):
        answer = as_practitioner.post(
            f"/sessions/{ready.pk}/", {"kind": "pass", "once": once, **charted.a_pass(seconds=seconds)}
        )
        assert answer.status_code == status
    assert "was sent before" in answer.content.decode()
    form = answer.context["refused"]
    assert form["once"].value() != str(once) and form["seconds"].value() == "90.0"
    assert kinds(ready).count("pass") == 1


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"set_depth_mm": 2.5}, "is beyond 1.5 mm"),
        ({"set_depth_mm": ""}, "required"),
        ({"passes": 0}, "Give 1 to 30"),
        ({"seconds": "nan"}, "Enter a number"),
        ({"strokes_per_s": 9}, "strokes/s"),
        ({"zone": "knee"}, "is not in this plan"),
    ],
)
def test_a_pass_that_cannot_be_is_refused_and_kept_in_the_form(as_practitioner, ready, changed, says):
    answer = send(as_practitioner, ready, "pass", **charted.a_pass(**{"seconds": 77, **changed}))
    page = answer.content.decode()
    assert answer.status_code == 422 and says in page and "pass" not in kinds(ready)
    if "seconds" not in changed and "zone" not in changed:
        assert 'value="77"' in page


def test_no_pass_before_checklist_and_cartridge(as_practitioner, session):
    answer = send(as_practitioner, session, "pass", **charted.a_pass())
    page = answer.content.decode()
    assert answer.status_code == 422 and "checklist" in page and "cartridge" in page
    assert kinds(session) == []


def test_a_barred_product_is_refused_by_the_server_with_its_reason(as_practitioner, ready):
    barred = next(one for one in load.default().treat.topical if not one.allowed)
    page = as_practitioner.get(f"/sessions/{ready.pk}/").content.decode()
    assert barred.name in page and f'name="topical" value="{barred.id}"' not in page
    answer = send(as_practitioner, ready, "topical", topical=barred.id, lot="X")
    assert answer.status_code == 422 and "barred on open channels" in answer.content.decode()
    assert "topical" not in kinds(ready)


def test_what_was_charted_in_error_is_struck_and_stays_readable(as_practitioner, ready):
    send(as_practitioner, ready, "pass", **charted.a_pass(seconds=500))
    wrong = ready.entries.get(kind="pass")
    send(as_practitioner, ready, "struck", corrects=wrong.pk, reason="500 s was the clock of the room.")
    page = as_practitioner.get(f"/sessions/{ready.pk}/")
    assert not any(row["dose"] for row in page.context["doses"])
    shown = page.content.decode()
    assert "<s>Cheeks: set 0.5 mm, 2 passes, 500 s" in shown and "the clock of the room" in shown
    again = send(as_practitioner, ready, "struck", corrects=wrong.pk, reason="Once more.")
    assert again.status_code == 422 and "was struck before" in again.content.decode()


def test_nothing_is_edited(ready, practitioner):
    charted.chart(ready, EventKind.PASS, charted.a_pass(), by=practitioner)
    entry = ready.entries.get(kind="pass")
    entry.data = {}
    with pytest.raises(NeverEdited):
        entry.save()
    with pytest.raises(Exception, match="added, never edited"), connection.cursor() as cursor:
        cursor.execute("UPDATE clinic_sessionentry SET data = '{}'")


@pytest.mark.parametrize(
    ("kind", "data"),
    [("adverse", {"zone": "cheeks", "what": " "}), ("note", {"text": ""}), ("endpoint", {"zone": "cheeks"})],
)
def test_an_empty_entry_is_refused(as_practitioner, ready, kind, data):
    answer = send(as_practitioner, ready, kind, **data)
    assert answer.status_code == 422 and kind not in kinds(ready)


def test_an_action_without_a_form_is_refused_as_well(ready, practitioner):
    for kind, data in ((EventKind.ADVERSE, {"zone": "cheeks"}), (EventKind.ENDPOINT, {"zone": "cheeks"})):
        assert isinstance(charted.chart(ready, kind, data, by=practitioner), Refusal)


def test_an_unknown_kind_is_a_bad_request(as_practitioner, ready):
    assert send(as_practitioner, ready, "magic").status_code == 400
    assert as_practitioner.put(f"/sessions/{ready.pk}/").status_code == 405


def test_the_front_desk_may_not_and_a_stranger_goes_to_the_login(as_front_desk, client, as_director, ready):
    assert as_front_desk.get(f"/sessions/{ready.pk}/").status_code == 403
    assert send(as_front_desk, ready, "note", text="x").status_code == 403
    assert client.get(f"/sessions/{ready.pk}/")["Location"].startswith("/login/")
    assert as_director.get(f"/sessions/{ready.pk}/").status_code == 200
    assert as_director.get(f"/sessions/{uuid4()}/").status_code == 404


def test_a_device_without_a_known_speed_asks_for_it(as_practitioner, patient, practitioner):
    devices = load.default().devices.device
    unknown = next(one for one in devices if one.strokes_per_s is None)
    zones = next((line.zones for line in unknown.indication if line.concern == "acne-scars"), charted.ZONES)
    plan = charted.planned(patient, by=practitioner, device=unknown.id, zones=zones[:1])
    ready = charted.prepared(charted.opened(plan, by=practitioner), by=practitioner)
    at_hand = as_practitioner.get(f"/sessions/{ready.pk}/").context["at_hand"]
    assert at_hand["form"]["strokes_per_s"].value() is None and not at_hand["one_speed"]


def test_a_plan_whose_device_has_gone_takes_notes_alone(ready, practitioner, monkeypatch):
    monkeypatch.setattr(actions, "device_of", lambda session: None)
    refused = charted.chart(ready, EventKind.PASS, charted.a_pass(), by=practitioner)
    assert isinstance(refused, Refusal) and refused.reasons[0].key == "device"
    assert not isinstance(charted.chart(ready, EventKind.NOTE, {"text": "Noted."}, by=practitioner), Refusal)


def test_a_number_of_passes_beyond_any_number_is_refused(as_practitioner, ready):
    before = kinds(ready)
    answer = send(as_practitioner, ready, "pass", **charted.a_pass(passes="9" * 400))
    assert answer.status_code == 422 and kinds(ready) == before
