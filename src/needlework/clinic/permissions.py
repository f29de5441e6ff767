"""Which role may do what: the table, and nothing else decides by role."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.utils.translation import gettext as _

from needlework.clinic import audit
from needlework.clinic.models.people import TREATS, Role
from needlework.records.treat import EventKind

DIRECTOR = frozenset({Role.MEDICAL_DIRECTOR.value})
CLINICAL = TREATS
STAFF = CLINICAL | {Role.FRONT_DESK.value}

PERMISSIONS: dict[str, frozenset[str]] = {
    "me": STAFF | {""},  # one's own account; whose role has ended still signs out
    "today": STAFF,
    "visits.keep": STAFF,  # book, say who came, move
    "patients.list": STAFF,
    "patients.create": STAFF,
    "patient.read": STAFF,  # who they are, and which links they were sent
    "patient.correct": STAFF,  # their details
    "patient.link": STAFF,  # send or revoke a link
    "patient.merge": CLINICAL,  # say of two charts that they are one person's, or that they are not
    "patient.record": CLINICAL,  # what was answered, planned, done and measured
    "screen.submit": CLINICAL,
    "screen.override": CLINICAL,  # each finding says further which of these roles
    "plan.make": CLINICAL,
    "plan.print": CLINICAL,  # takes one plan off the machine, for its person
    "mark.draw": CLINICAL,  # what is left out of somebody's skin
    "consent.take": CLINICAL,  # give the text, sign with somebody, record a refusal or a withdrawal
    "treat.chart": CLINICAL,
    "treat.sign": CLINICAL,
    "treat.cosign": CLINICAL,  # the one named as supervisor, who is asked for further
    "training.read": CLINICAL,  # one's own, and what waits for one's co-signature
    "training.keep": DIRECTOR,
    "recover.read": CLINICAL,
    "recover.check-in": CLINICAL,
    "measure.upload": CLINICAL,
    "measure.read": CLINICAL,
    "measure.report": CLINICAL,  # takes one comparison off the machine, for its person or a colleague
    "learn.read": CLINICAL,
    "learn.export": DIRECTOR,  # takes data off the machine
    "stock.read": STAFF,  # cartridges, devices, recalls; take a delivery in
    "stock.units": CLINICAL,  # devices, their services, whether one is in use
    "stock.rules": DIRECTOR,
    "recall.enter": CLINICAL,  # whoever holds the notice stops it
    "recall.withdraw": DIRECTOR,
    "lookback.read": CLINICAL,  # everybody who was exposed, and who was told
    "lookback.export": DIRECTOR,  # takes names and phones off the machine
    "incident.keep": CLINICAL,
    "incident.report": DIRECTOR,  # what leaves the clinic, and by which deadlines
    "edition.read": CLINICAL,
    "edition.sign": DIRECTOR,
    "audit.read": DIRECTOR,
    "emergency.open": STAFF,  # a record that role or site does not include, for an hour, to read
    "emergency.acknowledge": DIRECTOR,
    "patient.receive": STAFF,  # somebody known at another site comes to this one
    "patient.reads": CLINICAL,  # who has looked at a record
    "rights.manage": DIRECTOR,  # what patients may ask: all about one, erasure, retention
    "clinic.manage": DIRECTOR,  # its name, and who works there
}


EMERGENCY = frozenset({"patient.record", "recover.read", "measure.read", "treat.chart"})
"""What an emergency opens to read, whatever the role."""
ADVERSE = ("treat.chart", EventKind.ADVERSE.value)
"""What may be charted in an emergency, by those whose role charts: that somebody comes to harm."""


def may(user: Any, permission: str) -> bool:
    """Whether this person's role, at the site where they work, has this permission; one in the table."""
    return bool(user.is_authenticated) and user.role in PERMISSIONS.get(permission, frozenset())


def held(user: Any) -> frozenset[str]:
    """All that this person may do, for templates: {% if "plan.make" in may %}."""
    if not user.is_authenticated:
        return frozenset()
    role = user.role
    return frozenset(permission for permission, roles in PERMISSIONS.items() if role in roles)


def refused(what: Model | str, words: str = "") -> PermissionDenied:
    """The refusal to raise, entered in the log with what was not permitted: a permission, or a record."""
    audit.note("refused", what)
    return PermissionDenied(words or _("Your role does not include this. Ask the medical director."))
