"""
What is to be minded before anything is done with somebody: in the head of every page about them.

Allergies first, whether or not somebody decided to treat in spite of one; then what forbids a treatment on
that day. It is read from the newest screening of each of a person's charts: a merge asks nobody anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from needlework.clinic.models.people import Patient
from needlework.clinic.models.rights import Decision, What
from needlework.clinic.models.screening import Screening
from needlework.records.screen import Finding, Outcome

ALLERGY = "allergy"
"""In the id of each of the protocol's rules about one."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to mind: its tone, a few words, and the whole sentence."""

    tone: str
    words: str
    whole: str = ""


def alerts(patient: Patient, *, on: date) -> list[Alert]:
    """Everything to mind about this person on a day, the gravest of each kind first."""
    found = list(_screened(patient, on=on))
    if patient.survivor != patient:
        into = _("goes on in %s") % patient.survivor.number
        found.insert(0, Alert("caution", into, _("This chart was merged into another.")))
    return list(dict.fromkeys(found))


def _screened(patient: Patient, *, on: date) -> Iterator[Alert]:
    newest = list(_newest(patient))
    if not newest:
        yield Alert("caution", _("not screened yet"))
    shut = set(Decision.shut(patient, Screening))
    shown = [row for row in newest if row.pk not in shut]
    for row in shown:
        yield from (_of(one) for one in row.as_verdict().findings if ALLERGY in one.rule)
    for row in shown:
        bars = sorted(row.bars(on=on), key=lambda one: one.outcome, reverse=True)
        yield from (_of(one) for one in bars if ALLERGY not in one.rule)
    if _restricted(patient):
        yield Alert("caution", _("part of the record is restricted"))


def _newest(patient: Patient) -> Iterator[Screening]:
    """The newest screening of each chart."""
    for chart in patient.family:
        yield from Screening.objects.filter(patient=chart).prefetch_related("overrides")[:1]


def _of(finding: Finding) -> Alert:
    """The words before the colon name it; what follows explains."""
    words = finding.say.split(":")[0].rstrip(".")
    tone = finding.outcome.word if finding.outcome > Outcome.CLEAR else "caution"
    return Alert(tone, words, finding.say)


def _restricted(patient: Patient) -> bool:
    return Decision.newest().filter(patient__in=patient.family, what=What.RESTRICTED).exists()
