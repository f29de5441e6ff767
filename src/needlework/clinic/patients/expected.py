"""What each visit of a day waits for, and the page that answers it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from needlework.clinic.models.asked import PatientAnswers
from needlework.clinic.models.merging import Absorbed
from needlework.clinic.models.photographs import Photograph
from needlework.clinic.models.planning import Plan
from needlework.clinic.models.rights import Decision
from needlework.clinic.models.screening import Screening
from needlework.clinic.models.treatment import Session, SessionEntry
from needlework.clinic.models.visits import State, Visit
from needlework.clinic.waits import held
from needlework.loop import waits


@dataclass(frozen=True, slots=True)
class Need:
    """What a visit waits for, and the page that answers it."""

    words: str
    tone: str
    url: str
    desk: bool = True
    """Whether the front desk reads it: what is asked of somebody, and nothing of what was found."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody who is expected has, from all of their charts; nothing where they have none."""

    screening: Screening | None = None
    said: PatientAnswers | None = None
    plan: Any = None
    session: Session | None = None
    photographed: bool = False
    hidden: bool = False
    """A screening is restricted: what it found is told to nobody here."""


TREATS = {Visit.Kind.TREATMENT}
LOOKS = {Visit.Kind.TREATMENT, Visit.Kind.CHECK, Visit.Kind.PHOTOGRAPHS}
ASKS = {Visit.Kind.TALK, Visit.Kind.TREATMENT}
AHEAD = {State.BOOKED, State.ARRIVED}


def of_visits(visits: Sequence[Visit], *, on: date, clinical: bool) -> dict[UUID, list[Need]]:
    """
    For each visit what stands between it and its purpose, in as many queries for fifty as for one.

    To whom the record is not open it is told what they ask of somebody, or send, from that person's page.
    """
    people = {one.patient.survivor.pk for one in visits}
    merged = Absorbed.objects.filter(survivor__in=people).values_list("patient", "survivor")
    whose = {**{one: one for one in people}, **dict(merged)}
    standing = _standing(whose, on=on)
    ahead = [one for one in visits if one.state in AHEAD]
    needs = {one.pk: list(_needs(one, standing[one.patient.survivor.pk], on=on)) for one in ahead}
    return needs if clinical else {one.pk: list(_for_desk(one, needs[one.pk])) for one in ahead}


def _for_desk(visit: Visit, needs: list[Need]) -> Iterator[Need]:
    page = reverse("patient", args=[visit.patient.survivor.pk])
    return (replace(need, url=page) for need in needs if need.desk)


def _standing(whose: dict[UUID, UUID], *, on: date) -> dict[UUID, Standing]:
    """By person; of each kind of row the newest of all of their charts."""
    charts = list(whose)
    newer = Screening.objects.filter(patient=OuterRef("patient"), created_at__gt=OuterRef("created_at"))
    newest = Screening.objects.filter(~Exists(newer), patient__in=charts).prefetch_related("overrides")
    screened = list(newest.order_by("created_at"))
    shut = set(Decision.shut_in(charts, Screening))
    plans = Plan.objects.filter(patient__in=charts, replaced_by=None).annotate(held=Exists(held()))
    lately = timezone.make_aware(datetime.combine(on - waits.CHECKED_WITHIN, time.min))
    signed = SessionEntry.objects.filter(session=OuterRef("pk"), kind="signed")
    treated = Session.objects.filter(
        Exists(signed), plan__patient__in=charts, created_at__gte=lately, check_ins=None
    ).select_related("plan")
    found: dict[str, dict[UUID, Any]] = {
        "screening": {whose[row.patient_id]: row for row in screened},
        "said": {whose[row.patient_id]: row for row in PatientAnswers.waiting().filter(patient__in=charts)},
        "plan": {whose[row.patient_id]: row for row in plans.order_by("created_at")},
        "session": {whose[row.plan.patient_id]: row for row in treated.order_by("created_at")},
        "hidden": {whose[row.patient_id]: True for row in screened if row.pk in shut},
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
        if has.hidden:
            words, page = gettext("Part of the record is restricted"), reverse("patient", args=[person])
            yield Need(words, "caution", page, desk=False)
        else:
            yield from _bars(has.screening, person, on=on)
        if has.plan is None:
            yield Need(gettext("Plan"), "caution", reverse("plan-new", args=[person]), desk=False)
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
        yield Need(worst.say.split(":")[0].rstrip("."), worst.outcome.word, url, desk=False)
    elif any(one.until and screening.on < one.until <= on for one in screening.standing()):
        again = reverse("screen", args=[person])
        yield Need(gettext("The wait has ended: screen again"), "clear", again, desk=False)
