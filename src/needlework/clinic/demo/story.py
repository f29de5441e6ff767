"""One person's story, taken through the actions that the pages call, on the days before today."""

import json
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from uuid import UUID, uuid5

from django.utils import timezone

from needlework.clinic import audit, consented, current
from needlework.clinic.consent import actions as consent
from needlework.clinic.demo import answers, chart
from needlework.clinic.demo.acted import KEYS, done
from needlework.clinic.demo.people import (
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
from needlework.clinic.measure import actions as measure
from needlework.clinic.models.account import SignIn
from needlework.clinic.models.people import Patient, User
from needlework.clinic.models.planning import Plan
from needlework.clinic.models.screening import Screening
from needlework.clinic.models.treatment import Session
from needlework.clinic.patients import actions as patients
from needlework.clinic.plan import actions as plan
from needlework.clinic.recover import actions as recover
from needlework.clinic.screen import actions as screen
from needlework.clinic.screen import asking
from needlework.clinic.treat import actions as treat
from needlework.clinic.visits import actions as visits
from needlework.records.plan import Goals
from needlework.records.screen import Answers

SIGNATURE = (
    "[[[120,210],[170,110],[215,70],[235,130],[200,220],[165,240],[190,190],[260,160],[320,170],[345,205]],"
    "[[380,170],[420,150],[440,190],[480,150],[520,185],[570,150],[640,175],[760,140]]]"
)
"""A hand that is nobody's: the demo's people do not exist."""


class Story:
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
            done(
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
            return done(recover.invite(session=self._session(), by=by, at=self.at))

    # each of these is one step

    def _admitted(self, *, days_ago: int) -> Patient:
        somebody, by = self.somebody, self.staff["front-desk"]
        details = {
            "full_name": somebody.name,
            "born_on": answers.born(somebody, timezone.localdate(self.at)),
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
            "zones": answers.zones(self.somebody),
        }
        return answers.given(
            current.protocol().screen.question, {**known, **changed}, on=timezone.localdate(at)
        )

    def _screened(self, step: Screened) -> None:
        at, by = self._on(step.days_ago, "09:40"), self.staff["practitioner"]
        given = self._given(step.changed, at)
        with audit.acting(by):
            done(screen.submit(patient=self.patient, answers=given, once=self._once(), by=by, at=at))

    def _decided(self, step: Decided) -> None:
        by = self.staff[step.by]
        with audit.acting(by):
            done(
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
            done(
                measure.keep(
                    patient=self.patient, data=picture, taken_on=timezone.localdate(at), once=self._once(),
                    by=by, at=at,
                )
            )  # fmt: skip

    def _planned(self, step: Planned) -> None:
        by = self.staff[step.by]
        goals = Goals(concerns=step.concerns, zones=step.zones, device=step.device, place=by.place)
        with audit.acting(by):
            done(
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
        text = done(consent.give(plan=plan_, once=self._once(), by=by, at=given_at))
        done(
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
            session = done(
                treat.open_session(plan=self._plan(), supervisor=watching, once=self._once(), by=by, at=at)
            )
            for minutes, (kind, data) in enumerate(chart.entries(session, step, timezone.localdate(at))):
                moment = min(at + timedelta(minutes=minutes), self.at)
                done(treat.chart(session=session, kind=kind, data=data, once=self._once(), by=by, at=moment))

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
        given = answers.given(current.protocol().recover.question, step.changed, on=timezone.localdate(at))
        session = self._session()
        with audit.acting("patient"):
            made = done(
                recover.check_in(
                    session=session, answers=given, once=self._once(), by=None, at=at, now=self.at
                )
            )
        if step.taken:
            by = self.staff["practitioner"]
            with audit.acting(by):
                taken_at = at + timedelta(minutes=25)
                done(recover.take(check_in=made, note=step.taken, once=self._once(), by=by, at=taken_at))

    def _compared(self, step: Compared) -> None:
        by = self.staff["practitioner"]
        shown = list(self.patient.photographs.order_by("taken_on"))
        zones = [{"name": name, "polygon": polygon} for name, polygon in step.zones.items()]
        with audit.acting(by):
            asked = done(
                measure.ask(
                    before=shown[0], after=shown[-1], plan=self._plan(),
                    zones=json.dumps({"zones": zones}) if zones else "", mm_per_px=1 / PX_PER_MM,
                    once=self._once(), by=by, at=self._on(step.days_ago, "11:00"),
                )
            )  # fmt: skip
            measure.measured(asked.pk, attempt=1)  # at once: a demo is whole when it is made

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
