"""The links that can be sent to one person, or have been."""

from datetime import datetime
from typing import Any

from needlework.clinic.models.asked import Draft
from needlework.clinic.models.people import Patient, PatientLink
from needlework.clinic.models.treatment import Session


def recoveries(patient: Patient, *, at: datetime) -> list[dict[str, Any]]:
    """Each session that somebody recovers from, newest first, with the links that open its page now."""
    rows = Session.objects.filter(plan__patient=patient, entries__kind="signed").select_related("plan")
    return [
        {"session": row, "links": list(PatientLink.opening(row.pk, purpose=PatientLink.RECOVER, at=at))}
        for row in rows
        if row.as_treatment() is not None
    ]


def questions(patient: Patient, *, at: datetime) -> dict[str, Any]:
    """How far somebody is with the questions before a visit: a link that is open, begun, or answered."""
    link = Draft.open_links(patient, at=at).first()
    return {
        "link": link,
        "begun": getattr(link, "draft", None),
        "sent": patient.own_answers.filter(screening=None).first(),
    }
