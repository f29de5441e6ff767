"""What was done and refused on arrival is put down in words, and found all the same, by its lot."""

import json
from datetime import timedelta
from importlib import import_module
from uuid import uuid4

import pytest
import time_machine
from django.apps import apps

from clinic import charted
from needlework.clinic import exposures, fit, had, waits
from needlework.clinic.models.exposure import Exposure
from needlework.clinic.models.treatment import CartridgeUse, LateEntry
from needlework.clinic.models.waiting import Waiting
from needlework.clinic.rights import actions as rights
from needlework.clinic.rights import record
from needlework.clinic.safety import asked, exposed
from needlework.clinic.stock import actions as stock
from needlework.clinic.treat import actions
from needlework.loop.traces import Trace, TraceKind
from needlework.loop.waits import WaitKind
from needlework.records.treat import EventKind, Late
from needlework.records.why import Refusal

JSON = {"HTTP_ACCEPT": "application/json"}
LATER = charted.NOON + timedelta(minutes=40)
PACK = {"lot": "l 9", "serial": "S9", "expires": "2031-01-31", "handpiece": "hp-7"}
WHY = [["session", "was signed by Ines Duarte and is locked.", "Add an addendum instead."]]


@pytest.fixture
def session(patient, practitioner):
    """One pass over the cheeks, signed."""
    with time_machine.travel(charted.NOON, tick=False):
        plan = charted.planned(patient, by=practitioner)
        made = charted.prepared(charted.opened(plan, by=practitioner), by=practitioner)
        charted.chart(made, EventKind.PASS, charted.a_pass(), by=practitioner)
        charted.chart(made, EventKind.SIGNED, {}, by=practitioner, at=charted.NOON + timedelta(minutes=20))
    return made


@pytest.fixture(autouse=True)
def later(session):
    with time_machine.travel(LATER, tick=False):
        yield


def put_down(browser, session, kind, said, *, by="", minutes_ago=30, once=None, words="Done.", why=WHY):
    """What a tablet sends once somebody has tapped "Put it down in words"."""
    late = {"kind": kind, "fields": [["kind", kind], *map(list, said.items())], "by": by, "why": why}
    signed = session.signature() is not None
    sent = {
        "kind": "addendum" if signed else "note", "text": words, "late": json.dumps(late),
        "once": str(once or uuid4()), "at": (LATER - timedelta(minutes=minutes_ago)).isoformat(),
        "clock": LATER.isoformat(),
    }  # fmt: skip
    answer = browser.post(f"/sessions/{session.pk}/", sent, **JSON)
    assert answer.status_code == 201, answer.content
    return LateEntry.objects.get(entry__once=answer.json()["charted"]["once"])


def found(**said):
    return [one["patient"] for one in exposed.page(asked.of(said))]


def test_a_cartridge_of_another_tablet_is_found_by_its_lot_and_is_used(
    as_practitioner, practitioner, prescriber, patient, session
):
    once = uuid4()
    for _twice in range(2):
        row = put_down(as_practitioner, session, "cartridge", PACK, by=str(prescriber.pk), once=once)
    assert LateEntry.objects.count() == 1 and row.entry.at == LATER - timedelta(minutes=30)
    assert row.data == {**PACK, "lot": "L9", "handpiece": "HP-7"} and row.made_by == prescriber
    assert found(lot="L9") == found(handpiece="HP-7") == [patient.pk]
    (person,) = exposed.persons(asked.of({"lot": "L9"}), exposed.page(asked.of({"lot": "L9"})))
    assert [seen.late for seen in person.seen] == [True] and person.sessions == 1
    assert CartridgeUse.objects.filter(lot="L9", serial="S9", session=session).count() == 1
    assert not list(exposures.drift())
    exposures.Exposure.objects.filter(key="L9").delete()
    (gone,) = exposures.drift()
    exposures.mend(gone)
    assert gone.missing == (Trace(TraceKind.LOT, "L9"),) and found(lot="L9") == [patient.pk]
    operators = {one.key for one in exposures.Exposure.objects.filter(kind=TraceKind.OPERATOR)}
    assert operators == {str(practitioner.pk), str(prescriber.pk)}


def test_the_next_person_cannot_have_it(as_practitioner, practitioner, session):
    put_down(as_practitioner, session, "cartridge", PACK)
    from clinic.safety.test_look_back import a_person

    plan = charted.planned(a_person(), by=practitioner)
    other = charted.ticked(charted.opened(plan, by=practitioner), by=practitioner)
    again = charted.chart(other, EventKind.CARTRIDGE, charted.cartridge("S9", lot="L9"), by=practitioner)
    assert isinstance(again, Refusal) and "somebody else" in again.reasons[0].problem
    row = put_down(as_practitioner, other, "cartridge", PACK, why=[["serial", "was opened before.", ""]])
    assert row.served_before and not row.entry.session.cartridges.exists()
    page = as_practitioner.get(f"/sessions/{other.pk}/").content.decode()
    assert "both people have to be told" in page and f"?entry={row.entry_id}" in page
    assert len(found(lot="L9")) == 2


def test_a_recall_makes_somebody_wait_to_be_told(as_practitioner, practitioner, patient, session):
    """Also one that was entered first: the tablet had no network, and opened it."""
    recall = charted.recalled(by=practitioner, at=charted.NOON, lot="L9")
    put_down(as_practitioner, session, "cartridge", PACK, why=[["lot", "is recalled.", "Set it aside."]])
    assert [one.ref for one in Waiting.objects.filter(kind=WaitKind.TELL, patient=patient)] == [recall.pk]
    assert not list(waits.drift())
    page = as_practitioner.get(f"/sessions/{session.pk}/").content.decode()
    assert "Recalled" in page and f"recall={recall.pk}" in page
    assert "Late, in words" in page and "Make an incident of it" in page


def test_no_dose_counts_a_late_pass_and_no_page_hides_it(as_practitioner, patient, session):
    (before,) = [row.had for row in had.rows(patient) if row.had]
    said = {**charted.a_pass(), "set_depth_mm": 1.25, "passes": 2}
    put_down(as_practitioner, session, "pass", said, minutes_ago=1)
    (after,) = [row.had for row in had.rows(patient) if row.had]
    assert (after.last_per_cm2, after.deepest_mm, after.late) == (before.last_per_cm2, 1.25, 2)
    treatment = session.as_treatment()
    assert treatment.treated_at == LATER - timedelta(minutes=1) and treatment.deepest_mm == 1.25
    page = as_practitioner.get(f"/sessions/{session.pk}/").content.decode()
    assert "at least" in page and "Given, and in no dose." in page
    assert "at least" in as_practitioner.get(f"/patients/{patient.pk}/").content.decode()


def test_it_stands_where_it_happened(as_practitioner, session):
    put_down(as_practitioner, session, "topical", {"topical": "hyaluronic-acid", "lot": "T1"}, minutes_ago=39)
    lines = as_practitioner.get(f"/sessions/{session.pk}/").context["entries"]
    assert lines[0]["entry"].kind == "signed" and lines[0]["late"] is None
    ((place, _line),) = [(n, line) for n, line in enumerate(lines) if line["late"]]
    assert all(line["entry"].at > LATER - timedelta(minutes=39) for line in lines[:place])


def test_skin_heals_from_a_late_pass_as_from_any(as_practitioner, practitioner, patient):
    """Signed without a pass, and one given all the same: the next session waits for the skin."""
    from clinic.safety.test_look_back import a_person

    plan = charted.planned(a_person(), by=practitioner)
    only = charted.prepared(charted.opened(plan, by=practitioner), by=practitioner)
    charted.chart(only, EventKind.NOTE, {"text": "Did not want it."}, by=practitioner)
    charted.chart(only, EventKind.SIGNED, {}, by=practitioner, at=LATER)
    assert only.as_treatment() is None
    assert any(one.had for one in had.rows(plan.patient)) is False
    put_down(as_practitioner, only, "pass", charted.a_pass())
    (row,) = [one.had for one in had.rows(plan.patient) if one.had]
    assert (row.sessions, row.last_per_cm2, row.late) == (1, None, 2)
    again = actions.open_session(
        plan=plan, once=uuid4(), by=practitioner, at=charted.NOON + timedelta(days=3)
    )
    assert isinstance(again, Refusal) and "interval" in {one.key for one in again.reasons}


def test_nothing_is_needled_through_or_with_what_came_late(as_practitioner, practitioner):
    """A cream beyond a limit is on the skin all the same; a recalled cartridge is in the handpiece."""
    from clinic.safety.test_look_back import a_person

    plan = charted.planned(a_person(), by=practitioner)
    open_ = charted.prepared(charted.opened(plan, by=practitioner), by=practitioner)

    def given():
        return charted.chart(open_, EventKind.PASS, charted.a_pass(), by=practitioner, at=LATER)

    cream = {"anaesthetic": "lidocaine-4", "lot": "N4", "grams": "30", "area_cm2": "900", "minutes": "20"}
    put_down(as_practitioner, open_, "numbed", cream, minutes_ago=30)
    assert {one.key for one in given().reasons} == {"cream"}
    assert as_practitioner.get(f"/sessions/{open_.pk}/").context["creams_on"] == 1
    charted.chart(open_, EventKind.WIPED, {}, by=practitioner, at=LATER)
    charted.recalled(by=practitioner, at=charted.NOON, lot="L9")
    put_down(as_practitioner, open_, "cartridge", PACK, minutes_ago=5)
    assert {one.key for one in given().reasons} == {"cartridge"}
    charted.chart(open_, EventKind.CARTRIDGE, charted.cartridge("S2"), by=practitioner, at=LATER)
    assert given().kind == EventKind.PASS


def test_a_cream_over_no_skin_breaks_no_page_and_stops_the_needle(as_practitioner, practitioner):
    from clinic.safety.test_look_back import a_person

    plan = charted.planned(a_person(), by=practitioner)
    open_ = charted.prepared(charted.opened(plan, by=practitioner), by=practitioner)
    cream = {"anaesthetic": "lidocaine-4", "lot": "N4", "grams": "5", "area_cm2": "0", "minutes": "5e9"}
    put_down(as_practitioner, open_, "numbed", cream, minutes_ago=30)
    page = as_practitioner.get(f"/sessions/{open_.pk}/")
    assert page.status_code == 200 and "how much is not known" in page.content.decode()
    refused = charted.chart(open_, EventKind.PASS, charted.a_pass(), by=practitioner, at=LATER)
    assert {one.key for one in refused.reasons} == {"cream"}


def test_a_recall_finds_the_pack_whose_serial_or_lot_nobody_knows(
    as_practitioner, practitioner, patient, session
):
    put_down(as_practitioner, session, "cartridge", {"lot": "L8"})
    put_down(as_practitioner, session, "topical", {"topical": "hyaluronic-acid"})
    some = charted.recalled(by=practitioner, lot="L8", serial_from="A10", serial_to="A99")
    gel = charted.recalled(by=practitioner, topical="hyaluronic-acid", topical_lot="H1")
    other = charted.recalled(by=practitioner, lot="L80", serial_from="A10", serial_to="A99")
    waiting = {one.ref for one in Waiting.objects.filter(kind=WaitKind.TELL, patient=patient)}
    assert {some.pk, gel.pk} <= waiting and other.pk not in waiting
    assert not list(exposures.drift()) and not list(waits.drift())


def test_what_came_without_a_lot_before_is_in_the_index_after_the_migration(as_practitioner, session):
    put_down(as_practitioner, session, "cartridge", {"lot": "L8"})
    put_down(as_practitioner, session, "topical", {"topical": "hyaluronic-acid"})
    removed, _ = Exposure.objects.filter(key__in=("L8/", "hyaluronic-acid/")).delete()
    assert removed == 2 and list(exposures.drift())
    for _twice in range(2):
        import_module("needlework.clinic.migrations.0032_unknown_lots").unknown(apps, None)
    assert not list(exposures.drift())


def test_a_pack_that_somebody_names_later_hides_no_recalled_one(practitioner):
    """The cartridge in the handpiece is recalled; a note names another pack, opened who knows when."""
    from clinic.safety.test_look_back import a_person

    plan = charted.planned(a_person(), by=practitioner)
    open_ = charted.prepared(charted.opened(plan, by=practitioner), by=practitioner)
    lot = open_.cartridges.get().lot
    told = Late(EventKind.CARTRIDGE, {"lot": "L8"})
    said = {"session": open_, "kind": EventKind.NOTE, "data": {"text": "And L8."}, "by": practitioner}
    actions.chart(**said, once=uuid4(), at=charted.NOON + timedelta(minutes=30), late=told)
    for called_back in (lot, "L8"):
        recall = charted.recalled(by=practitioner, at=charted.NOON, lot=called_back)
        assert {one.problem for one in fit.against_use(open_, at=LATER)}, called_back
        stock.withdraw(recall=recall, by=practitioner, at=charted.NOON, reason="A mistake.", once=uuid4())


def test_a_pass_of_unknown_depth_heals_as_deep_as_was_planned(as_practitioner, session):
    put_down(as_practitioner, session, "pass", {"zone": "forehead", "passes": "1"}, minutes_ago=1)
    planned = {one.zone: one.set_depth_mm for one in session.plan.as_record().zones}
    charted_mm = charted.a_pass()["set_depth_mm"]
    assert session.as_treatment().deepest_mm == max(planned["forehead"], charted_mm)
    put_down(as_practitioner, session, "pass", {"zone": "nowhere"}, minutes_ago=1)
    assert session.as_treatment().deepest_mm == max(*planned.values(), charted_mm)


def test_erased_words_leave_what_was_done(as_practitioner, practitioner, patient, session):
    row = put_down(as_practitioner, session, "cartridge", PACK, words="Frau Berg, Torstr. 9")
    given = {"what": "erased", "ground": "Art. 17", "until": None, "by": practitioner, "at": LATER}
    rights.decide(patient=patient, item=row.entry, once=uuid4(), **given)
    row.entry.refresh_from_db()
    assert "Torstr" not in row.entry.data["text"] and found(lot="L9") == [patient.pk]
    assert not list(exposures.drift())
    told = {part.name: rows for part, rows in record.rows(patient).items()}
    assert [record.plain(one)["data"]["lot"] for one in told["lateentry"]] == ["L9"]
    assert isinstance(rights.decide(patient=patient, item=row, once=uuid4(), **given), Refusal)


def test_somebody_types_it_afterwards(as_practitioner, patient, session):
    def add(**said):
        sent = {"kind": "addendum", "text": "The tablet died.", "once": str(uuid4()), **said}
        return as_practitioner.post(f"/sessions/{session.pk}/", sent)

    assert add(names="cartridge").status_code == add(lot="L8").status_code == 422
    assert add(names="cartridge", lot="L8", serial="S8").status_code == 422
    assert add(names="cartridge", lot="l8").status_code == 302 and found(lot="L8") == [patient.pk]
    assert add(names="numbing", lot="N1").status_code == 302
    assert found(topical="numbing", topical_lot="N1") == [patient.pk]
    assert exposures.Exposure.objects.get(kind=TraceKind.LOT, key="L8").at == session.created_at
    whole = add(names="cartridge", lot="L8", serial="S8", expires="2031-01-31")
    assert whole.status_code == 302 and CartridgeUse.objects.filter(serial="S8").count() == 1


@pytest.mark.parametrize(
    "late",
    ["{", "[]", "null", '{"kind": "signed", "fields": []}', '{"kind": "pass", "fields": 7}', "[" * 30_000,
     '{"kind": "pass", "fields": [["set_depth_mm", "NaN"], ["zone", "nowhere"]], "why": [1, [], ["a"]]}',
     '{"kind": "topical", "fields": [["topical", "' + "x" * 80 + '"], ["lot", "' + "y" * 40 + '"]]}',
     '{"kind": "cartridge", "fields": [["lot", "\\ud800"], ["serial", "a\\u0000b"]], "why": [["\\ud800"]]}',
     '{"kind": "pass", "fields": [["set_depth_mm", "1e308"], ["zone", "cheeks"], ["passes", "-4"]]}'],
)  # fmt: skip
def test_words_are_kept_whatever_comes_beside_them(as_practitioner, patient, session, late):
    sent = {"kind": "addendum", "text": "It was done.", "once": str(uuid4()), "late": late}
    assert as_practitioner.post(f"/sessions/{session.pk}/", sent, **JSON).status_code == 201
    for page in (f"/sessions/{session.pk}/", f"/patients/{patient.pk}/"):
        assert as_practitioner.get(page).status_code == 200
