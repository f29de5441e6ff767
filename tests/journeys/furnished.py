"""
Run inside a clinic of its own: the demo, with photographs of few, and one of everything that the demo has
not, so that no page is empty.

`furnish` gives what may stand in an address, by its name in the routes; and how to be let in: "passwords" by
name, and "secret", that of the trainee's app.
"""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from clinic import charted
from clinic.account.door import with_app
from needlework.clinic import current
from needlework.clinic.consent import actions as consent
from needlework.clinic.demo import album, build
from needlework.clinic.demo.people import Compared, Photographed
from needlework.clinic.marks import actions as marks
from needlework.clinic.merging import actions as merging
from needlework.clinic.models.emergency import EmergencyAccess
from needlework.clinic.models.people import Patient, User
from needlework.clinic.models.safety import ReportingClock
from needlework.clinic.models.stock import CartridgeIn
from needlework.clinic.models.treatment import Session
from needlework.clinic.patients import actions as patients
from needlework.clinic.safety import actions as safety
from needlework.clinic.safety.asked import by_recall
from needlework.clinic.screen import asking
from needlework.clinic.stock import actions as stock
from needlework.records.treat import EventKind


def furnish() -> dict[str, object]:
    """What stands in addresses, each of somebody of the demo who has much to show."""
    demo = _demo()
    now, by = timezone.now(), User.objects.get(username="practitioner")
    margaret, leila, aoife = (_named(name) for name in ("Margaret", "Leila", "Aoife"))
    plan, comparison = margaret.plans.first(), margaret.comparisons.first()
    opened, healing = _last(leila), _last(aoife)
    return {
        **_links(by=by, at=now), **_people(leila, by=by, at=now), **_things(healing, by=by, at=now),
        **_rooms(by=by, at=now), **_factors(User.objects.get(username="trainee")),
        "patient": margaret.pk, "plan": plan.pk, "answer": plan.consent_texts.get().answers.get().pk,
        "screening": _named("Camille").screenings.first().pk, "kind": "screening", "item": plan.screening_id,
        "session": opened.pk, "signed": healing.pk, "supervised": _last(_named("Tomasz")).pk,
        "check_in": healing.check_ins.first().pk, "comparison": comparison.pk,
        "photograph": comparison.before_id, "after": comparison.after_id, "which": comparison.pictures[0],
        "visit": _named("Samuel").visits.first().pk, "training": by.trainings.first().pk, "user": by.pk,
        "digest": current.protocol().edition.digest, "key": "EXCEED-IFU", "what": "consent",
        "token": demo.patient_page.split("/")[2],
        "passwords": {one.username: one.password for one in demo.logins},
    }  # fmt: skip


def _demo():
    """All its people, of whom one sat for photographs: each drawing takes seconds."""
    few = tuple(one if one.key == "margaret" else _unseen(one) for one in album.PEOPLE)
    build.PEOPLE = album.PEOPLE = few
    return build.build(say=lambda line: None)


def _unseen(one):
    story = tuple(step for step in one.story if not isinstance(step, Photographed | Compared))
    return replace(one, story=story)


def _named(name: str) -> Patient:
    return next(one for one in Patient.objects.all() if one.details.full_name.startswith(name))


def _last(patient: Patient) -> Session:
    return patient.plans.first().sessions.order_by("-number")[0]


def _links(*, by, at):
    """To the questions before a visit, and to a consent that was given to read."""
    rohan = _named("Rohan")
    text = consent.give(plan=rohan.plans.first(), once=uuid4(), by=by, at=at)
    asked = asking.invite(patient=_named("Diego"), by=by, at=at)
    return {"asked": asked, "agree": consent.invite(text=text, by=by, at=at)}


def _people(leila, *, by, at):
    """A chart that goes on in another one, one that may be the same person's, and a mole."""
    beatriz, twins = _named("Beatriz"), []
    for born in ("1977-02-03", beatriz.details.born_on):
        details = {"full_name": beatriz.details.full_name, "born_on": born, "sex": "female", "phone": "2"}
        twins.append(patients.admit(details=details, once=uuid4(), by=by, at=at))
    why = "She gave her name before she married, and the desk made a second chart."
    merge = merging.merge(patient=twins[0], into=beatriz, reason=why, once=uuid4(), by=by, at=at)
    place = {"figure": "front", "x": 85.0, "y": 300.0, "zone": "cheeks", "side": "left", "size_mm": 4.0}
    also = {"note": "Watched by her dermatologist.", "since": at.date(), "until": None}
    said = {"kind": "raised-lesion", **place, **also}
    mark = marks.draw(patient=_named("Margaret"), said=said, once=uuid4(), by=by, at=at)
    emergency = EmergencyAccess(
        patient=leila, reason="She fainted in the waiting room", ends_at=at + timedelta(hours=1),
        created_by=by, role=by.role, site=by.site,
    )  # fmt: skip
    emergency.save()
    return {"merge": merge.pk, "mark": mark.pk, "emergency": emergency.pk, "twin": twins[1].pk}


def _things(healing, *, by, at):
    """A device, cartridges, a recall of what somebody was treated with, and an incident."""
    unit = charted.a_unit(by=by, serial="SP-20413", at=at, label="The blue one", due_on=at.date() + WEEK)
    used = healing.entries.filter(kind=EventKind.CARTRIDGE).first().data
    for lot, days in ((used["lot"], 400), ("LX-2211", 30)):
        pack = {"gtin": "", "lot": lot, "serial": "", "expires": at.date() + timedelta(days=days)}
        assert isinstance(stock.take_in(once=uuid4(), by=by, at=at, quantity=20, **pack), CartridgeIn)
    recall = charted.recalled(by=by, at=at, lot=used["lot"], todo="Set the box aside and tell those treated.")
    case = safety.begin(
        asked=by_recall(recall), title=f"Lot {used['lot']}", letter="We were told of a fault in a pack.",
        recall=recall, once=uuid4(), by=by, at=at,
    )  # fmt: skip
    clock = ReportingClock.objects.create(
        name="Authority, serious", whom="The authority", serious=["serious"], days=10, source="house"
    )
    incident = safety.report_incident(
        about={"patient": healing.patient, "session": healing}, once=uuid4(), by=by, at=at,
        severity="other", happened_on=at.date(), known_on=at.date(), said={"what": "A faint in the chair."},
    )  # fmt: skip
    made = {"unit": unit, "recall": recall, "case": case, "clock": clock, "incident": incident}
    return {"shape": "plain", **{name: one.pk for name, one in made.items()}}


WEEK = timedelta(days=7)


def _rooms(*, by, at):
    room = charted.a_room("Room two", site=by.site.name)
    return {"site": room.site_id, "room": room.pk}


def _factors(user):
    """The trainee signs in with an app, has a passkey and codes to fall back on."""
    secret = with_app(user)
    data = {"name": "my phone", "credential": _passkey(), "passwordless": True}
    key = Authenticator.objects.create(user=user, type="webauthn", data=data)
    RecoveryCodes.activate(user)
    return {"pk": key.pk, "secret": secret}


def _passkey() -> dict[str, object]:
    """As a browser answers with one that was made on it."""
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    made = AttestedCredentialData.create(b"\0" * 16, b"my phone", public)
    held = AuthenticatorData.create(b"\0" * 32, AuthenticatorData.FLAG.AT, 0, made)
    said = CollectedClientData.create("webauthn.create", b"\0" * 32, "http://localhost")
    response = {"clientDataJSON": websafe_encode(said), "attestationObject": websafe_encode(
        AttestationObject.create("none", held, {})
    )}  # fmt: skip
    name = websafe_encode(b"my phone")
    return {"id": name, "rawId": name, "type": "public-key", "response": response}
