"""What waits for a person today, by what it waits for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, cast
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from needlework.clinic import access, audit, current
from needlework.clinic.models import safety
from needlework.clinic.models.asked import PatientAnswers
from needlework.clinic.models.base import Record
from needlework.clinic.models.consent import ConsentAnswer, ConsentText
from needlework.clinic.models.emergency import EmergencyAccess
from needlework.clinic.models.merging import Absorbed
from needlework.clinic.models.people import KnownAt, Patient, User
from needlework.clinic.models.photographs import Photograph
from needlework.clinic.models.planning import Plan
from needlework.clinic.models.recovery import CheckIn
from needlework.clinic.models.safety import Incident
from needlework.clinic.models.screening import Screening
from needlework.clinic.models.training import Supervision, Training
from needlework.clinic.models.treatment import Session, SessionEntry
from needlework.clinic.models.visits import State, Visit

MOST = 25
"""Rows of one group on the page; the rest are counted."""
COUNTED = 500
"""As far as they are counted: how many more there are than that helps nobody, and costs the more of them."""
FEW = 8
"""Incidents on the page; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One person who waits, why, since when, and the page that answers it."""

    patient: Patient
    why: str
    tone: str
    since: date
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    rows: tuple[Waiting, ...]
    more: int
    beyond: bool
    """Whether there are more still than were counted."""


def groups(request: HttpRequest, *, on: date) -> list[Group]:
    """The groups that have somebody in them, the most pressing first."""
    found = [
        _group(request, _("Needs a person now"), CheckIn.waiting(), "session__plan__patient", _check_in),
        _group(request, _("Answered by phone"), PatientAnswers.waiting(), "patient", _answered),
        _group(request, _("To be signed"), _unsigned(), "plan__patient", _session),
        _group(request, _("The wait has ended"), _ended(on), "patient", _deferral),
        _group(request, _("Waits for consent"), _unconsented(), "patient", _consent),
        _group(request, _("Planned, not begun"), _unbegun(), "patient", _plan),
        _group(request, _("Not screened yet"), _unscreened(), "", _newcomer),
    ]
    return [group for group in found if group.rows]


def _group(request: HttpRequest, title, rows: QuerySet, path: str, told) -> Group:
    """
    The first rows of a group with their people's details, and how many more there are.

    The site is asked of each row that waits: joined, it would lead through everybody who is known there.
    """
    here = KnownAt.objects.filter(patient=OuterRef(path or "pk"), site=cast(User, request.user).site)
    rows = rows.filter(Exists(here))
    details = f"{path}__versions" if path else "versions"
    shown = access.listed(request, "today", rows.prefetch_related(details)[:MOST])
    found = rows.order_by()[: COUNTED + 1].count() if len(shown) == MOST else len(shown)
    return Group(title, tuple(map(told, shown)), min(found, COUNTED) - len(shown), found > COUNTED)


# ── the visits of a day ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Need:
    """What a visit waits for, and the page that answers it."""

    words: str
    tone: str
    url: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody who is expected has, from all of their charts; nothing where they have none."""

    screening: Screening | None = None
    said: PatientAnswers | None = None
    plan: Any = None
    session: Session | None = None
    photographed: bool = False


TREATS = {Visit.Kind.TREATMENT}
LOOKS = {Visit.Kind.TREATMENT, Visit.Kind.CHECK, Visit.Kind.PHOTOGRAPHS}
ASKS = {Visit.Kind.TALK, Visit.Kind.TREATMENT}
AHEAD = {State.BOOKED, State.ARRIVED}
CHECKED_WITHIN = timedelta(days=14)


def of_visits(visits: Sequence[Visit], *, on: date) -> dict[UUID, list[Need]]:
    """For each visit what stands between it and its purpose, in as many queries for fifty as for one."""
    people = {one.patient.survivor.pk for one in visits}
    merged = Absorbed.objects.filter(survivor__in=people).values_list("patient", "survivor")
    whose = {**{one: one for one in people}, **dict(merged)}
    standing = _standing(whose, on=on)
    ahead = [one for one in visits if one.state in AHEAD]
    return {one.pk: list(_needs(one, standing[one.patient.survivor.pk], on=on)) for one in ahead}


def _standing(whose: dict[UUID, UUID], *, on: date) -> dict[UUID, Standing]:
    """By person; of each kind of row the newest of all of their charts."""
    charts = list(whose)
    newer = Screening.objects.filter(patient=OuterRef("patient"), created_at__gt=OuterRef("created_at"))
    screened = Screening.objects.filter(~Exists(newer), patient__in=charts).prefetch_related("overrides")
    plans = Plan.objects.filter(patient__in=charts, replaced_by=None).annotate(held=Exists(_held()))
    lately = timezone.make_aware(datetime.combine(on - CHECKED_WITHIN, time.min))
    signed = SessionEntry.objects.filter(session=OuterRef("pk"), kind="signed")
    treated = Session.objects.filter(
        Exists(signed), plan__patient__in=charts, created_at__gte=lately, check_ins=None
    ).select_related("plan")
    found: dict[str, dict[UUID, Any]] = {
        "screening": {whose[row.patient_id]: row for row in screened.order_by("created_at")},
        "said": {whose[row.patient_id]: row for row in PatientAnswers.waiting().filter(patient__in=charts)},
        "plan": {whose[row.patient_id]: row for row in plans.order_by("created_at")},
        "session": {whose[row.plan.patient_id]: row for row in treated.order_by("created_at")},
        "photographed": {
            whose[one]: True
            for one in Photograph.objects.filter(patient__in=charts, taken_on=on).values_list(
                "patient", flat=True
            )
        },
    }
    return {
        person: Standing(**{name: rows[person] for name, rows in found.items() if person in rows})
        for person in set(whose.values())
    }


def _needs(visit: Visit, has: Standing, *, on: date) -> Iterator[Need]:
    person = visit.patient.survivor.pk
    if has.said is not None:
        url = f"{reverse('screen', args=[has.said.patient_id])}?said={has.said.pk}"
        yield Need(gettext("Answers to read"), "clear", url)
    elif has.screening is None and visit.kind in ASKS:
        yield Need(gettext("Answers"), "caution", reverse("screen", args=[person]))
    if has.screening is not None and visit.kind in TREATS:
        yield from _bars(has.screening, person, on=on)
        if has.plan is None:
            yield Need(gettext("Plan"), "caution", reverse("plan-new", args=[person]))
        elif not has.plan.held:
            yield Need(gettext("Consent"), "caution", reverse("consent", args=[has.plan.pk]))
    if has.session is not None and timezone.localdate(has.session.created_at) < on:
        yield Need(gettext("Check-in"), "caution", reverse("check-in", args=[has.session.pk]))
    if not has.photographed and visit.kind in LOOKS:
        yield Need(gettext("Photographs"), "", reverse("camera", args=[person]))


def _bars(screening: Screening, person: UUID, *, on: date) -> Iterator[Need]:
    """The worst that bars a treatment on the day; or that a wait has ended, and it is to be asked again."""
    url = reverse("screening", args=[screening.pk])
    bars = screening.bars(on=on)
    if bars:
        worst = max(bars, key=lambda one: one.outcome)
        yield Need(worst.say.split(":")[0].rstrip("."), worst.outcome.word, url)
    elif any(one.until and screening.on < one.until <= on for one in screening.standing()):
        yield Need(gettext("The wait has ended: screen again"), "clear", reverse("screen", args=[person]))


def of_training(request: access.Request, *, on: date) -> dict[str, Any]:
    """Sessions that wait for a co-signature, and trainings that end soon: everybody's, or one's own."""
    waits = Supervision.objects.waiting().select_related("session__plan__patient", "supervisor", "trainee")
    also = ("session__plan__patient__versions", "session__cosignatures")
    waits = waits.prefetch_related(*also).order_by("created_at")
    ending = Training.objects.expiring(on)
    if not access.may(request.user, "training.keep"):
        ending = ending.filter(professional=request.user)
    return {
        "cosigning": access.listed(request, "today", waits[:MOST]),
        "expiring": [
            (row, row.called(current.protocol().devices.device))
            for row in access.listed(request, "today", ending[:MOST])
        ],
    }


def of_incidents(request: access.Request, *, on: date) -> dict[str, Any]:
    """Incidents that are open, with their nearest deadline."""
    found = safety.waiting(Incident.seen_by(request.user), on=on)
    audit.note("list", "today", detail=f"incidents: {len(found)}")
    return {"incidents": found[:FEW], "more_incidents": len(found[FEW:])}


def of_director(request: access.Request) -> dict[str, Any]:
    """Records that were opened in an emergency and that nobody has acknowledged."""
    rows = EmergencyAccess.unread().prefetch_related("patient__versions")
    return {"emergencies": access.listed(request, "today", rows[:MOST])}


def _unsigned() -> QuerySet[Session]:
    signature = SessionEntry.objects.filter(session=OuterRef("pk"), kind="signed")
    return Session.objects.filter(~Exists(signature)).select_related("plan__patient").order_by("created_at")


def _ended(on: date) -> QuerySet[Screening]:
    """People whose newest screening deferred them until a day that has come, and who have no plan yet."""
    newer = Screening.objects.filter(patient=OuterRef("patient"), created_at__gt=OuterRef("created_at"))
    planned = Plan.objects.filter(screening=OuterRef("pk"))
    deferred = Screening.objects.filter(outcome="defer", verdict__until__lte=on.isoformat())
    return deferred.filter(~Exists(newer), ~Exists(planned)).select_related("patient").order_by("created_at")


def _unbegun() -> QuerySet[Plan]:
    """Plans whose newest text of a consent is signed, and that nothing was done of yet."""
    return _untouched().filter(Exists(_held())).select_related("patient").order_by("created_at")


def _unconsented() -> QuerySet[Plan]:
    """Plans that nothing was done of yet, and that nobody has consented to, or not any more."""
    return _untouched().filter(~Exists(_held())).select_related("patient").order_by("created_at")


def _untouched() -> QuerySet[Plan]:
    begun = Session.objects.filter(plan=OuterRef("pk"))
    return Plan.objects.filter(~Exists(begun), replaced_by=None)


def _held() -> QuerySet[ConsentText]:
    """The text of a plan that is signed and not taken back, with none newer; whether its words are present
    the page of the plan says."""
    texts = ConsentText.objects.filter(plan=OuterRef("pk"))
    newer = ConsentText.objects.filter(plan=OuterRef("plan"), number__gt=OuterRef("number"))
    signed, withdrawn = (
        ConsentAnswer.objects.filter(text=OuterRef("pk"), said=said) for said in ("signed", "withdrawn")
    )
    return texts.filter(~Exists(newer), Exists(signed), ~Exists(withdrawn))


def _unscreened() -> QuerySet[Patient]:
    screened = Screening.objects.filter(patient=OuterRef("pk"))
    return Patient.objects.going_on().filter(~Exists(screened)).order_by("ordinal")


def _check_in(row: CheckIn) -> Waiting:
    signs = row.as_triage().signs
    why = signs[0].say if signs else row.urgency
    url = reverse("recover", args=[row.session_id])
    return Waiting(row.session.patient, why, row.urgency, row.at.date(), url)


def _answered(row: PatientAnswers) -> Waiting:
    url = f"{reverse('screen', args=[row.patient_id])}?said={row.pk}"
    return _waiting(row.patient, _("Read it with them"), "clear", row, url)


def _session(row: Session) -> Waiting:
    return _waiting(row.plan.patient, _("Session is open"), "caution", row, reverse("session", args=[row.pk]))


def _deferral(row: Screening) -> Waiting:
    return _waiting(row.patient, _("Screen again"), "clear", row, reverse("screen", args=[row.patient_id]))


def _plan(row: Plan) -> Waiting:
    return _waiting(row.patient, row.as_record().device_name, "", row, reverse("plan", args=[row.pk]))


def _consent(row: Plan) -> Waiting:
    return _waiting(row.patient, _("Consent is not signed"), "caution", row, reverse("plan", args=[row.pk]))


def _newcomer(row: Patient) -> Waiting:
    return _waiting(row, _("Ask the questions"), "", row, reverse("screen", args=[row.pk]))


def _waiting(patient: Patient, why, tone: str, row: Record, url: str) -> Waiting:
    return Waiting(patient, why, tone, row.created_at.date(), url)
