"""Incidents: made from the chart, kept in versions, due by deadlines, reported without a name."""

import json
from datetime import date
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from clinic import charted
from needlework.clinic.merging import actions as merging
from needlework.clinic.models.audit import AuditLine
from needlework.clinic.models.people import Patient, PatientDetails
from needlework.clinic.models.safety import Holiday, Incident, IncidentReport, ReportingClock
from needlework.clinic.safety import actions, shapes
from needlework.records.treat import EventKind
from needlework.records.why import Refusal

WHAT = "Ada Lindqvist fainted; Ines laid her down and called +44 20 7946 0001."


@pytest.fixture
def incident(patient, practitioner):
    said = {
        "what": WHAT,
        "device": "SkinPen Precision",
        "lot": "L1",
        "depth_mm": "0.5",
        "udi": "",
        "zone": "Cheeks",
    }
    return actions.report_incident(
        about={"patient": patient}, once=uuid4(), by=practitioner, at=charted.NOON, severity="serious",
        happened_on=charted.DAY, known_on=charted.DAY, said=said,
    )  # fmt: skip


@pytest.fixture
def clock(director):
    return actions.keep_clock(
        clock=None, by=director, name="Facility", whom="The maker", serious=["serious"], days=10,
        work_days=True,
        source="21 CFR 803.30(a)(2)", is_on=True,
    )  # fmt: skip


def test_no_deadline_counts_until_the_clinic_says_so(incident):
    assert incident.clocks() == []


def test_a_deadline_runs_in_work_days_around_the_clinics_holidays(incident, clock):
    assert [one.due_on for one in incident.clocks()] == [date(2026, 12, 4)]
    Holiday.objects.create(day=date(2026, 11, 26))
    assert [one.due_on for one in incident.clocks()] == [date(2026, 12, 7)]
    ReportingClock.objects.update(is_on=False)
    assert incident.clocks() == []


def test_a_name_of_another_chart_of_theirs_and_one_beside_a_lot_do_not_leave(patient, practitioner, incident):
    other = Patient.objects.admit()
    PatientDetails.objects.create(patient=other, full_name="Ada Berg", born_on="1986-05-12", phone="+44 2")
    merging.merge(
        patient=other, into=patient, reason="Her maiden name", once=uuid4(), by=practitioner, at=charted.NOON
    )
    said = {"what": "Mrs B\u200berg fainted.", "zone": "Berg, cheeks", "lot": "12345678 Berg", "unit": "SN-7"}
    made = actions.report_incident(
        about={"patient": Patient.objects.get(pk=patient.pk)}, once=uuid4(), by=practitioner, at=charted.NOON,
        severity="serious", happened_on=charted.DAY, known_on=charted.DAY, said=said,
    )  # fmt: skip
    values = [one.value for one in shapes.report(made, "plain", on=charted.DAY).fields]
    assert {"12345678 [name]", "SN-7", "[name], cheeks", "Mrs [name] fainted."} <= set(values)


@pytest.mark.parametrize("shape", list(shapes.SHAPES))
def test_what_would_leave_names_nobody(shape, incident, practitioner):
    report = shapes.report(incident, shape, on=charted.DAY)
    for body in (report.as_json(), report.as_csv()):
        for told in ("Ada", "Lindqvist", "Ines", "7946", "1986"):
            assert told not in body
    assert {"Ada", "Lindqvist", "Ines"} <= set(report.found)
    values = {one.label: one.value for one in report.fields}
    assert "40" in values.values() and "L1" in values.values()


def test_a_field_that_is_not_known_is_said_to_be_empty(incident):
    empty = {one.label for one in shapes.report(incident, "fda-3500a", on=charted.DAY).empty()}
    assert "Unique device identifier" in empty and "Lot of the cartridge" not in empty


def send(client, incident, **changed):
    with time_machine.travel(charted.NOON, tick=False):
        sha = shapes.report(incident, "plain", on=charted.DAY).sha256()
        sent = {
            "once": str(uuid4()),
            "sha256": sha,
            "whom": "The maker",
            "format": "json",
            "read": "on",
            **changed,
        }
        return client.post(reverse("incident-report", args=[incident.pk, "plain"]), sent)


def test_what_was_confirmed_leaves_and_is_logged(incident, clock, as_director):
    answer = send(as_director, incident, clock=str(clock.pk))
    assert answer.status_code == 200 and json.loads(answer.content)["form"] == "plain"
    assert IncidentReport.objects.get().clock == clock
    assert AuditLine.objects.filter(action="export", table_name="clinic_incident").count() == 1
    assert [one.reported for one in Incident.objects.get().clocks()] == [True]


def test_what_was_not_read_or_changed_since_does_not_leave(incident, as_director):
    assert send(as_director, incident, read="").status_code == 422
    assert send(as_director, incident, sha256="0" * 64).status_code == 422
    assert not IncidentReport.objects.exists()


def test_a_practitioner_takes_nothing_out(incident, as_practitioner):
    assert send(as_practitioner, incident).status_code == 403


def test_what_is_known_is_kept_in_versions_and_two_at_once_are_told(incident, practitioner):
    seen = incident.newest().pk
    said = {
        "severity": "other",
        "happened_on": charted.DAY,
        "known_on": charted.DAY,
        "said": {"what": "Well."},
    }
    also = {"incident": incident, "seen": seen, "by": practitioner, "at": charted.NOON}
    first = actions.correct_incident(once=uuid4(), **also, **said)
    assert first.corrects.said["what"] == WHAT
    assert isinstance(actions.correct_incident(once=uuid4(), **also, **said), Refusal)
    assert Incident.objects.get().newest().said == {"what": "Well."}


def test_the_form_knows_what_the_chart_says(patient, practitioner, as_practitioner):
    unit = charted.a_unit(by=practitioner, udi="(01)00860001234505")
    session = charted.opened(charted.planned(patient, by=practitioner), by=practitioner, units=[unit])
    charted.needled(session, by=practitioner)
    harm = {"zone": "cheeks", "what": "A burn."}
    entry = charted.chart(session, EventKind.ADVERSE, harm, by=practitioner)
    form = as_practitioner.get(reverse("incident-new"), {"entry": entry.pk}).context["form"]
    known = {name: form[name].value() for name in ("what", "udi", "unit", "lot", "depth_mm", "device")}
    assert known == {
        "what": "A burn.", "udi": "(01)00860001234505", "unit": "SN-1", "lot": "L1", "depth_mm": 0.5,
        "device": "SkinPen Precision",
    }  # fmt: skip


def test_it_is_entered_once_and_closed(patient, as_practitioner):
    sent = {
        "once": str(uuid4()), "severity": "other", "happened_on": "2026-11-20", "known_on": "2026-11-20",
        "what": "A fault of the dial.",
    }  # fmt: skip
    with time_machine.travel(charted.NOON, tick=False):
        address = f"{reverse('incident-new')}?patient={patient.pk}"
        for _n in range(2):
            assert as_practitioner.post(address, sent).status_code == 302
        made = Incident.objects.get()
        assert made.patient == patient
        page = reverse("incident", args=[made.pk])
        assert as_practitioner.post(page, {"once": str(uuid4()), "reason": "Reported."}).status_code == 302
    assert not Incident.open().exists()


@pytest.mark.parametrize("wrong", [{"known_on": "2026-11-21"}, {"happened_on": "2026-11-21"}, {"what": ""}])
def test_days_that_cannot_be_are_refused(wrong, as_practitioner):
    sent = {
        "once": str(uuid4()), "severity": "other", "happened_on": "2026-11-20", "known_on": "2026-11-20",
        "what": "x", **wrong,
    }  # fmt: skip
    with time_machine.travel(charted.NOON, tick=False):
        assert as_practitioner.post(reverse("incident-new"), sent).status_code == 422


def test_holidays_are_what_was_written_last(as_director):
    page = reverse("clocks")
    as_director.post(page, {"days": "2026-12-25\n2026-12-26"})
    as_director.post(page, {"days": "2026-12-25"})
    assert [one.day for one in Holiday.objects.all()] == [date(2026, 12, 25)]
    assert as_director.post(page, {"days": "Christmas"}).status_code == 422
