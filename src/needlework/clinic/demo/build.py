"""
Make the demo clinic: people who do not exist, at every stage of the loop, on the days before today.

All of it goes through the actions that the pages call, so what the demo shows is what the clinic can do; the
days alone are set. It is made in one transaction: a build that is stopped leaves nothing behind but drawn
files. The logins get passwords of their own on each machine, kept in the data folder.
"""

import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeGuard, TypeVar
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from needlework.clinic import audit, consented, current
from needlework.clinic.consent import actions as consent
from needlework.clinic.demo import album
from needlework.clinic.demo.people import (
    PEOPLE,
    Answered,
    Changed,
    CheckedIn,
    Compared,
    Decided,
    Photographed,
    Planned,
    Screened,
    Somebody,
    Treated,
)
from needlework.clinic.demo.portraits.canvas import PX_PER_MM
from needlework.clinic.edition import actions as edition
from needlework.clinic.measure import actions as measure
from needlework.clinic.models.account import SignIn, SignInRules
from needlework.clinic.models.people import Clinic, Patient, Role, User
from needlework.clinic.models.planning import Plan
from needlework.clinic.models.screening import Screening
from needlework.clinic.models.training import Level
from needlework.clinic.models.treatment import Session
from needlework.clinic.patients import actions as patients
from needlework.clinic.plan import actions as plan
from needlework.clinic.recover import actions as recover
from needlework.clinic.screen import actions as screen
from needlework.clinic.screen import asking
from needlework.clinic.training import actions as training
from needlework.clinic.treat import actions as treat
from needlework.clinic.visits import actions as visits
from needlework.loop import conditions
from needlework.protocol import load
from needlework.protocol.schema.questions import Question
from needlework.records.plan import Goals, ZonePlan
from needlework.records.screen import Answers, AnswerValue
from needlework.records.treat import EventKind
from needlework.records.why import Reason, Refusal

NAME = "Thread Street Clinic"
PHONE = "+44 20 7946 0100"
LOGINS = "demo-logins.json"
KEYS = UUID("5f0a3c5e-6f3d-4a5e-9d10-3c1f9a7b2e44")
"""Namespace of the keys with which the demo sends its forms: the same on each machine."""

STAFF = (
    ("practitioner", "Ines Duarte", Role.PRACTITIONER),
    ("prescriber", "Dr Tomas Okafor", Role.PRESCRIBER),
    ("director", "Dr Mara Weiss", Role.MEDICAL_DIRECTOR),
    ("desk", "Sam Petrov", Role.FRONT_DESK),
    ("trainee", "Noor Aziz", Role.PRACTITIONER),
)
SIGNATURE = (
    "[[[120,210],[170,110],[215,70],[235,130],[200,220],[165,240],[190,190],[260,160],[320,170],[345,205]],"
    "[[380,170],[420,150],[440,190],[480,150],[520,185],[570,150],[640,175],[760,140]]]"
)
"""A hand that is nobody's: the demo's people do not exist."""
PATIENT_PAGE_OF = "aoife"

Say = Callable[[str], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Login:
    username: str
    role: str
    password: str


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo clinic and how one gets in."""

    name: str
    logins: tuple[Login, ...]
    patient_page: str
    """Path of one patient's own page, by the link that was sent to them."""
    new: bool
    """Whether it was made just now, or stood there before."""

    def lines(self) -> Iterator[str]:
        """What to say of it on a terminal."""
        yield _("%(name)s, the demo clinic. Sign in as one of:") % {"name": self.name}
        for login in self.logins:
            yield f"  {login.role:<17} {login.username:<13} {login.password}"
        if self.patient_page:
            yield _("A patient's own page, without a login: %(path)s") % {"path": self.patient_page}


def build(*, at: datetime | None = None, say: Say = print) -> Demo | Refusal:
    """
    The demo clinic: as it is where there is one, else made as of `at`, now unless given.

    Refused where the database holds a real clinic: nobody invents people among those who exist.
    """
    if Clinic.objects.filter(is_demo=True).exists():
        return _standing()
    if Clinic.objects.exists() or User.objects.exists() or Patient.objects.exists():
        problem = _("holds a real clinic, and invented people do not belong there.")
        do = _("Serve it with: needlework serve. For a demo name another folder in NEEDLEWORK_DATA.")
        return Refusal((Reason(str(_folder()), problem, do),))
    at = at or timezone.now()
    say(_("Drawing the photographs of people who do not exist …"))
    drawn = album.drawn(timezone.localdate(at), say=say)
    say(_("Taking them through the loop …"))
    with transaction.atomic():
        return _made(at, drawn, say)


# ── the staff ────────────────────────────────────────────────────────────────────────────────────────


def _made(at: datetime, drawn: Mapping[tuple[str, int], bytes], say: Say) -> Demo:
    logins = tuple(Login(name, role.value, secrets.token_urlsafe(9)) for name, _full, role in STAFF)
    clinic = Clinic.objects.create(name=NAME, phone=PHONE, is_demo=True)
    SignInRules.objects.create(second_factor=[])  # a password is enough to look around
    staff = {
        "trainee" if name == "trainee" else login.role: User.objects.create_user(
            name,
            login.password,
            full_name=full,
            role=role,
            place="" if role is Role.FRONT_DESK else "clinician",
        )
        for login, (name, full, role) in zip(logins, STAFF, strict=True)
    }
    _trained(staff, at)
    with audit.acting(staff["medical-director"]):
        digest = load.default().edition.digest
        _done(edition.sign(digest=digest, by=staff["medical-director"], at=at))
    page, expected = "", iter(EXPECTED)
    for number, somebody in enumerate(PEOPLE, start=1):
        say(f"  {number:>2} of {len(PEOPLE)}  {somebody.name}")
        told = _Story(somebody, staff, at, drawn)
        told.tell()
        if number in EXPECTED_WHO:
            told.expected(*next(expected))
        if somebody.key == PATIENT_PAGE_OF:
            page = f"/r/{told.invited()}/"
    _keep(logins, page)
    return Demo(clinic.name, logins, page, new=True)


EXPECTED_WHO = {1, 2, 5, 7, 9, 12}
EXPECTED = (
    ("09:00", 30, "talk"), ("09:45", 60, "treatment"), ("11:00", 60, "treatment"), ("13:00", 20, "check"),
    ("14:00", 20, "check"), ("15:00", 30, "photographs"),
)  # fmt: skip
"""Who is expected on the demo's day: when, for how many minutes, what for."""


def _trained(staff: Mapping[str, User], at: datetime) -> None:
    """Whoever needles was taught it; one training ends soon, and one person needles under supervision."""
    today, by = timezone.localdate(at), staff["medical-director"]
    for who, device, level, months_left in (
        ("practitioner", "kind:pen", Level.TRAINED, 17), ("practitioner", "kind:roller", Level.TRAINED, 1),
        ("prescriber", "kind:pen", Level.TRAINED, 9), ("medical-director", "kind:pen", Level.TRAINED, 20),
        ("trainee", "kind:pen", Level.SUPERVISED, 5),
    ):  # fmt: skip
        _done(
            training.enter(
                professional=staff[who], device=device, level=level, on=today - timedelta(days=400),
                expires=today + timedelta(days=30 * months_left),
                given_by=_("House training, practical exam"),
                evidence=_("Certificate kept with the contracts."), once=uuid5(KEYS, f"{who} {device}"),
                by=by, at=at - timedelta(days=399),
            )
        )  # fmt: skip


def _standing() -> Demo:
    """The demo clinic that is there, with its logins; new passwords where the file of them is gone."""
    if not SignInRules.objects.exists():  # a demo from before there were any
        SignInRules.objects.create(second_factor=[])
    try:
        kept = json.loads((_folder() / LOGINS).read_text(encoding="utf-8"))
        logins = tuple(Login(**login) for login in kept["logins"])
        page = str(kept["patient_page"])
    except (OSError, ValueError, TypeError, KeyError):
        logins, page = tuple(_renewed(name) for name, _full, _role in STAFF), ""
        _keep(logins, page)
    return Demo(Clinic.current().name, logins, page, new=False)


def _renewed(username: str) -> Login:
    user = User.objects.get(username=username)
    login = Login(username, user.role, secrets.token_urlsafe(9))
    user.set_password(login.password)
    user.save(update_fields=["password"])
    return login


def _keep(logins: tuple[Login, ...], page: str) -> None:
    """The logins in the data folder, readable by its owner alone."""
    kept = {
        "logins": [{"username": one.username, "role": one.role, "password": one.password} for one in logins],
        "patient_page": page,
    }
    path = _folder() / LOGINS
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(kept, file, indent=2)


def _folder() -> Path:
    return Path(settings.DATA)


# ── the stories ──────────────────────────────────────────────────────────────────────────────────────


class _Story:
    """One person's steps, taken through the actions in order."""

    def __init__(
        self,
        somebody: Somebody,
        staff: Mapping[str, User],
        at: datetime,
        drawn: Mapping[tuple[str, int], bytes],
    ) -> None:
        self.somebody, self.staff, self.at, self.drawn = somebody, staff, at, drawn
        self.sent = 0
        first = max((step.days_ago for step in somebody.story), default=1)
        self.patient = self._admitted(days_ago=max(1, first))

    def tell(self) -> None:
        for number, step in enumerate(self.somebody.story):
            match step:
                case Answered():
                    self._answered(step)
                case Screened():
                    self._screened(step)
                case Decided():
                    self._decided(step)
                case Photographed():
                    self._photographed(step, self.drawn[self.somebody.key, number])
                case Planned():
                    self._planned(step)
                case Treated():
                    self._treated(step)
                case CheckedIn():
                    self._checked_in(step)
                case Compared():
                    self._compared(step)

    def expected(self, clock: str, minutes: int, kind: str) -> None:
        """Booked by the front desk for the day on which the demo is made."""
        by, day = self.staff["front-desk"], timezone.localdate(self.at)
        starts_at = timezone.make_aware(datetime.combine(day, time.fromisoformat(clock)))
        with audit.acting(by):
            _done(
                visits.book(
                    patient=self.patient, starts_at=starts_at, minutes=minutes, kind=kind, room=None,
                    practitioner=self.staff["practitioner"], once=self._once(), by=by,
                    at=self.patient.created_at,
                )
            )  # fmt: skip

    def invited(self) -> str:
        """The token of a new link to the patient's own page after the last session."""
        by = self.staff["practitioner"]
        with audit.acting(by):
            return _done(recover.invite(session=self._session(), by=by, at=self.at))

    # each of these is one step

    def _admitted(self, *, days_ago: int) -> Patient:
        somebody, by = self.somebody, self.staff["front-desk"]
        details = {
            "full_name": somebody.name,
            "born_on": _born(somebody, timezone.localdate(self.at)),
            "sex": somebody.face.sex.value,
            "phone": somebody.phone,
            "email": "",
            "note": somebody.note,
        }
        with audit.acting(by):
            made = patients.admit(details=details, once=self._once(), by=by, at=self._on(days_ago, "09:10"))
        assert isinstance(made, Patient), "a key of the demo's own is used once"
        return made

    def _answered(self, step: Answered) -> None:
        by = self.staff["front-desk"]
        with audit.acting(by):
            asking.invite(patient=self.patient, by=by, at=self._on(step.days_ago, "09:20"))
        at = self._on(step.days_ago, "19:30")
        link = asking.opening(self.patient, at=at)[0]
        with audit.acting("patient"):
            asking.send(link=link, answers=self._given(step.changed, at), once=self._once(), at=at)

    def _given(self, changed: Changed, at: datetime) -> Answers:
        known = {
            "age-years": self.somebody.age_years,
            "sex": self.somebody.face.sex.value,
            "skin-type": self.somebody.face.skin_type.value,
            "zones": _zones(self.somebody),
        }
        return _answers(current.protocol().screen.question, {**known, **changed}, on=timezone.localdate(at))

    def _screened(self, step: Screened) -> None:
        at, by = self._on(step.days_ago, "09:40"), self.staff["practitioner"]
        given = self._given(step.changed, at)
        with audit.acting(by):
            _done(screen.submit(patient=self.patient, answers=given, once=self._once(), by=by, at=at))

    def _decided(self, step: Decided) -> None:
        by = self.staff[step.by]
        with audit.acting(by):
            _done(
                screen.override(
                    screening=self._screening(), rule=step.rule, reason=step.reason, once=self._once(), by=by,
                    at=self._on(step.days_ago, "12:15"),
                )
            )  # fmt: skip

    def _photographed(self, step: Photographed, picture: bytes) -> None:
        at, by = self._on(step.days_ago, "09:55"), self.staff["practitioner"]
        with audit.acting(by):
            for purpose in ("record", "shown"):
                if not consented.may_show(self.patient, purpose):
                    consent.photographs_for(
                        patient=self.patient, purpose=purpose, given=True, once=self._once(), by=by, at=at
                    )
            _done(
                measure.keep(
                    patient=self.patient, data=picture, taken_on=timezone.localdate(at), once=self._once(),
                    by=by, at=at,
                )
            )  # fmt: skip

    def _planned(self, step: Planned) -> None:
        by = self.staff[step.by]
        goals = Goals(concerns=step.concerns, zones=step.zones, device=step.device, place=by.place)
        with audit.acting(by):
            _done(
                plan.take(
                    screening=self._screening(), goals=goals, off_label_reason=step.off_label_reason,
                    once=self._once(), by=by, at=self._on(step.days_ago, "10:20"),
                )
            )  # fmt: skip

    def _consented(self, *, by: User, at: datetime) -> None:
        """Given the day before, and signed by hand; nothing where it was signed before an earlier session."""
        plan_ = self._plan()
        if consented.standing(plan_).holds:
            return
        given_at = max(plan_.created_at, at - timedelta(days=1))
        text = _done(consent.give(plan=plan_, once=self._once(), by=by, at=given_at))
        _done(
            consent.answer(
                text=text, said="signed", how="drawn", sha256=text.sha256, name=self.somebody.name,
                strokes=SIGNATURE, once=self._once(), by=by, at=at,
            )
        )  # fmt: skip

    def _treated(self, step: Treated) -> None:
        by, at = self.staff[step.by], self._on(step.days_ago, "10:30")
        watching = self._watching(at) if step.by == "trainee" else None
        with audit.acting(by):
            self._consented(by=by, at=at - timedelta(minutes=5))
            session = _done(
                treat.open_session(plan=self._plan(), supervisor=watching, once=self._once(), by=by, at=at)
            )
            for minutes, (kind, data) in enumerate(self._entries(session, step, timezone.localdate(at))):
                moment = min(at + timedelta(minutes=minutes), self.at)
                _done(treat.chart(session=session, kind=kind, data=data, once=self._once(), by=by, at=moment))

    def _watching(self, at: datetime) -> User:
        """The practitioner, who supervises, and has signed in that day."""
        by = self.staff["practitioner"]
        SignIn.objects.create(
            user=by, proved_at=at, seen_at=at, created_at=at, ends_at=at + timedelta(hours=1),
            lock_minutes=15, ended_at=at + timedelta(hours=1), end_reason="logout", created_by=by,
        )  # fmt: skip
        return by

    def _checked_in(self, step: CheckedIn) -> None:
        """By the patient where nobody has taken it up yet; on the day of building an hour before it."""
        at = self._on(step.days_ago, "08:45")
        given = _answers(current.protocol().recover.question, step.changed, on=timezone.localdate(at))
        session = self._session()
        with audit.acting("patient"):
            made = _done(
                recover.check_in(
                    session=session, answers=given, once=self._once(), by=None, at=at, now=self.at
                )
            )
        if step.taken:
            by = self.staff["practitioner"]
            with audit.acting(by):
                taken_at = at + timedelta(minutes=25)
                _done(recover.take(check_in=made, note=step.taken, once=self._once(), by=by, at=taken_at))

    def _compared(self, step: Compared) -> None:
        by = self.staff["practitioner"]
        shown = list(self.patient.photographs.order_by("taken_on"))
        zones = [{"name": name, "polygon": polygon} for name, polygon in step.zones.items()]
        with audit.acting(by):
            asked = _done(
                measure.ask(
                    before=shown[0], after=shown[-1], plan=self._plan(),
                    zones=json.dumps({"zones": zones}) if zones else "", mm_per_px=1 / PX_PER_MM,
                    once=self._once(), by=by, at=self._on(step.days_ago, "11:00"),
                )
            )  # fmt: skip
            measure.measured(asked.pk, attempt=1)  # at once: a demo is whole when it is made

    def _entries(
        self, session: Session, step: Treated, on: date
    ) -> Iterator[tuple[EventKind, dict[str, Any]]]:
        """The chart of one session: checklist, cartridge, each zone, signature."""
        course = session.plan.as_record()
        for check in current.protocol().treat.check:
            yield EventKind.CHECKED, {"check": check.id}
        lot = f"L{on:%y%m}{session.number}"
        serial = f"{self.patient.ordinal:03d}{session.number:02d}"
        expires = on.replace(month=12, day=31) + timedelta(days=365)
        yield EventKind.CARTRIDGE, {"lot": lot, "serial": serial, "expires": expires.isoformat()}
        device = treat.device_of(session)
        strokes = device.strokes_per_s[0] if device and device.strokes_per_s else 100.0
        for zone in course.zones[: step.zones_done]:
            yield EventKind.PASS, _needled(zone, strokes)
            yield EventKind.ENDPOINT, {"zone": zone.zone, "endpoint": "reached", "bleeding": _bled(zone)}
        if step.signed:
            yield EventKind.SIGNED, {}

    # where the story stands

    def _screening(self) -> Screening:
        return self.patient.screenings.all()[0]

    def _plan(self) -> Plan:
        return self.patient.plans.all()[0]

    def _session(self) -> Session:
        return self._plan().sessions.order_by("-number")[0]

    def _once(self) -> UUID:
        """The next key of this person's forms."""
        self.sent += 1
        return uuid5(KEYS, f"{self.somebody.key} {self.sent}")

    def _on(self, days_ago: int, clock: str) -> datetime:
        """A moment of a day, never later than that of building; the hour is the clinic's own."""
        day = timezone.localdate(self.at) - timedelta(days=days_ago)
        moment = timezone.make_aware(datetime.combine(day, time.fromisoformat(clock)))
        return min(moment, self.at - timedelta(minutes=40)) if days_ago == 0 else moment


def _needled(zone: ZonePlan, strokes_per_s: float) -> dict[str, Any]:
    """The zone as it was planned, the clock a little off as in life."""
    return {
        "zone": zone.zone,
        "set_depth_mm": zone.set_depth_mm,
        "passes": zone.passes,
        "seconds": float(round(zone.needling_s * 0.96)),
        "strokes_per_s": strokes_per_s,
    }


def _bled(zone: ZonePlan) -> str:
    """The grade of bleeding that the endpoint of the plan speaks of: even points, single ones, none."""
    return "2" if "pinpoint" in zone.endpoint else "1" if "points" in zone.endpoint else "0"


def _zones(somebody: Somebody) -> tuple[str, ...]:
    """Where somebody would like to be treated: the zones of their plans, else the cheeks and the forehead."""
    planned = [zone for step in somebody.story if isinstance(step, Planned) for zone in step.zones]
    return tuple(dict.fromkeys(planned)) or ("forehead", "cheeks")


def _answers(questions: tuple[Question, ...], changed: Changed, *, on: date) -> Answers:
    """In good health but for what is changed: no, none, never, and nothing that does not matter then."""
    said = {question.id: _well(question) for question in questions}
    for key, value in changed.items():
        said |= _leading_to(key, {question.id: question for question in questions})
        said[key] = on + timedelta(days=int(value)) if _is_days_ago(value, key) else value
    live = conditions.asked(questions, Answers(said), on=on)
    return Answers(
        {one.id: said[one.id] for one in live if one.kind != "date" or isinstance(said[one.id], date)}
    )


def _leading_to(key: str, questions: Mapping[str, Question]) -> dict[str, AnswerValue]:
    """The answers after which a question is asked at all."""
    opens: dict[str, AnswerValue] = {}
    for earlier, condition in questions[key].ask_if.items():
        if condition.equals is not None:
            opens |= {**_leading_to(earlier, questions), earlier: condition.equals}
    return opens


def _well(question: Question) -> AnswerValue:
    """The answer that nothing hangs on: no, none, or zero. A choice begins with it."""
    match question.kind:
        case "yes-no":
            return False
        case "choice":
            return question.options[0].id
        case "choices":
            return ()
        case "number":
            return 0
    return ""


def _is_days_ago(value: AnswerValue, key: str) -> TypeGuard[int]:
    return key.endswith("-on") and isinstance(value, int)


def _born(somebody: Somebody, today: date) -> date:
    """A birthday that makes them this old today, on a day of the year of their own."""
    day = date(today.year - somebody.age_years, 1 + somebody.face.seed % 12, 1 + somebody.face.seed % 27)
    return day if (day.month, day.day) <= (today.month, today.day) else day.replace(year=day.year - 1)


def _done(made: T | Refusal) -> T:
    """What an action gave; a demo that is refused is a broken program."""
    if isinstance(made, Refusal):
        told = "; ".join(f"{reason.key} {reason.problem} {reason.do}" for reason in made.reasons)
        raise RuntimeError(f"The demo clinic could not be made: {told}")
    return made
