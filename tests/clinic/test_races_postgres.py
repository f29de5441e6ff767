"""On PostgreSQL many write at once: whatever comes together, sums equal charts and what waits the records."""

import random
import threading
import time
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
import time_machine
from django.db import connection, connections

import cast
from clinic import charted
from needlework.clinic import audit, exposed_days, exposures, waits
from needlework.clinic.marks import actions as marks
from needlework.clinic.merging import actions as merging
from needlework.clinic.models.consent import ConsentAnswer
from needlework.clinic.models.marks import Mark, MarkEnded
from needlework.clinic.models.merging import Absorbed, Merge, MergeUndone
from needlework.clinic.models.people import Patient, PatientDetails
from needlework.clinic.models.planning import Plan
from needlework.clinic.models.recovery import CheckIn, CheckInTaken
from needlework.clinic.models.rights import Decision
from needlework.clinic.models.safety import IncidentClosed, IncidentVersion, LookBack, Told
from needlework.clinic.models.screening import Override
from needlework.clinic.models.stock import CartridgeIn, Recall
from needlework.clinic.models.training import CoSignature, Supervision, Training, TrainingRevoked
from needlework.clinic.models.treatment import Session, SessionEntry
from needlework.clinic.models.visits import Visit, VisitEvent
from needlework.clinic.patients import actions as patients
from needlework.clinic.recover import actions as recover
from needlework.clinic.safety import actions as safety
from needlework.clinic.safety.asked import by_recall
from needlework.clinic.stock import actions as stock
from needlework.clinic.treat import actions as treat
from needlework.clinic.treat import opening
from needlework.records.treat import EventKind
from needlework.server import again

pytestmark = [
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="asks for PostgreSQL: tests/server/test_postgres"
    ),
    pytest.mark.django_db(transaction=True),
]
WORKERS, ACTS = 4, 50


def at_once(*acts):
    """Each in a thread and on a connection of its own: what it came to, or what went wrong."""
    found, ready = [], threading.Barrier(len(acts))

    def run(act):
        try:
            ready.wait()
            found.append(act())
        except Exception as error:
            found.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def any_of(rng, rows):
    """One of these rows as it is now; None where there is none."""
    keys = list(rows.values_list("pk", flat=True))
    return rows.get(pk=rng.choice(keys)) if keys else None


def somebody(name):
    made = Patient.objects.admit()
    PatientDetails.objects.create(patient=made, full_name=name, born_on="1990-01-01", phone="1234567")
    return made


class Clinic:
    """A clinic in which anything happens at any time, by the clinic's own actions."""

    def __init__(self, *, by):
        self.by, self.at = by, charted.NOON
        self.rooms = [charted.a_room("A", site="Here"), charted.a_room("B", site="There")]
        self.people = [somebody(f"P {n}") for n in range(4)]
        for person in self.people:
            plan = charted.planned(person, by=by)
            charted.signed(plan, by=by)
            charted.planned(person, by=by, screening=plan.screening, consent=False)

    def opens(self, rng):
        at = self.at + timedelta(minutes=rng.randrange(10 * 1440))
        plan = any_of(rng, Plan.objects.all())
        treat.open_session(plan=plan, once=uuid4(), by=self.by, at=at, room=rng.choice(self.rooms))

    def charts(self, rng):
        session = any_of(rng, Session.objects.all())
        kind, data = rng.choice([
            (EventKind.TOPICAL, {"topical": "hyaluronic-acid", "lot": "n4"}),
            (EventKind.CARTRIDGE, charted.cartridge(uuid4().hex, lot=rng.choice(["L1", "L2"]))),
            (EventKind.NOTE, {"text": "Calm", "handpiece": "H1"}),
        ])  # fmt: skip
        treat.chart(session=session, kind=kind, data=data, once=uuid4(), by=self.by, at=session.created_at)

    def merges(self, rng):
        one, other = rng.sample(self.people, 2)
        merging.merge(patient=one, into=other, reason="Same person", once=uuid4(), by=self.by, at=self.at)

    def parts(self, rng):
        if one := any_of(rng, Merge.standing()):
            merging.undo(merge=one, reason="Two people", once=uuid4(), by=self.by, at=self.at)

    def checks_in(self, rng):
        session = any_of(rng, Session.objects.filter(entries__kind=EventKind.SIGNED))
        answers = cast.well({"pus": rng.random() < 0.7})
        recover.check_in(session=session, answers=answers, once=uuid4(), by=None, at=self.at, now=self.at)

    def takes(self, rng):
        if pressing := list(CheckIn.waiting()):
            recover.take(check_in=rng.choice(pressing), note="Called", once=uuid4(), by=self.by, at=self.at)

    def recalls(self, rng):
        recall = charted.recalled(by=self.by, at=self.at, lot=rng.choice(["L1", "L2"]))
        safety.begin(
            asked=by_recall(recall), title="L", letter="", recall=recall, once=uuid4(), by=self.by, at=self.at
        )

    def withdraws(self, rng):
        if one := any_of(rng, Recall.objects.standing()):
            stock.withdraw(recall=one, reason="By the maker", once=uuid4(), by=self.by, at=self.at)

    def tells(self, rng):
        if case := any_of(rng, LookBack.objects.all()):
            said = {"how": "phone", "outcome": Told.Outcome.TOLD, "answer": ""}
            safety.tell(
                case=case, patient=rng.choice(self.people), once=uuid4(), by=self.by, at=self.at,
                **said,
            )  # fmt: skip

    def corrects(self, rng):
        person = Patient.objects.get(pk=rng.choice(self.people).pk)
        newest = person.versions.first()
        said = {"full_name": f"P {rng.randrange(99)}", "born_on": newest.born_on, "phone": newest.phone}
        patients.correct(patient=person, details=said, seen=newest.pk, once=uuid4(), by=self.by, at=self.at)


WEIGHTS = {
    Clinic.opens: 6, Clinic.charts: 8, Clinic.merges: 4, Clinic.parts: 3, Clinic.checks_in: 3,
    Clinic.takes: 2, Clinic.recalls: 1, Clinic.withdraws: 1, Clinic.tells: 2, Clinic.corrects: 3,
}  # fmt: skip


@pytest.fixture
def hurried(monkeypatch):
    """What the clinic would refuse is not what is asked here; and between reading and writing time passes."""
    monkeypatch.setattr(opening, "CONDITIONS", ())
    monkeypatch.setattr(treat, "_against", lambda *what, **said: ())
    for module, name in ((exposed_days, "of"), (waits, "_whose")):
        monkeypatch.setattr(module, name, _slow(getattr(module, name)))


def _slow(does):
    def later(*what, **said):
        found = does(*what, **said)
        time.sleep(0.004)
        return found

    return later


def test_whatever_comes_together_every_index_is_what_the_records_say(practitioner, hurried):
    clinic = Clinic(by=practitioner)

    def act(seed):
        rng = random.Random(seed)
        for does in rng.choices(list(WEIGHTS), list(WEIGHTS.values()), k=ACTS):
            again.tried(lambda does=does: does(clinic, rng))

    assert at_once(*(lambda n=n: act(n) for n in range(WORKERS))) == [None] * WORKERS
    assert list(exposures.drift()) == [] and exposed_days.differing() == 0
    assert list(waits.drift()) == []
    ends = Absorbed.due(set(Patient.objects.values_list("pk", flat=True)))
    assert dict(Absorbed.objects.values_list("patient", "survivor")) == ends
    for person in Patient.objects.all():
        assert {one.key for one in person.search_keys.all()} == person.keys_due()
    assert audit.examine(connection.connection).whole


LATER = charted.NOON + timedelta(days=1)


def _what_the_first_sender_changes(patient, practitioner, director, *, session):
    """Forms that would be refused by what the first of two equal ones wrote: page, form, model."""
    by = {"by": practitioner, "at": charted.NOON}
    visit = charted.a_visit(patient, by=practitioner, at=LATER)
    moved = {"do": "moved", "day": "2026-12-02", "clock": "10:00", "minutes": "30", "kind": "talk"}
    drawn = {"kind": "raised-lesion", "zone": "cheeks", "side": "left", "since": charted.DAY, "size_mm": 4}
    first, second = (
        marks.draw(
            patient=patient, once=uuid4(), **by,
            said={**drawn, "figure": "front", "x": 0.5, "y": 0.5, "until": None, "note": ""},
        )
        for _n in range(2)
    )  # fmt: skip
    training = Training.objects.filter(professional=practitioner).first()
    Supervision.objects.create(session=session, trainee=practitioner, supervisor=director)
    known = somebody("Cleo").versions.get()
    corrected = {
        "full_name": "Cleo B",
        "born_on": "1990-01-01",
        "sex": "female",
        "phone": "1",
        "seen": known.pk,
    }
    harm = {"severity": "serious", "happened_on": charted.DAY, "known_on": charted.DAY}
    incident = safety.report_incident(
        about={"patient": patient}, once=uuid4(), said={"what": "Faint"}, **harm, **by
    )
    more = {**harm, "what": "Fainted", "seen": incident.newest().pk}
    plan = charted.planned(somebody("Dora"), by=practitioner, consent=False)
    text = charted.given(plan, by=practitioner)
    signs = {"do": "sign", "agree": "on", "typed": "on", "name": "Dora", "sha256": text.sha256}
    one, two = somebody("Eva"), somebody("Eve")
    merge = merging.merge(patient=one, into=two, reason="Same person", once=uuid4(), **by)
    erased = {"what": "erased", "ground": "GDPR Art. 17(1)(b)"}
    cold_sore = charted.screened(patient, by=practitioner, changed={"cold-sore-history": True})
    decided = {"rule": "cold-sore-history", "reason": "Prevention prescribed"}
    return (
        (f"/visits/{visit.pk}/", moved, VisitEvent),
        (f"/marks/{first.pk}/", {**drawn, "spot": "outer"}, Mark),
        (f"/marks/{second.pk}/", {"do": "end", "end-on": LATER.date(), "end-why": "Gone"}, MarkEnded),
        (f"/training/{training.pk}/revoke/", {"on": charted.DAY, "reason": "Left"}, TrainingRevoked),
        (f"/sessions/{session.pk}/co-sign/", {"agrees": "yes"}, CoSignature),
        (f"/patients/{known.patient_id}/details/", corrected, PatientDetails),
        (f"/safety/incidents/{incident.pk}/change/", more, IncidentVersion),
        (f"/safety/incidents/{incident.pk}/", {"reason": "All is well"}, IncidentClosed),
        (f"/plans/{plan.pk}/consent/", signs, ConsentAnswer),
        (f"/merges/{merge.pk}/undo/", {"reason": "Two passports"}, MergeUndone),
        (f"/patients/{one.pk}/rights/patientdetails/{one.versions.get().pk}/", erased, Decision),
        (f"/screenings/{cold_sore.pk}/", decided, Override),
    )


@time_machine.travel(LATER)
def test_the_same_form_sent_several_times_at_once_is_kept_once_and_nobody_sees_a_failure(
    patient, practitioner, director, signed_in
):
    session = charted.signed(charted.planned(patient, by=practitioner), by=practitioner)
    open_one = charted.opened(charted.planned(somebody("Ben"), by=practitioner), by=practitioner)
    other, worse = somebody("Ada"), cast.well({"fever": True})
    pressing = recover.check_in(session=session, answers=worse, once=uuid4(), by=None, at=LATER, now=LATER)
    admitted = {"full_name": "Noor", "born_on": "1990-02-28", "sex": "female", "phone": "+31 20 555 0101"}
    booked = {"day": "2026-12-01", "clock": "15:30", "minutes": "45", "kind": "talk"}
    given = cast.well().given.items()
    well = {key: ("no", "yes")[said] if isinstance(said, bool) else said for key, said in given}
    merged = {"with": patient.number, "do": "merge", "stays": str(patient.pk), "reason": "Same passport"}
    shelved = {"lot": "L7", "quantity": "10", "expires": "2027-12-31"}
    judged = _what_the_first_sender_changes(patient, practitioner, director, session=session)
    for page, form, model in (
        *judged,
        ("/patients/new/", {**admitted, "seen": ""}, Patient),
        (f"/patients/{patient.pk}/visits/new/", booked, Visit),
        (f"/sessions/{open_one.pk}/", {"kind": "note", "text": "Calm"}, SessionEntry),
        (f"/sessions/{session.pk}/check-in/", {**well, "at": "2026-11-21T11:00"}, CheckIn),
        (f"/check-ins/{pressing.pk}/take/", {"note": "Called"}, CheckInTaken),
        ("/stock/", shelved, CartridgeIn),
        (f"/patients/{other.pk}/merge/", merged, Merge),
    ):
        key = "end-once" if "end-on" in form else "once"
        before, sent = model.objects.count(), {key: str(uuid4()), **form}
        posts = [partial(signed_in(director).post, page, sent) for _n in range(3)]
        answers = at_once(*posts)
        assert [getattr(one, "status_code", one) for one in answers] == [302] * 3, page
        assert len({one["Location"] for one in answers}) == 1 and model.objects.count() == before + 1
