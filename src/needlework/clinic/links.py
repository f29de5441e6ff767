"""Links that a patient holds: made, found by what is in their address, and taken back."""

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from needlework.clinic.models.people import Patient, PatientLink, User
from needlework.clinic.models.places import Room, Site


def make(
    *, patient: Patient, purpose: str, expires_at: datetime, by: User | None, object_id: UUID | None = None
) -> tuple[PatientLink, str]:
    """A new link and its token, 256 random bits. The token is given once, here; only its hash is kept."""
    token = secrets.token_urlsafe(32)
    made = PatientLink.objects.create(
        patient=patient, purpose=purpose, object_id=object_id, expires_at=expires_at, created_by=by,
        token_sha256=_hash(token),
    )  # fmt: skip
    return made, token


def revoke(link: PatientLink, *, on: datetime) -> None:
    """The link opens nothing from now on."""
    link.revoked_at = on
    link.save(update_fields=["revoked_at"])


def site_of(link: PatientLink) -> Site | None:
    """Whose days and phone a link's page speaks of: its session's site, or else where they come to."""
    rooms = Room.objects.filter(sessions=link.object_id) if link.object_id else Room.objects.none()
    room = rooms.select_related("site").first()
    known = link.patient.known_at.select_related("site").first() if room is None else None
    return room.site if room else known.site if known else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def find(token: str, purpose: str) -> PatientLink | None:
    now = timezone.now()
    open_links = PatientLink.objects.filter(revoked_at=None, expires_at__gt=now).select_related("patient")
    return open_links.filter(token_sha256=_hash(token), purpose=purpose).first()
