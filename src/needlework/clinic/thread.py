"""The thread: six stitches that say where somebody is in the loop, on every page about them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from needlework.clinic import minded
from needlework.clinic.models.people import Patient
from needlework.clinic.models.photographs import Comparison, Photograph
from needlework.clinic.models.planning import Plan
from needlework.clinic.models.recovery import CheckIn
from needlework.clinic.models.screening import Screening
from needlework.clinic.models.treatment import Session, SessionEntry
from needlework.records.screen import Outcome

NAMES = {
    "screen": _("Screen"),
    "plan": _("Plan"),
    "treat": _("Treat"),
    "recover": _("Recover"),
    "measure": _("Measure"),
    "learn": _("Learn"),
}
BARRED = {Outcome.CAUTION: _("to decide"), Outcome.DEFER: _("wait"), Outcome.ABSOLUTE: _("do not treat")}


@dataclass(frozen=True, slots=True)
class Stitch:
    """One stage for one person: done, here, ahead, or in need of somebody, with the page that opens it."""

    id: str
    name: str
    url: str
    state: str
    here: bool
    word: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Loop:
    """The newest of everything that somebody has; None where the loop has not come so far."""

    screening: Screening | None
    plan: Plan | None
    session: Session | None
    signed: bool
    waiting: CheckIn | None
    """A check-in that calls for somebody and that nobody has taken."""
    comparison: Comparison | None

    @classmethod
    def of(cls, patient: Patient) -> "Loop":
        charts = patient.charts
        screening = Screening.objects.filter(patient__in=charts).prefetch_related("overrides").first()
        plan = Plan.objects.filter(patient__in=charts, replaced_by=None).first()
        session = Session.objects.filter(plan__patient__in=charts).first()
        signed = session is not None and SessionEntry.objects.filter(session=session, kind="signed").exists()
        waiting = CheckIn.waiting().filter(session__plan__patient__in=charts).first()
        comparison = Comparison.objects.filter(patient__in=charts).first()
        return cls(screening, plan, session, signed, waiting, comparison)


def about(patient: Patient, *, here: str, on: date) -> dict[str, Any]:
    """What the head of every page about somebody shows: who they are, and the thread."""
    screening = Screening.objects.filter(patient__in=patient.charts).first()
    photograph = Photograph.face_of(patient)
    known = {
        "skin_type": screening.skin_type if screening else None,
        "photo_url": reverse("photograph-face", args=[photograph.pk]) if photograph else None,
        "alerts": minded.alerts(patient, on=on),
    }
    head = who(patient, on=on)
    return {
        **head, "person": {**head["person"], **known}, "stitches": stitches(patient, here=here, on=on)
    }  # fmt: skip


def who(patient: Patient, *, on: date) -> dict[str, Any]:
    """Who somebody is, and nothing of their record: the head of a page that the front desk sees as well."""
    details = patient.details
    age = on.year - details.born_on.year - ((on.month, on.day) < (details.born_on.month, details.born_on.day))
    person = {
        "name": details.full_name,
        "initials": "".join(word[0] for word in details.full_name.split() if word[0].isalnum())[:2].upper(),
        "number": patient.number,
        "url": reverse("patient", args=[patient.pk]),
        "born": details.born_on,
        "age": age,
    }
    return {"patient": patient, "person": person}


def stitches(patient: Patient, *, here: str, on: date) -> tuple[Stitch, ...]:
    """The six stitches for one person; `here` is the stage of the page, or empty."""
    loop = Loop.of(patient)
    return tuple(_stitch(stage, patient, loop, here=here, on=on) for stage in NAMES)


def _stitch(stage: str, patient: Patient, loop: Loop, *, here: str, on: date) -> Stitch:
    done, tone, word = _standing(stage, loop, on=on)
    state = "needs" if tone else "here" if stage == here else "done" if done else "ahead"
    url = _url(stage, patient, loop)
    return Stitch(stage, str(NAMES[stage]), url, state, here=stage == here, word=word, tone=tone)


def _standing(stage: str, loop: Loop, *, on: date) -> tuple[bool, str, str]:
    """Whether the stage is done; where it needs somebody, the colour of that and its word."""
    match stage:
        case "screen" if loop.screening:
            bars = loop.screening.bars(on=on)
            worst = max((bar.outcome for bar in bars), default=Outcome.CLEAR)
            return True, worst.word if bars else "", str(BARRED.get(worst, ""))
        case "plan":
            return loop.plan is not None, "", ""
        case "treat" if loop.session and not loop.signed:
            return False, "caution", gettext("to sign")
        case "treat":
            return loop.signed, "", ""
        case "recover" if loop.waiting:
            return True, "caution", gettext("call them")
        case "recover":
            return loop.signed, "", ""
        case "measure" | "learn":
            return loop.comparison is not None, "", ""
    return False, "", ""


def _url(stage: str, patient: Patient, loop: Loop) -> str:
    """The page that opens a stage; empty where there is nothing to open yet."""
    match stage:
        case "screen" if loop.screening:
            return reverse("screening", args=[loop.screening.pk])
        case "screen":
            return reverse("screen", args=[patient.pk])
        case "plan" if loop.plan:
            return reverse("plan", args=[loop.plan.pk])
        case "plan" if loop.screening:
            return reverse("plan-new", args=[patient.pk])
        case "treat" if loop.session:
            return reverse("session", args=[loop.session.pk])
        case "treat" if loop.plan:
            return reverse("plan", args=[loop.plan.pk])
        case "recover" if loop.signed and loop.session:
            return reverse("recover", args=[loop.session.pk])
        case "measure":
            return reverse("measure", args=[patient.pk])
        case "learn":
            return reverse("learn")
    return ""
