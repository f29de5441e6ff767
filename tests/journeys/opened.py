"""A session that is open in a running clinic, and what its chart holds."""

import json
from pathlib import Path

from served import Served

TESTS = str(Path(__file__).parents[1])
OPENED = """
import sys; sys.path.insert(0, {tests!r})
import needlework.server.settings, django
django.setup()
from django.utils import timezone
from clinic import charted
from needlework.clinic.models.people import Patient, PatientDetails, User
by = User.objects.get(username="practitioner")
patient = Patient.objects.admit()
details = dict(full_name="Ada Lindqvist", born_on="1986-05-12", sex="female", phone="1")
PatientDetails.objects.create(patient=patient, **details)
today = timezone.localdate()
plan = charted.planned(patient, by=by, screening=charted.screened(patient, by=by, on=today))
print(charted.opened(plan, by=by, on=today).pk)
"""
CHARTED = """
import json
import needlework.server.settings, django
django.setup()
from needlework.clinic.models.treatment import SessionEntry
rows = SessionEntry.objects.filter(session="{session}").order_by("number")
said = lambda data: data.get("check") or data.get("zone") or data.get("text", "")
print(json.dumps([[row.kind, said(row.data), row.n, row.tablet, row.data] for row in rows]))
"""


def opened(clinic: Served) -> str:
    """The number of a session on acne scars, opened today by the practitioner."""
    return clinic.script(OPENED.format(tests=TESTS)).strip().splitlines()[-1]


def chart_of(clinic: Served, session: str):
    return json.loads(clinic.script(CHARTED.format(session=session)).strip().splitlines()[-1])
