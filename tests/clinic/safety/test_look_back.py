"""From a lot, a device, a room, somebody who worked, a topical or a period to everyone exposed."""

import csv
import io
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic import charted
from needlework.clinic import exposed_days, exposures
from needlework.clinic.models.exposure import Exposure, ExposureDay
from needlework.clinic.models.people import Patient, PatientDetails
from needlework.clinic.models.safety import LookBack, Told
from needlework.clinic.models.stock import CartridgeIn
from needlework.clinic.safety import actions, asked, exposed, matching, unread
from needlework.clinic.safety.asked import Asked
from needlework.loop.traces import Trace, TraceKind
from needlework.records.treat import EventKind

WEEK = timedelta(days=7)


def a_person(name="Ben Okafor", phone="+44 20 7946 0002"):
    somebody = Patient.objects.admit()
    PatientDetails.objects.create(patient=somebody, full_name=name, born_on="1990-01-01", phone=phone)
    return somebody


def treated(patient, *, by, serial, lot="L1", at=charted.NOON, units=()):
    """A signed session of this person, with this cartridge."""
    session = charted.opened(charted.planned(patient, by=by), by=by, on=at.date(), units=units)
    charted.ticked(session, by=by, at=at)
    charted.chart(session, EventKind.CARTRIDGE, charted.cartridge(serial, lot=lot), by=by, at=at)
    charted.chart(session, EventKind.PASS, charted.a_pass(), by=by, at=at)
    charted.chart(session, EventKind.SIGNED, {}, by=by, at=at)
    return session


def of(**said):
    return asked.of(said)


def found(what):
    return {one["patient"] for one in exposed.page(what)}


@pytest.fixture
def ben(db):
    return a_person()


@pytest.fixture
def two(patient, ben, practitioner, prescriber):
    """Ada and Ben, a week apart, each with a lot, a device and a practitioner of their own."""
    units = [charted.a_unit(by=practitioner, serial=serial) for serial in ("SN-1", "SN-2")]
    first = treated(patient, by=practitioner, serial="S1", lot="L1", units=units[:1])
    second = treated(ben, by=prescriber, serial="S2", lot="L2", at=charted.NOON + WEEK, units=units[1:])
    return first, second


def test_each_way_leads_to_the_person(two, patient, ben, practitioner):
    assert found(of(lot="L1")) == {patient.pk}
    assert found(of(unit="SN-2")) == {ben.pk}
    assert found(of(operator=practitioner)) == {patient.pk}
    assert found(of(model=charted.DEVICE)) == {patient.pk, ben.pk}
    assert found(of(room=two[0].room)) == {patient.pk, ben.pk}
    assert found(of(since=charted.DAY, until=charted.DAY)) == {patient.pk}
    assert found(of(lot="NONE")) == set()


def test_several_must_all_hold(two, patient, practitioner):
    assert found(of(model=charted.DEVICE, operator=practitioner)) == {patient.pk}
    assert found(of(lot="L2", operator=practitioner)) == set()
    assert found(of(room=two[0].room, since=charted.DAY + WEEK)) == {two[1].patient.pk}


def test_the_row_tells_day_zone_depth_and_how_to_reach(two, patient):
    what = of(lot="L1")
    (person,) = exposed.persons(what, exposed.page(what))
    assert person.details.full_name == "Ada Lindqvist" and person.reach == "phone"
    assert [(one.session, one.zones) for one in person.seen] == [(two[0].pk, (("cheeks", 0.5),))]
    assert exposed.counts(what) == (1, 1)


def test_a_struck_topical_stays_an_exposure_and_is_said(patient, practitioner):
    session = charted.needled(
        charted.opened(charted.planned(patient, by=practitioner), by=practitioner), by=practitioner
    )
    topical = next(one for one in _protocol().treat.topical if one.allowed).id
    put = charted.chart(session, EventKind.TOPICAL, {"topical": topical, "lot": "T1"}, by=practitioner)
    why = {"corrects": str(put.pk), "reason": "None was used"}
    charted.chart(session, EventKind.STRUCK, why, by=practitioner)
    what = of(topical=topical, topical_lot="T1")
    (person,) = exposed.persons(what, exposed.page(what))
    assert person.seen[0].struck


def _protocol():
    from needlework.protocol import load

    return load.default()


def test_an_entry_that_is_refused_leaves_nothing(patient, practitioner):
    session = charted.opened(charted.planned(patient, by=practitioner), by=practitioner)
    charted.chart(session, EventKind.CARTRIDGE, charted.cartridge(expires="2020-01-01"), by=practitioner)
    assert not Exposure.objects.filter(kind=TraceKind.LOT).exists()


def test_a_recall_finds_those_who_were_exposed_before_it(two, patient, practitioner):
    recall = charted.recalled(by=practitioner, lot="L1")
    assert found(asked.by_recall(recall)) == {patient.pk}


def test_a_recall_of_a_range_finds_the_cartridges_in_it(patient, ben, practitioner):
    treated(patient, by=practitioner, serial="A9")
    treated(ben, by=practitioner, serial="A10")
    recall = charted.recalled(by=practitioner, lot="L1", serial_from="A10", serial_to="A99")
    assert found(asked.by_recall(recall)) == {ben.pk}
    nobody = charted.recalled(by=practitioner, lot="L1", serial_from="A90", serial_to="A99")
    assert exposed.counts(asked.by_recall(nobody)) == (0, 0) and found(asked.by_recall(nobody)) == set()


def test_a_recall_of_a_range_of_forty_thousand_cartridges_is_answered(two, practitioner):
    """More than a statement of SQLite may have values."""
    Exposure.objects.bulk_create(
        Exposure(
            kind="cartridge", key=f"L1/T{n}", at=charted.NOON, patient=two[n % 2].patient, session=two[n % 2]
        )
        for n in range(40_000)
    )
    recall = charted.recalled(by=practitioner, lot="L1", serial_from="T1", serial_to="T40000")
    what = asked.by_recall(recall)
    assert len(what.some) == 39_999 and exposed.counts(what) == (2, 2)
    assert found(Asked.restored(what.stored())) == {one.patient.pk for one in two}


def test_a_recall_of_a_product_finds_lots_that_were_taken_in_with_its_code(patient, ben, practitioner):
    CartridgeIn.objects.create(gtin="09506000134352", lot="L1", expires="2027-12-31", quantity=5)
    treated(patient, by=practitioner, serial="S1", lot="L1")
    treated(ben, by=practitioner, serial="S2", lot="L2")
    what = asked.by_recall(charted.recalled(by=practitioner, gtin="09506000134352"))
    assert found(what) == {patient.pk}
    assert matching.summed(what) is not None and exposed.counts(what) == (1, 1)


def test_a_recall_of_a_product_says_how_many_cartridges_nobody_read(two, practitioner, as_practitioner):
    """S1 of L1 and S2 of L2 were typed. L2 was scanned for somebody else: its code tells whose it is."""
    recall = charted.recalled(by=practitioner, gtin="09506000134352", at=charted.NOON + WEEK)
    assert unread.of(recall, site=None) == unread.Unread(2, (("L1", 1), ("L2", 1)), 0)
    assert unread.of(recall, site=uuid4()) is None
    address = f"{reverse('safety')}?recall={recall.pk}"
    page = as_practitioner.get(address).content.decode()
    assert "2 cartridges are not in this list" in page and f"{reverse('safety')}?lot=L1" in page
    cora = a_person("Cora")
    other = charted.opened(charted.planned(cora, by=practitioner), by=practitioner)
    charted.ticked(other, by=practitioner)
    scanned = {**charted.cartridge("S3", lot="L2"), "gtin": "09506000134352"}
    charted.chart(other, EventKind.CARTRIDGE, scanned, by=practitioner)
    assert unread.of(recall, site=None) == unread.Unread(1, (("L1", 1),), 0)
    assert found(asked.by_recall(recall)) == {cora.pk, two[1].patient.pk}
    assert not list(exposures.drift()) and exposed_days.differing() == 0
    assert unread.of(charted.recalled(by=practitioner, gtin="09506000134352", lot="L1"), site=None) is None
    CartridgeIn.objects.create(gtin="00012345678905", lot="L1", expires="2027-12-31", quantity=5)
    assert unread.of(recall, site=None) is None


def test_a_recall_of_a_device_finds_whom_it_treated(two, ben, practitioner):
    recall = charted.recalled(by=practitioner, device=charted.DEVICE, serial_from="SN-2", serial_to="SN-9")
    assert found(asked.by_recall(recall)) == {ben.pk}


def test_a_recall_of_a_model_is_counted_as_its_sessions_are(two, practitioner):
    what = asked.by_recall(charted.recalled(by=practitioner, device=charted.DEVICE))
    assert len(what.some) == 1 and matching.summed(what) is not None
    assert exposed.counts(what) == (2, 2) and found(what) == {one.patient.pk for one in two}
    assert exposed.without_phone(what) == 0
    PatientDetails.objects.create(
        patient=two[0].patient, corrects=two[0].patient.details, full_name="Ada", born_on="1990-01-01"
    )
    assert exposed.without_phone(what) == exposed.without_phone(of(lot="L1")) == 1


def plan_of(ask):
    """How the last query of it is answered."""
    with CaptureQueriesContext(connection) as asked_of, connection.cursor() as cursor:
        ask()
        cursor.execute(f"EXPLAIN QUERY PLAN {asked_of.captured_queries[-1]['sql']}")
        return " ".join(row[-1] for row in cursor.fetchall())


on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="a plan of SQLite's")


@on_sqlite
@pytest.mark.parametrize("said", [{"model": charted.DEVICE}, {"since": charted.DAY}])
@pytest.mark.parametrize("counted", [False, True], ids=["as it is", "after ANALYZE"])
def test_what_nearly_everybody_had_is_found_by_person(said, counted, two):
    """The first page, the last, and those without a phone: from person to person, and nobody is sorted."""
    if counted:  # by the mean of all keys few have one
        Exposure.objects.bulk_create(
            Exposure(kind="lot", key=f"X{n}", at=charted.NOON, patient=two[0].patient, session=two[0])
            for n in range(3000)
        )
        connection.cursor().execute("ANALYZE")
    what = of(**said)
    pages = (
        lambda: exposed.page(what),
        lambda: exposed.page(what, after=two[0].patient.pk),
    )
    for ask in (*pages, lambda: exposed.without_phone(what)):
        assert "exposure_by_person" in plan_of(ask)
    assert not any("TEMP B-TREE" in plan_of(ask) for ask in pages)


@on_sqlite
def test_of_several_the_others_are_asked_of_the_few(two, practitioner):
    """The sharpest leads; for each of its rows the others are looked up by session: none is read whole."""
    what = of(lot="L1", room=two[0].room, model=charted.DEVICE)
    plan = plan_of(lambda: exposed.counts(what))
    assert "exposure_looked_back (kind=? AND key=?)" in plan
    assert plan.count("(session_id=? AND kind=? AND key=?)") == 2 and plan.count("SEARCH") == 3


def test_a_topical_after_a_model_is_one_key_that_is_summed(patient, practitioner):
    put = next(one for one in _protocol().treat.topical if one.allowed).id
    plan = charted.planned(patient, by=practitioner)
    session = charted.needled(charted.opened(plan, by=practitioner), by=practitioner)
    charted.chart(session, EventKind.TOPICAL, {"topical": put, "lot": "T1"}, by=practitioner)
    both, other = of(topical=put, model=charted.DEVICE), of(topical=put, model="dermaroller")
    assert matching.summed(both) == Trace(TraceKind.TOGETHER, f"{put}/{charted.DEVICE}")
    assert exposed.counts(both) == (1, 1) and found(both) == {patient.pk}
    assert exposed.counts(other) == (0, 0) and found(other) == set()
    assert not list(exposures.drift()) and exposed_days.differing() == 0


def test_pages_go_on_from_the_last_person_and_miss_nobody(practitioner, monkeypatch):
    monkeypatch.setattr(exposed, "A_PAGE", 2)
    people = [a_person(f"P {n}") for n in range(5)]
    for n, one in enumerate(people):
        treated(one, by=practitioner, serial=f"S{n}")
    what = of(lot="L1")
    assert [one.patient.pk for one in exposed.all_of(what)] == [one.pk for one in people]
    assert exposed.counts(what) == (5, 5)


# ── the index ────────────────────────────────────────────────────────────────────────────────────────


def test_the_index_equals_the_charts_and_a_gap_is_found_and_mended(two, capsys):
    call_command("exposures")
    Exposure.objects.filter(kind=TraceKind.LOT, key="L1").delete()
    with pytest.raises(CommandError):
        call_command("exposures")
    assert "lot L1 is missing" in capsys.readouterr().out
    call_command("exposures", "--mend")
    call_command("exposures")
    assert Exposure.objects.get(kind=TraceKind.LOT, key="L1").at == charted.NOON


def test_an_invented_exposure_is_found(two):
    Exposure.objects.create(kind="lot", key="FALSE", at=charted.NOON, patient=two[0].patient, session=two[0])
    (drift,) = exposures.drift()
    assert drift.unknown == (Trace(TraceKind.LOT, "FALSE"),)


KEYS = st.sampled_from(["A", "B", "C"])
ROWS = st.lists(st.tuples(st.sampled_from(["lot", "room", "operator"]), KEYS, st.integers(0, 3)), max_size=20)


def test_the_query_equals_a_plain_reading(practitioner):
    """Whatever the index holds: a look-back for two keys is everybody whose session has both."""
    people = [a_person(f"P{n}") for n in range(4)]
    plans = [charted.planned(one, by=practitioner) for one in people]
    sessions = [charted.opened(plan, by=practitioner) for plan in plans]

    @settings(max_examples=30, deadline=None)
    @given(rows=ROWS, lot=KEYS, room=KEYS)
    def holds(rows, lot, room):
        plain = set(rows)
        Exposure.objects.all().delete()
        Exposure.objects.bulk_create(
            Exposure(kind=kind, key=key, at=charted.NOON, patient=people[n], session=sessions[n])
            for kind, key, n in plain
        )
        expected = {people[n].pk for n in range(4) if {("lot", lot, n), ("room", room, n)} <= plain}
        what = Asked(every=(Trace(TraceKind.LOT, lot), Trace(TraceKind.ROOM, room)))
        assert found(what) == expected
        assert exposed.counts(what) == (len(expected), len(expected))

    holds()


# ── telling ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def case(two, practitioner):
    what = of(model=charted.DEVICE)
    return actions.begin(
        asked=what, title="Pens", letter="Dear patient", recall=None, once=uuid4(), by=practitioner,
        at=charted.NOON,
    )  # fmt: skip


def tell(case, patient, by, outcome="told"):
    return actions.tell(
        case=case, patient=patient, once=uuid4(), by=by, at=charted.NOON, how="phone", outcome=outcome,
        answer="Well.",
    )  # fmt: skip


def test_who_is_told_counts_once_however_often(case, patient, practitioner):
    for outcome in ("no-answer", "told", "seen"):
        tell(case, patient, practitioner, outcome)
    assert exposed.progress(case) == (1, 0)
    shown = {
        key: len(exposed.page(Asked.restored(case.asked), case=case, show=key))
        for key in ("untold", "told", "")
    }
    assert shown == {"untold": 1, "told": 1, "": 2}


def test_who_was_told_elsewhere_is_not_counted_here(case, two, patient, practitioner, prescriber, signed_in):
    tell(case, patient, practitioner)
    what = Asked.restored(case.asked)
    assert exposed.progress(case, replace(what, site=two[0].room.site_id)) == (1, 0)
    assert exposed.progress(case, replace(what, site=uuid4())) == (0, 0)
    assert "told 1 of 2" in signed_in(prescriber).get(reverse("safety")).content.decode()
    prescriber.memberships.update(site=charted.a_room("Room 9", site="Elsewhere").site)
    assert "told 0 of 0" in signed_in(prescriber).get(reverse("safety")).content.decode()


def test_who_cannot_be_reached_stays_to_be_told(case, patient, practitioner):
    tell(case, patient, practitioner, "unreachable")
    assert exposed.progress(case) == (0, 1)
    assert len(exposed.page(Asked.restored(case.asked), case=case, show="unreachable")) == 1
    tell(case, patient, practitioner, "told")
    assert exposed.progress(case) == (1, 0)


def test_who_was_not_exposed_is_not_told_by_this_list(case, practitioner):
    from needlework.records.why import Refusal

    assert isinstance(tell(case, a_person("Cora"), practitioner), Refusal)


def test_it_is_told_on_the_page(case, patient, as_practitioner):
    page = reverse("look-back", args=[case.pk])
    assert "Told 0 of 2" in as_practitioner.get(page).content.decode()
    sent = {
        "once": str(uuid4()),
        "patient": str(patient.pk),
        "how": "phone",
        "outcome": "told",
        "answer": "Calls back",
    }
    for _n in range(2):
        assert as_practitioner.post(page, sent).status_code == 302
    assert Told.objects.count() == 1
    assert "Told 1 of 2" in as_practitioner.get(page).content.decode()
    assert "Calls back" in as_practitioner.get(reverse("look-back-print", args=[case.pk])).content.decode()


def test_from_a_recall_to_a_list_of_people_to_be_told(two, practitioner, as_practitioner):
    recall = charted.recalled(by=practitioner, lot="L1")
    page = as_practitioner.get(reverse("safety"), {"recall": recall.pk}).content.decode()
    assert "Ada Lindqvist" in page and "Ben Okafor" not in page and "+44 20 7946 0001" in page
    sent = {"once": str(uuid4()), "title": "Lot L1", "letter": "Dear patient"}
    address = f"{reverse('look-back-new')}?recall={recall.pk}"
    assert as_practitioner.post(address, sent).status_code == 302
    assert LookBack.objects.get().recall == recall


def test_the_file_holds_everybody_and_no_formula(two, as_director):
    PatientDetails.objects.create(
        patient=two[0].patient,
        corrects=two[0].patient.details,
        full_name="=Ada",
        born_on="1986-05-12",
        phone="+1",
    )
    answer = as_director.get(reverse("look-back-csv"), {"model": charted.DEVICE})
    body = b"".join(answer.streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(body)))
    assert [row["name"] for row in rows] == ["'=Ada", "Ben Okafor"]
    assert "0.5" in rows[0]["zones and set depth, mm (last sessions)"]


def test_a_number_of_people_asks_no_more_of_the_database(
    practitioner, as_practitioner, django_assert_max_num_queries
):
    for n in range(6):
        treated(a_person(f"P{n}"), by=practitioner, serial=f"S{n}")
    with django_assert_max_num_queries(40):
        as_practitioner.get(reverse("safety"), {"lot": "L1"})


@pytest.mark.parametrize(
    "said", [{"lot": ""}, {"since": "2026-12-01", "until": "2026-11-01"}, {"topical_lot": "T"}, {"room": "x"},
             {"until": "9999-12-31"}, {"since": "0001-01-01"}]
)  # fmt: skip
def test_nonsense_is_refused_in_words(said, as_practitioner):
    assert as_practitioner.get(reverse("safety"), said).status_code == 422


def test_the_desk_sees_no_look_back(as_front_desk):
    assert as_front_desk.get(reverse("safety"), {"lot": "L1"}).status_code == 403


def test_old_sessions_are_in_the_index_after_the_migration(two):
    from importlib import import_module

    from django.apps import apps

    CartridgeIn.objects.create(gtin="19506000134359", lot="L1", expires="2027-12-31", quantity=5)
    before = {(one.kind, one.key, one.session_id, one.at) for one in Exposure.objects.exclude(kind="unit")}
    assert "product" in {kind for kind, *_rest in before}
    Exposure.objects.all().delete()
    import_module("needlework.clinic.migrations.0009_stock").looked_back(apps, None)
    ExposureDay.objects.all().delete()
    import_module("needlework.clinic.migrations.0026_exposure_days").summed(apps, connection)
    import_module("needlework.clinic.migrations.0030_exposures_together").together(apps, connection)
    assert exposed.counts(of(since=charted.DAY)) == (2, 2) and exposed_days.differing() == 0
    after = {(one.kind, one.key, one.session_id, one.at) for one in Exposure.objects.all()}
    assert after == before


def test_at_another_site_only_the_director_sees_who_was_treated_here(two, practitioner, signed_in, director):
    elsewhere = charted.a_room("Room 9", site="Elsewhere")
    what = of(model=charted.DEVICE)
    assert exposed.counts(replace(what, site=elsewhere.site_id)) == (0, 0)
    assert exposed.counts(replace(what, site=two[0].room.site_id)) == (2, 2)
    page = signed_in(director).get(reverse("safety"), {"lot": "L1"}).content.decode()
    assert "Ada Lindqvist" in page
