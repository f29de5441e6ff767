"""Whose record is whose: known at which site, gone on in which chart, opened in which emergency."""

from collections.abc import Iterable
from typing import cast
from uuid import UUID

from django.http import HttpRequest

from needlework.clinic import audit
from needlework.clinic.models.emergency import EmergencyAccess
from needlework.clinic.models.people import KnownAt, Patient, Patients, Role, User
from needlework.clinic.permissions import may


class Elsewhere(Exception):
    """A record of somebody who is not known at the site where one works. `patient` is who."""

    def __init__(self, patient: Patient) -> None:
        super().__init__(patient.pk)
        self.patient = patient


class Merged(Exception):
    """Something new was sent to a chart that goes on in another. `patient` is whose chart it was."""

    def __init__(self, patient: Patient) -> None:
        super().__init__(patient.pk)
        self.patient = patient


ALSO_MERGED = frozenset({"patient.merge", "patient.link", "rights.manage"})
"""What may be sent to a chart that goes on in another: parting them, a link, a decision about an item."""


def known_here(user: User, patient: Patient) -> bool:
    """
    Whether a patient's record is one of the site at which this person works.

    A medical director answers for the whole clinic and reads all of it. See decision 21.
    """
    if user.role == Role.MEDICAL_DIRECTOR:
        return True
    site = user.site
    return site is not None and KnownAt.objects.filter(patient__in=patient.family, site=site).exists()


def readable(request: HttpRequest, people: Patients) -> Patients:
    """Those of these people whose record is one of the site at which one works; a director's are all."""
    user = cast(User, request.user)
    return people if user.role == Role.MEDICAL_DIRECTOR else people.at(user.site)


def known(request: HttpRequest, people: Iterable[Patient]) -> set[UUID]:
    """Of these people, those whose day of birth may be shown: others are told by name, number and phone."""
    of_these = Patient.objects.filter(pk__in=[one.pk for one in people])
    return set(readable(request, of_these).values_list("pk", flat=True))


def emergency(request: HttpRequest, patient: Patient) -> EmergencyAccess | None:
    """The emergency in which this person has opened this record, while it lasts."""
    opened: dict[UUID, EmergencyAccess] = getattr(request, "emergencies", {})
    return next((opened[one] for one in patient.family if one in opened), None) if opened else None


def reads_record(request: HttpRequest, patient: Patient) -> bool:
    """Whether this person's clinical record is open to who asks: by role and site, or in an emergency."""
    user = request.user
    if may(user, "patient.record") and known_here(cast(User, user), patient):
        return True
    opened = emergency(request, patient)
    if opened is not None:
        audit.read(patient, detail=f"emergency {opened.pk}")
        request.in_emergency = opened  # type: ignore[attr-defined]
    return opened is not None
