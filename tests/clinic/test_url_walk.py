"""Every address of the clinic, as each role and as a stranger, against one table; a new one needs a row."""

import io
from collections.abc import Mapping
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from PIL import Image

from clinic import charted
from needlework.clinic import current, gate, storage
from needlework.clinic.models.audit import AuditLine
from needlework.clinic.models.emergency import EmergencyAccess
from needlework.clinic.models.marks import Mark
from needlework.clinic.models.photographs import Comparison, Photograph
from needlework.clinic.models.safety import ReportingClock
from needlework.clinic.safety import actions as safety
from needlework.clinic.safety.asked import by_recall
from needlework.records.measure import Comparison as Seen

WHO = ("stranger", "front-desk", "practitioner", "prescriber", "medical-director")
OPEN = (200,) * 5
ALL_STAFF = (302, 200, 200, 200, 200)
CLINICAL = (302, 403, 200, 200, 200)
DIRECTOR = (302, 403, 403, 403, 200)
ELSEWHERE = (302,) * 5


def clinical(status: int) -> tuple[int, ...]:
    """To the login, refused, and then this for those who treat."""
    return (302, 403, status, status, status)


def director(status: int) -> tuple[int, ...]:
    return (302, 403, 403, 403, status)


def staff(status: int) -> tuple[int, ...]:
    return (302, status, status, status, status)


TABLE: Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    # name of the address: what GET gives, what POST of a form that says nothing gives, in the order of WHO
    "account_login": ((200, 302, 302, 302, 302), (200, 302, 302, 302, 302)),
    "mfa_authenticate": (ELSEWHERE, ELSEWHERE),  # nobody is half way in
    "mfa_login_webauthn": (ELSEWHERE, ELSEWHERE),
    "login-anew": ((405,) * 5, ELSEWHERE),
    "logout": (staff(405), staff(302)),
    "lock": (ELSEWHERE, ELSEWHERE),
    "lock-draft": (ALL_STAFF, staff(405)),
    "account_reauthenticate": (ALL_STAFF, staff(200)),
    "mfa_reauthenticate": (ELSEWHERE, ELSEWHERE),  # they have no second factor
    "mfa_reauthenticate_webauthn": (ELSEWHERE, ELSEWHERE),
    "mfa_index": (ALL_STAFF, staff(405)),
    "mfa_activate_totp": (ALL_STAFF, staff(200)),
    "mfa_deactivate_totp": (staff(404), staff(404)),
    "mfa_add_webauthn": (ALL_STAFF, staff(200)),
    "mfa_remove_webauthn": (staff(404), staff(404)),
    "mfa_view_recovery_codes": (staff(404), staff(405)),
    "mfa_generate_recovery_codes": (ALL_STAFF, staff(200)),
    "pin": (ALL_STAFF, staff(422)),
    "sign-ins": (staff(405), staff(302)),
    "sign-in-rules": (DIRECTOR, director(422)),
    "staff-sign-ins": (DIRECTOR, director(400)),
    "staff-factors-reset": (DIRECTOR, director(422)),
    "me": (ALL_STAFF, staff(422)),
    "today": (ALL_STAFF, staff(405)),
    "waiting": (CLINICAL, clinical(405)),
    "visits": (ALL_STAFF, staff(405)),
    "visit": (ALL_STAFF, staff(422)),
    "visit-new": (ALL_STAFF, staff(422)),
    "patients": (ALL_STAFF, staff(405)),
    "patient-new": (ALL_STAFF, staff(422)),
    "patient": (ALL_STAFF, staff(405)),
    "patient-merge": (CLINICAL, clinical(422)),
    "merge-undo": (CLINICAL, clinical(422)),
    "patient-details": (ALL_STAFF, staff(422)),
    "marks": (CLINICAL, clinical(422)),
    "mark": (CLINICAL, clinical(422)),
    "screen": (CLINICAL, clinical(422)),  # without a zone there is nothing to ask about
    "screening": (CLINICAL, clinical(422)),
    "skin": (CLINICAL, clinical(400)),
    "answers-link": (staff(405), staff(400)),
    "patient-answers": (OPEN, (400,) * 5),
    "plan-new": (CLINICAL, clinical(422)),
    "plan": (CLINICAL, clinical(405)),
    "plan-compare": (CLINICAL, clinical(405)),
    "plan-print": (CLINICAL, clinical(405)),
    "plan-pdf": (CLINICAL, clinical(405)),
    "consent": (CLINICAL, clinical(400)),
    "consent-document": (CLINICAL, clinical(405)),
    "photo-consent": (CLINICAL, clinical(422)),
    "consent-rules": (DIRECTOR, director(422)),
    "patient-consent": (OPEN, (400,) * 5),
    "treat": (clinical(405), clinical(422)),
    "session-worker": (OPEN, (405,) * 5),
    "session": (CLINICAL, clinical(400)),
    "note-phrases": (DIRECTOR, director(302)),
    "pack-read": (staff(405), staff(422)),
    "session-incident": (clinical(302), clinical(405)),
    "recover": (CLINICAL, clinical(405)),
    "patient-link": (staff(405), staff(400)),
    "recover-calendar": (CLINICAL, clinical(405)),
    "check-in": (CLINICAL, clinical(422)),
    "check-in-take": (clinical(405), clinical(422)),
    "patient-recover": (OPEN, (405,) * 5),
    "patient-photographs": (OPEN, (422,) * 5),
    "patient-calendar": (OPEN, (405,) * 5),
    "patient-aftercare": (OPEN, (405,) * 5),
    "aftercare": (CLINICAL, clinical(405)),
    "aftercare-pdf": (CLINICAL, clinical(405)),
    "patient-check-in": (OPEN, (422,) * 5),
    "measure": (CLINICAL, clinical(422)),
    "photograph-image": (CLINICAL, clinical(405)),
    "photograph-face": (CLINICAL, clinical(405)),
    "camera": (CLINICAL, clinical(422)),
    "compare": (CLINICAL, clinical(422)),
    "comparison": (CLINICAL, clinical(405)),
    "comparison-report": (CLINICAL, clinical(405)),
    "comparison-image": (CLINICAL, clinical(405)),
    "learn": (CLINICAL, clinical(405)),
    "learn-csv": (DIRECTOR, director(405)),
    "edition": (CLINICAL, clinical(405)),
    "editions": (CLINICAL, clinical(405)),
    "edition-add": (DIRECTOR, director(422)),
    "edition-device": (DIRECTOR, director(422)),
    "edition-change": (CLINICAL, clinical(405)),
    "edition-files": (CLINICAL, clinical(405)),
    "edition-sign": (director(405), director(302)),
    "source": (CLINICAL, clinical(405)),
    "audit": (DIRECTOR, director(405)),
    "clinic": (DIRECTOR, director(422)),
    "training": (CLINICAL, clinical(405)),
    "staff-training": (DIRECTOR, director(422)),
    "training-correct": (DIRECTOR, director(422)),
    "training-revoke": (DIRECTOR, director(422)),
    "session-supervisor": (clinical(405), clinical(302)),
    "session-cosign": (CLINICAL, clinical(422)),
    "sites": (DIRECTOR, director(405)),
    "site-here": (ALL_STAFF, staff(200)),
    "patient-receive": (staff(405), staff(302)),
    "staff-roles": (DIRECTOR, director(422)),
    "patient-reads": (CLINICAL, clinical(405)),
    "rights": (DIRECTOR, director(405)),
    "rights-item": (DIRECTOR, director(422)),
    "rights-export": (director(405), director(200)),
    "retention": (DIRECTOR, director(422)),
    "emergency-open": (ALL_STAFF, staff(422)),
    "emergencies": (DIRECTOR, director(405)),
    "emergency-acknowledge": (director(405), director(302)),
    "site-new": (DIRECTOR, director(422)),
    "site": (DIRECTOR, director(422)),
    "room-new": (DIRECTOR, director(422)),
    "room": (DIRECTOR, director(422)),
    "staff-new": (DIRECTOR, director(422)),
    "staff-member": (DIRECTOR, director(422)),
    "staff-password": (DIRECTOR, director(422)),
    "stock": (ALL_STAFF, staff(422)),
    "stock-scan": (ALL_STAFF, staff(422)),
    "units": (ALL_STAFF, staff(405)),
    "unit-new": (CLINICAL, clinical(422)),
    "unit": (CLINICAL, clinical(422)),
    "stock-rules": (DIRECTOR, director(422)),
    "recalls": (ALL_STAFF, staff(405)),
    "recall-new": (CLINICAL, clinical(422)),
    "recall": (CLINICAL, (302, 403, 403, 403, 422)),  # the director alone withdraws
    "safety": (CLINICAL, clinical(405)),
    "look-back-csv": (director(302), director(405)),  # nothing was asked for
    "look-back-new": (clinical(405), clinical(302)),
    "look-back": (CLINICAL, clinical(422)),
    "look-back-print": (CLINICAL, clinical(405)),
    "incidents": (CLINICAL, clinical(405)),
    "incident-new": (CLINICAL, clinical(422)),
    "incident": (CLINICAL, clinical(422)),
    "incident-change": (CLINICAL, clinical(422)),
    "incident-report": (DIRECTOR, director(422)),
    "clocks": (DIRECTOR, director(302)),  # no holidays is an answer
    "clock-new": (DIRECTOR, director(422)),
    "clock": (DIRECTOR, director(422)),
}

NOTHING = {"nothing": "at all"}
LINKS = {
    "patient-recover",
    "patient-photographs",
    "patient-calendar",
    "patient-aftercare",
    "patient-check-in",
    "patient-answers",
    "patient-consent",
}


TOKENS = {"patient-answers": "asked", "patient-consent": "agree"}


@pytest.fixture
def world(patient, practitioner, users):
    """One of everything, and what stands in the address of each."""
    from needlework.clinic.consent import actions as consent
    from needlework.clinic.recover import actions as recover
    from needlework.clinic.screen import asking

    plan = charted.planned(patient, by=practitioner)
    session = charted.signed(plan, by=practitioner)
    emergency = EmergencyAccess(
        patient=patient, reason="She is not breathing well", ends_at=charted.NOON, created_by=practitioner
    )
    emergency.save()
    session.supervisions.create(trainee=practitioner, supervisor=users["prescriber"])
    later = charted.NOON + timedelta(days=2)
    check_in = recover.check_in(
        session=session, answers=charted.cast.well(), once=uuid4(), by=None, at=later, now=later
    )
    token = recover.invite(session=session, by=practitioner, at=later)
    asked = asking.invite(patient=patient, by=practitioner, at=later)
    answer = plan.consent_texts.get().answers.get()
    agree = consent.invite(text=answer.text, by=practitioner, at=later)
    charted.agreed(patient, by=practitioner)
    photographs = [_photograph(patient, name, days) for name, days in (("a" * 64, 9), ("b" * 64, 1))]
    seen = Seen("pair-1", comparable=False, reasons=(), changes=(), defaults=True)
    comparison = Comparison.from_record(*photographs, seen, edition="x", pictures=["redness-change"])
    comparison.save()
    storage.keep(comparison.picture("redness-change"), b"jpeg")
    unit, recall, case, incident, clock = _safety(practitioner, later)
    mark = Mark.objects.create(
        patient=patient,
        kind="tattoo",
        name="Tattoo",
        figure="front",
        x=0,
        y=0,
        zone="chin",
        since=charted.DAY,
    )
    ids = {
        "mark": mark.pk,
        "unit": unit.pk, "recall": recall.pk, "case": case.pk, "incident": incident.pk, "clock": clock.pk,
        "shape": "plain",
        "patient": patient.pk, "screening": plan.screening_id, "plan": plan.pk, "session": session.pk,
        "check_in": check_in.pk, "token": token, "asked": asked, "agree": agree,
        "answer": answer.pk, "which": "redness-change",
        "photograph": photographs[0].pk, "comparison": comparison.pk,
        "key": "DEN160029",
        "what": "consent",
        "kind": "screening", "item": plan.screening_id, "emergency": emergency.pk,
        "training": practitioner.trainings.first().pk,
        "site": session.room.site_id, "room": session.room_id,
        "visit": charted.a_visit(patient, by=practitioner).pk,
        "merge": _merged(patient, practitioner),
        "user": practitioner.pk, "digest": current.protocol().edition.digest, "pk": 7,
    }  # fmt: skip
    return ids, f"?before={photographs[0].pk}&after={photographs[1].pk}"


def _merged(patient, by):
    """Somebody else's chart, that was merged into this one."""
    from needlework.clinic.merging import actions
    from needlework.clinic.models.people import Patient

    gone = Patient.objects.admit()
    gone.versions.create(full_name="Ada Lindqvist", born_on="1986-05-12", phone="2")
    made = actions.merge(
        patient=gone, into=patient, reason="She said so", once=uuid4(), by=by, at=charted.NOON
    )
    return made.pk


def _safety(by, at):
    """One of everything of the stock and of safety, and nobody whom it concerns."""
    unit = charted.a_unit(by=by)
    recall = charted.recalled(by=by, at=at, lot="L99")
    case = safety.begin(
        asked=by_recall(recall), title="L99", letter="", recall=recall, once=uuid4(), by=by, at=at
    )
    said = {
        "severity": "other",
        "happened_on": at.date(),
        "known_on": at.date(),
        "said": {"what": "A faint."},
    }
    incident = safety.report_incident(about={}, once=uuid4(), by=by, at=at, **said)
    clock = ReportingClock.objects.create(name="x", whom="y", serious=["other"], days=3, source="house")
    return unit, recall, case, incident, clock


def _photograph(patient, sha256, days_ago):
    day = (charted.NOON - timedelta(days=days_ago)).date()
    made = Photograph(patient=patient, sha256=sha256, format="JPEG", width=9, height=9, taken_on=day)
    storage.keep(made.working, _tiny())
    made.save()
    return made


def _tiny():
    out = io.BytesIO()
    Image.new("RGB", (9, 9)).save(out, "JPEG")
    return out.getvalue()


def _routes():
    return {entry.name: entry for _route, entry in gate.views()}


def _address(name, entry, ids, pair):
    wanted = entry.pattern.converters
    kwargs = {key: ids[TOKENS.get(name, key)] for key in wanted}
    return reverse(name, kwargs=kwargs) + (pair if name == "compare" else "")


def test_every_address_has_a_row():
    assert set(_routes()) == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_each_role_gets_what_the_table_says_and_a_stranger_nothing(name, world, users, signed_in, client):
    ids, pair = world
    entry = _routes()[name]
    browsers = [client, *(signed_in(users[role]) for role in WHO[1:])]
    with time_machine.travel(charted.NOON + timedelta(days=2, hours=1), tick=False):
        address = _address(name, entry, ids, pair)
        shown = [_looked(browser, address) for browser in browsers]
        sent = [_sent_anew(who, address, users, signed_in, client) for who in WHO]
    got, put = TABLE[name]
    assert tuple(answer.status_code for answer in shown) == got
    assert tuple(answer.status_code for answer in sent) == put
    if name not in LINKS and name not in {"account_login", "login-anew", "session-worker"}:
        assert shown[0]["Location"].startswith("/login/") and sent[0]["Location"].startswith("/login/")


SOMEBODY = ("Ada Lindqvist", "N-0001", "12 May 1986")
SEEN = ("read", "list", "export")


def _looked(browser, address):
    """What an address gives. Where that shows somebody, in words or in a picture, the log says who looked."""
    last = AuditLine.objects.values_list("seq", flat=True).first() or 0
    answer = browser.get(address)
    said = b"".join(answer) if answer.streaming else answer.content
    paper = answer["Content-Type"].partition(";")[0] in {"application/pdf", "image/jpeg", "text/calendar"}
    if answer.status_code == 200 and (paper or any(one in said.decode(errors="ignore") for one in SOMEBODY)):
        assert AuditLine.objects.filter(seq__gt=last, action__in=SEEN).exists(), address
    return answer


def _sent_anew(who, address, users, signed_in, client):
    """From a browser of its own each time, since signing out ends the session."""
    return (client if who == "stranger" else signed_in(users[who])).post(address, NOTHING)


@pytest.mark.parametrize("name", sorted(LINKS))
def test_a_wrong_link_opens_nothing_to_anybody(name, world, users, signed_in, client):
    address = reverse(name, kwargs={"token": "x" * 43})
    for browser in (client, *(signed_in(user) for user in users.values())):
        assert browser.get(address).status_code == 404
        assert browser.post(address).status_code == 404


@pytest.mark.parametrize(
    "name", [name for name, entry in _routes().items() if entry.pattern.converters and name not in LINKS]
)
def test_what_nobody_has_is_a_404(name, as_director):
    wanted = _routes()[name].pattern.converters
    none = {"UUIDConverter": uuid4(), "IntConverter": 7}
    nobodys = {key: none.get(type(one).__name__, "NO-SUCH") for key, one in wanted.items()}
    ask = as_director.post if TABLE[name][0][-1] == 405 else as_director.get
    assert ask(reverse(name, kwargs=nobodys)).status_code == 404


PERSONS = {
    "mark", "patient", "visit", "screening", "plan", "session", "check_in", "photograph", "comparison",
    "answer", "merge",
}  # fmt: skip
"""What in an address belongs to one person."""
TO_ALL_SITES = {"emergency-open": 200, "patient-receive": 302}
"""What is open to every site about somebody: to open the record in an emergency, to receive them."""


@pytest.mark.parametrize("role", ["front-desk", "practitioner", "prescriber", "medical-director"])
def test_the_staff_of_another_site_read_nothing_of_it_but_the_director(role, world, users, signed_in):
    ids, pair = world
    elsewhere = charted.a_room("Two", site="The other house").site
    users[role].memberships.update(site=elsewhere)
    browser = signed_in(users[role])
    answers = {}
    with time_machine.travel(charted.NOON + timedelta(days=2, hours=1), tick=False):
        for name, entry in _routes().items():
            if name in LINKS or not PERSONS & set(entry.pattern.converters):
                continue
            get = TABLE[name][0][WHO.index(role)] != 405
            ask = browser.get if get else browser.post
            answers[name] = ask(_address(name, entry, ids, pair)).status_code
    assert len(answers) > 20
    if role == "medical-director":
        assert 403 not in answers.values()
    else:
        assert {name: code for name, code in answers.items() if code != 403} == TO_ALL_SITES
