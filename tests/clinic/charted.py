"""
People who have come as far as a session: screened, planned, charted, signed, through the pages' actions.

Used by the tests of treat and recover, and by itself to fill a database that a real server is started on:

    python charted.py     makes the tables, one user, and two people with a plan, and says their ids as JSON
"""

import json
from datetime import UTC, date, datetime
from uuid import uuid4

import cast
from needlework.records.plan import Goals
from needlework.records.treat import EventKind

DAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
EXPIRES = "2027-12-31"
DEVICE = "skinpen-precision"
ZONES = ("cheeks", "forehead")


def screened(patient, *, by, who="freya", changed=None, on=DAY):
    """The patient's screening, with the answers of somebody of the cast, who may be treated anywhere."""
    from needlework.clinic.models.screening import Screening
    from needlework.loop import screen
    from needlework.protocol import load

    protocol = load.default()
    everywhere = tuple(zone.id for zone in protocol.zones.zone)
    answers = cast.answers(who, {"zones": everywhere, **(changed or {})})
    verdict = screen.assess(answers, protocol.screen, on=on)
    row = Screening.from_record(patient, answers, verdict, created_by=by)
    row.save()
    return row


def planned(
    patient, *, by, who="freya", device=DEVICE, zones=ZONES, screening=None, replaces=None, consent=True
):
    """The plan that the protocol proposes for acne scars in these zones, with its consent signed."""
    from needlework.clinic.models.planning import Plan
    from needlework.loop import plan
    from needlework.protocol import load

    goals = Goals(concerns=("acne-scars",), zones=zones, device=device)
    proposed = plan.propose(goals, cast.person(who), load.default())
    screening = screening or screened(patient, by=by, who=who)
    row = Plan.from_record(screening, proposed, created_by=by, replaces=replaces)
    row.save()
    if consent:
        consented(row, by=by)
    return row


SIGNATURE = "[[[100,100],[300,60],[420,180]],[[500,120],[700,140]]]"


def given(plan, *, by, at=NOON):
    """The text of the plan's consent, as it was given to read."""
    from needlework.clinic.consent import actions

    return actions.give(plan=plan, once=uuid4(), by=by, at=at)


def consented(plan, *, by, at=NOON, **changed):
    """The plan's consent, given and signed by hand at once."""
    from needlework.clinic.consent import actions

    text = given(plan, by=by, at=at)
    sent = {"said": "signed", "how": "drawn", "name": "Ada Lindqvist", "strokes": SIGNATURE, **changed}
    return actions.answer(text=text, sha256=text.sha256, once=uuid4(), by=by, at=at, **sent)


def agreed(patient, *, by, purposes=("record", "shown"), at=NOON):
    """The person agrees that photographs are used for this."""
    from needlework.clinic.consent import actions

    for purpose in purposes:
        actions.photographs_for(patient=patient, purpose=purpose, given=True, once=uuid4(), by=by, at=at)
    return patient


def a_room(name="Treatment room", *, site="Needlework"):
    """The room of this name at the site of this name."""
    from needlework.clinic.models.places import Room, Site

    where, _made = Site.objects.get_or_create(name=site, defaults={"time_zone": "UTC"})
    return Room.objects.get_or_create(site=where, name=name)[0]


def a_unit(*, by, serial="SN-1", part="device", device=DEVICE, at=NOON, **said):
    """One of the clinic's own devices, fit for use."""
    from needlework.clinic.stock import actions

    return actions.add_unit(once=uuid4(), by=by, at=at, part=part, device=device, serial=serial, **said)


def a_visit(patient, *, by, at=NOON, once=None, **said):
    """Somebody is expected."""
    from needlework.clinic.visits import actions

    booked = {"starts_at": at, "minutes": 60, "kind": "treatment", "room": None, "practitioner": None, **said}
    return actions.book(patient=patient, once=once or uuid4(), by=by, at=NOON, **booked)


def recalled(*, by, at=NOON, **what):
    """A recall of this, in force from this moment on."""
    from needlework.clinic.stock import actions

    said = {"source": "FSN 12/26", "issued_on": at.date(), "todo": "Set it aside.", **what}
    return actions.recall(once=uuid4(), by=by, at=at, **said)


def opened(plan, *, by, on=DAY, units=()):
    from needlework.clinic.treat import actions

    at = datetime.combine(on, NOON.timetz())
    return actions.open_session(plan=plan, once=uuid4(), by=by, at=at, units=units)


def chart(session, kind, data, *, by, at=NOON, once=None):
    from needlework.clinic.treat import actions

    return actions.chart(session=session, kind=kind, data=data, once=once or uuid4(), by=by, at=at)


def ticked(session, *, by, at=NOON):
    """Every check ticked."""
    from needlework.protocol import load

    for check in load.default().treat.check:
        chart(session, EventKind.CHECKED, {"check": check.id}, by=by, at=at)
    return session


def prepared(session, *, by, at=NOON):
    """Every check ticked and a cartridge opened: ready for the first pass."""
    ticked(session, by=by, at=at)
    good = cartridge(str(session.pk), expires=f"{at.year + 1}-12-31")
    chart(session, EventKind.CARTRIDGE, good, by=by, at=at)
    return session


def needled(session, *, by, at=NOON, depth_mm=0.5):
    """Prepared, and one pass given."""
    chart(prepared(session, by=by, at=at), EventKind.PASS, a_pass(set_depth_mm=depth_mm), by=by, at=at)
    return session


def cartridge(serial="S1", *, lot="L1", expires=EXPIRES):
    return {"lot": lot, "serial": serial[:40], "expires": expires}


def a_pass(zone="cheeks", **changed):
    """One pass over a zone, well within every wall."""
    return {
        "zone": zone,
        "set_depth_mm": 0.5,
        "passes": 2,
        "seconds": 60.0,
        "strokes_per_s": 116.7,
        **changed,
    }


def signed(plan, *, by, at=NOON, depth_mm=0.5):
    """A session with one pass, signed."""
    session = needled(opened(plan, by=by, on=at.date()), by=by, at=at, depth_mm=depth_mm)
    chart(session, EventKind.SIGNED, {}, by=by, at=at)
    return session


def _fill() -> None:
    """A database of its own for a server: the ids that a test needs, as JSON."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from needlework.clinic.models.people import Patient, PatientDetails, User
    from needlework.clinic.models.training import Training

    call_command("migrate", verbosity=0)
    today, now = timezone.localdate(), timezone.now()
    by = User.objects.create_user("ines", "needle-and-thread", full_name="Ines Duarte", role="practitioner")
    other = User.objects.create_user("mara", "needle-and-thread", full_name="Mara Weiss", role="prescriber")
    for user in (by, other):
        days = {"on": today, "expires": today.replace(year=today.year + 1)}
        Training(professional=user, device="kind:pen", level="trained", given_by="Tests", **days).save()
    sessions = []
    for name in ("Ada Lindqvist", "Ben Okafor"):
        patient = Patient.objects.admit()
        PatientDetails(patient=patient, full_name=name, born_on=date(1986, 5, 12), phone="1").save()
        plan = planned(patient, by=by, screening=screened(patient, by=by, on=today))
        sessions.append(str(prepared(opened(plan, by=by, on=today), by=by, at=now).pk))
    print(json.dumps({"sessions": sessions, "users": [by.username, other.username]}))


if __name__ == "__main__":
    _fill()
