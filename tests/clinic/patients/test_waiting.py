"""Who waits for what: an index that follows every row it is made of, and the pages that read it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from clinic import charted
from needlework.clinic import waits
from needlework.clinic.consent import actions as consent
from needlework.clinic.merging import actions as merging
from needlework.clinic.models.people import KnownAt, Patient, PatientDetails
from needlework.clinic.models.photographs import Photograph
from needlework.clinic.models.stock import CartridgeIn
from needlework.clinic.models.training import CoSignature, Supervision
from needlework.clinic.models.waiting import Waiting
from needlework.clinic.patients import waiting
from needlework.clinic.recover import actions as recover
from needlework.clinic.safety import actions as safety
from needlework.clinic.safety.asked import by_recall
from needlework.clinic.screen import asking
from needlework.clinic.stock import actions as stock
from needlework.records.treat import EventKind

LATER = charted.NOON + timedelta(days=1)


@pytest.fixture(autouse=True)
def that_day():
    with time_machine.travel(LATER, tick=False):
        yield


def somebody(name="Bea Marsh", *, site=None):
    person = Patient.objects.admit(site=site)
    PatientDetails(patient=person, full_name=name, born_on=date(1990, 3, 12), phone="1").save()
    return person


def kinds(*people):
    """What these people wait for; and that it is what everything that is known of everybody comes to."""
    assert list(waits.drift()) == []
    return sorted(Waiting.objects.filter(patient__in=people).values_list("kind", flat=True))


def told(case, person, by, outcome="told"):
    said = {"how": "phone", "outcome": outcome, "answer": ""}
    return safety.tell(case=case, patient=person, once=uuid4(), by=by, at=LATER, **said)


# ── the index ────────────────────────────────────────────────────────────────────────────────────────


def test_each_step_of_the_loop_says_what_it_waits_for_next(patient, practitioner, prescriber):
    by, at = practitioner, charted.NOON
    assert kinds(patient) == ["ask"]
    asking_link = asking.invite(patient=patient, by=by, at=at)
    assert asking_link and kinds(patient) == ["ask"]
    charted.screened(patient, by=by, changed={"isotretinoin": "past", "isotretinoin-ended-on": charted.DAY})
    assert kinds(patient) == ["again"]
    charted.screened(patient, by=by)
    assert kinds(patient) == []
    plan = charted.planned(patient, by=by, consent=False)
    assert kinds(patient) == ["consent", "photographs"]
    charted.consented(plan, by=by)
    assert kinds(patient) == ["begin", "photographs"]
    Photograph(
        patient=patient, sha256="a" * 64, format="JPEG", width=9, height=9, taken_on=charted.DAY
    ).save()
    assert kinds(patient) == ["begin"]
    session = charted.needled(charted.opened(plan, by=by), by=by)
    Supervision(session=session, trainee=by, supervisor=prescriber, created_by=by).save()
    assert kinds(patient) == ["sign"]
    charted.chart(session, EventKind.SIGNED, {}, by=by)
    assert kinds(patient) == ["check-in", "cosign", "photographs"]
    CoSignature(session=session, agrees=True, created_by=prescriber).save()
    bad = charted.cast.well({"pus": True})
    said = recover.check_in(session=session, answers=bad, once=uuid4(), by=None, at=LATER, now=LATER)
    assert kinds(patient) == ["call", "photographs"]
    recover.take(check_in=said, note="Seen at once", once=uuid4(), by=by, at=LATER)
    consent.photographs_for(patient=patient, purpose="record", given=False, once=uuid4(), by=by, at=at)
    assert kinds(patient) == []


def test_a_recall_waits_for_everybody_who_was_exposed_until_they_are_told(patient, practitioner, director):
    other, late = somebody(), somebody("Cleo Late")
    sessions = {}
    for person, serial in ((patient, "S1"), (other, "S2")):
        plan = charted.planned(person, by=practitioner)
        sessions[person] = charted.ticked(charted.opened(plan, by=practitioner), by=practitioner)
        cartridge = charted.cartridge(serial)
        charted.chart(sessions[person], EventKind.CARTRIDGE, cartridge, by=practitioner)
    offline = charted.ticked(
        charted.opened(charted.planned(late, by=practitioner), by=practitioner), by=practitioner
    )
    recall = charted.recalled(by=practitioner, at=LATER, lot="L1")
    assert [kinds(one).count("tell") for one in (patient, other, late)] == [1, 1, 0]
    # A tablet without network sends what it charted before anybody had called it back.
    charted.chart(offline, EventKind.CARTRIDGE, charted.cartridge("S3"), by=practitioner)
    assert "tell" in kinds(late)
    case = safety.begin(
        asked=by_recall(recall), title="L1", letter="", recall=recall, once=uuid4(), by=practitioner, at=LATER
    )
    told(case, patient, practitioner, "no-answer")
    assert "tell" in kinds(patient)
    told(case, patient, practitioner)
    assert [kinds(one).count("tell") for one in (patient, other, late)] == [0, 1, 1]
    # Told under one number is told under the other, as long as the two are one person.
    merge = merging.merge(
        patient=other, into=patient, reason="Same passport", once=uuid4(), by=director, at=LATER
    )
    assert kinds(patient, other).count("tell") == 0
    merging.undo(merge=merge, reason="They are cousins", once=uuid4(), by=director, at=LATER)
    assert kinds(other).count("tell") == 1
    stock.withdraw(recall=recall, reason="By the maker", once=uuid4(), by=director, at=LATER)
    assert kinds(patient, other, late).count("tell") == 0


def test_a_recall_by_product_reaches_a_lot_that_is_known_to_be_of_it_only_since(patient, practitioner):
    plan = charted.planned(patient, by=practitioner)
    session = charted.ticked(charted.opened(plan, by=practitioner), by=practitioner)
    charted.chart(session, EventKind.CARTRIDGE, charted.cartridge("S1"), by=practitioner)
    charted.recalled(by=practitioner, at=LATER, gtin="09506000134352")
    assert "tell" not in kinds(patient)
    other = somebody("Cora")
    typed = charted.ticked(
        charted.opened(charted.planned(other, by=practitioner), by=practitioner), by=practitioner
    )
    charted.chart(typed, EventKind.CARTRIDGE, charted.cartridge("S2", lot="L2"), by=practitioner)
    CartridgeIn(gtin="09506000134352", lot="L1", expires=charted.DAY, created_by=practitioner).save()
    assert "tell" in kinds(patient) and "tell" not in kinds(other)
    # Somebody scans a pack of the other's lot: that lot is of this product too.
    scanned = charted.opened(charted.planned(somebody("Dora"), by=practitioner), by=practitioner)
    charted.ticked(scanned, by=practitioner)
    data = {**charted.cartridge("S3", lot="L2"), "gtin": "09506000134352"}
    charted.chart(scanned, EventKind.CARTRIDGE, data, by=practitioner)
    assert "tell" in kinds(other)


def test_what_was_written_past_the_models_is_found_and_mended(patient, practitioner, capsys):
    charted.planned(patient, by=practitioner)
    elsewhere = charted.a_room("Two", site="The other house").site
    KnownAt.objects.bulk_create([KnownAt(patient=patient, site=elsewhere)])
    kept = set(Waiting.objects.values_list("site", "kind", "ref"))
    Waiting.objects.filter(kind="begin").delete()
    with pytest.raises(CommandError, match="1 people differ"):
        call_command("waiting")
    call_command("waiting", mend=True)
    assert "begin" in capsys.readouterr().out
    assert set(Waiting.objects.values_list("site", "kind", "ref")) == kept | {
        (elsewhere.pk, kind, ref) for _site, kind, ref in kept
    }
    whole = list(Waiting.objects.order_by("kind", "site").values_list(*waits.Row._fields))
    Waiting.objects.all().delete()
    waits.after_migration()
    assert list(Waiting.objects.order_by("kind", "site").values_list(*waits.Row._fields)) == whole
    call_command("waiting")


def test_a_day_begins_at_each_site_when_it_begins_there_whoever_wrote_it(patient, practitioner):
    charted.signed(charted.planned(patient, by=practitioner), by=practitioner)
    with timezone.override("Asia/Tokyo"):
        charted.agreed(patient, by=practitioner)
        assert "check-in" in kinds(patient)
    site = charted.a_room().site
    site.time_zone = "Pacific/Auckland"
    site.save()
    assert "check-in" in kinds(patient)
    begins = Waiting.objects.get(kind="check-in").begins
    assert begins.astimezone(site.zone).hour == 0


# ── the pages ────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def newcomers(practitioner):
    """Four who were asked nothing yet, and two more at another site."""
    elsewhere = charted.a_room("Two", site="The other house").site
    return [somebody(f"Bea {n}", site=site) for n, site in enumerate([None] * 4 + [elsewhere] * 2)]


def test_today_counts_all_and_their_page_shows_every_one(newcomers, as_practitioner, monkeypatch):
    monkeypatch.setattr(waiting, "FEW", 2)
    monkeypatch.setattr(waiting, "A_PAGE", 3)
    today = as_practitioner.get("/").content.decode()
    group = today.split('id="waits-ask"')[1].split("</section>")[0]
    assert "Bea 0" in group and "Bea 1" in group and "Bea 2" not in group
    assert ">4</small>" in group and "All 4" in group
    seen, after = [], ""
    for _page in range(2):
        shown = as_practitioner.get(f"/waiting/ask/{after}")
        group = shown.context["group"]
        seen += [row.patient.details.full_name for row in group.rows]
        after = f"?after={group.next}"
    assert seen == [f"Bea {n}" for n in range(4)] and not group.next
    for nonsense in ("x", "0-x-1", "0--1", "1-", "0-١-1", "0-1-" + "9" * 30):
        assert len(as_practitioner.get(f"/waiting/ask/?after={nonsense}").context["group"].rows) == 3
    assert as_practitioner.get("/waiting/nothing/").status_code == 404


def test_the_worst_stands_first_and_of_these_whoever_has_waited_longest(
    patient, practitioner, as_practitioner
):
    session = charted.signed(charted.planned(patient, by=practitioner), by=practitioner)
    for hours, answers in ((1, {"pus": True}), (2, {"pus": True}), (3, {"eye": True})):
        at = charted.NOON + timedelta(hours=hours)
        said = charted.cast.well(answers)
        recover.check_in(session=session, answers=said, once=uuid4(), by=None, at=at, now=at)
    rows = as_practitioner.get("/waiting/call/").context["group"].rows
    assert [(row.tone, row.since.hour) for row in rows] == [
        ("emergency", 15), ("urgent", 13), ("urgent", 14),
    ]  # fmt: skip


def test_what_begins_on_a_day_shows_from_then_and_what_has_passed_is_still_found(
    patient, practitioner, signed_in
):
    charted.signed(charted.planned(patient, by=practitioner), by=practitioner)

    def on(days, page="/"):
        with time_machine.travel(charted.NOON + timedelta(days=days), tick=False):
            return signed_in(practitioner).get(page).content.decode()

    assert "No check-in yet" not in on(0) and "No check-in yet" in on(1) and "No check-in yet" not in on(14)
    assert "One whose time has passed" in on(14, "/waiting/check-in/")
    assert "Ada Lindqvist" in on(14, "/waiting/check-in/?over=1")
    assert "Photographs are due" not in on(89) and "The result can be judged" in on(90)


def test_today_shows_a_recall_while_somebody_is_to_be_told_or_something_lies_there(
    patient, practitioner, as_practitioner
):
    said = {"gtin": "", "lot": "L1", "serial": "", "expires": charted.NOON.date() + timedelta(days=90)}
    stock.take_in(once=uuid4(), by=practitioner, at=charted.NOON, quantity=9, **said)
    plan = charted.planned(patient, by=practitioner)
    session = charted.ticked(charted.opened(plan, by=practitioner), by=practitioner)
    charted.chart(session, EventKind.CARTRIDGE, charted.cartridge("S1"), by=practitioner)
    recall = charted.recalled(by=practitioner, at=LATER, lot="L1")
    today = as_practitioner.get("/").content.decode()
    assert "One person exposed and not told" in today and "8 cartridges left" in today
    assert "Ada Lindqvist" in as_practitioner.get("/waiting/tell/").content.decode()
    case = safety.begin(
        asked=by_recall(recall), title="L1", letter="", recall=recall, once=uuid4(), by=practitioner, at=LATER
    )
    told(case, patient, practitioner)
    today = as_practitioner.get("/").content.decode()
    assert "not told" not in today and "8 cartridges left" in today
    stock.change(lot="L1", change=-8, reason="Sent back", once=uuid4(), by=practitioner, at=LATER)
    assert "Called back" not in as_practitioner.get("/").content.decode()
