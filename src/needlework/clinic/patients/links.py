"""The links that can be sent to one person, or have been."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from needlework.clinic.models.asked import Draft
from needlework.clinic.models.people import Patient, PatientLink
from needlework.clinic.models.treatment import Session

A_FEW = 6


def recoveries(patient: Patient, *, at: datetime) -> list[dict[str, Any]]:
    """
    The sessions whose page can be sent, newest first, with the links that open it now.

    The newest session that somebody recovers from, and those that a link still opens. The page of any other
    is one click away, on its session's recovery.
    """
    opening = patient.links.filter(purpose=PatientLink.RECOVER, revoked_at=None, expires_at__gt=at)
    links: dict[UUID, list[PatientLink]] = {}
    for link in opening.exclude(object_id=None).order_by("-created_at"):
        links.setdefault(cast(UUID, link.object_id), []).append(link)
    signed = Session.objects.filter(plan__patient=patient, entries__kind="signed").select_related("plan")
    newest = next((row for row in signed[:A_FEW] if row.as_treatment() is not None), None)
    shown = [newest] if newest else []
    shown += [row for row in signed.filter(pk__in=links)[:A_FEW] if row != newest]
    return [{"session": row, "links": links.get(row.pk, [])} for row in shown]


def questions(patient: Patient, *, at: datetime) -> dict[str, Any]:
    """How far somebody is with the questions before a visit: a link that is open, begun, or answered."""
    link = Draft.open_links(patient, at=at).first()
    return {
        "link": link,
        "begun": getattr(link, "draft", None),
        "sent": patient.own_answers.filter(screening=None).first(),
    }
