"""A plan on paper: all that was planned, in words, on the page and in the file; for those who treat."""

import io
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from clinic import charted
from needlework.clinic.models.audit import AuditLine
from needlework.clinic.models.people import PatientDetails
from needlework.clinic.models.planning import Plan
from needlework.clinic.plan import actions, printed
from needlework.exchange import plansheet
from needlework.records.plan import Goals


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(charted.NOON, tick=False):
        yield


@pytest.fixture
def plan(patient, practitioner):
    return charted.planned(patient, by=practitioner, who="priya", consent=False)


def _words(paper):
    """Every word that stands on it."""
    rows = (*paper.person, *paper.course, *paper.made, *(line for part in paper.parts for line in part.lines))
    return " ".join([*paper.warnings, *(word for row in rows for word in row), *sum(paper.rows, ())])


def _paper(plan):
    return printed.paper(plan, newer=plan.__class__.objects.filter(replaces=plan).first(), bars=())


def test_the_page_says_who_what_how_deep_why_and_by_whom(as_practitioner, plan):
    shown = as_practitioner.get(f"/plans/{plan.pk}/print/").content.decode()
    for said in (
        "Ada Lindqvist", "12 May 1986", "N-0001", plan.edition, "SkinPen", "Acne scars", "1.5", "days apart",
        "Punctures per cm²", "Ines Duarte", "20 Nov 2026", "My questions", "Within the label", "Cheeks",
        "no medical director has signed it", "IV (Fitzpatrick)",
    ):  # fmt: skip
        assert said in shown, said


def test_what_is_planned_and_what_is_not_known_stand_on_it(plan):
    paper, course = _paper(plan), plan.as_record()
    words = _words(paper)
    assert all(zone.wall.says in words for zone in course.zones)
    assert {row[0] for row in paper.rows} == {zone.name for zone in course.zones}
    assert "one person’s skin will do nobody can foretell" in words
    assert "dark" in next(part for part in paper.parts if part.id == "skin").lines[0][1].lower()
    assert "make-up" in words.lower() and "hours" in words


def test_outside_the_label_is_said_plainly_with_the_reason(patient, prescriber):
    screening = charted.screened(patient, by=prescriber)
    goals = Goals(concerns=("wrinkles",), zones=("hands",), device=charted.DEVICE)
    course = actions.propose(screening=screening, goals=goals)
    reason = "Shallow, one test area first."
    plan = Plan.from_record(screening, course, off_label_reason=reason, created_by=prescriber)
    plan.save()
    label = next(part for part in _paper(plan).parts if part.id == "label")
    said = " ".join(word for line in label.lines for word in line)
    assert label.weighs and label.title == "Outside the label"
    assert all(why in said for why in course.off_label) and reason in said


def test_a_plan_that_was_replaced_says_so_first(plan, practitioner):
    charted.planned(plan.patient, by=practitioner, screening=plan.screening, replaces=plan, consent=False)
    assert any("was replaced on" in one for one in _paper(plan).warnings)


def test_the_file_is_the_same_twice_and_its_reading_is_an_export(as_practitioner, plan):
    first = as_practitioner.get(f"/plans/{plan.pk}/plan.pdf")
    with time_machine.travel(charted.NOON + timedelta(minutes=5), tick=False):
        again = as_practitioner.get(f"/plans/{plan.pk}/plan.pdf")
    assert first.content == again.content and first.content.startswith(b"%PDF-")
    assert b"pdfuaid" in first.content and first["Content-Type"] == "application/pdf"
    assert "plan-N-0001-2026-11-20.pdf" in first["Content-Disposition"]
    assert AuditLine.objects.filter(action="export", detail="plan.pdf").count() == 2


@pytest.mark.parametrize("page", ["print/", "plan.pdf"])
def test_only_those_who_treat_take_it_and_nothing_is_sent_to_it(page, plan, users, signed_in, client):
    address = f"/plans/{plan.pk}/{page}"
    answers = [signed_in(user).get(address).status_code for user in users.values()]
    assert answers == [200, 200, 200, 403]
    assert client.get(address)["Location"].startswith("/login/")
    assert signed_in(users["practitioner"]).post(address).status_code == 405


HOSTILE = '#panic("x") *b* $y$ <a> @k \\ خد 左脸 😀 \u202e ' + "W" * 80


def test_no_name_or_reason_can_break_the_file(plan, practitioner):
    last = plan.patient.versions.first()
    PatientDetails(
        patient=plan.patient, corrects=last, full_name=HOSTILE[:120], born_on=last.born_on, phone="1"
    ).save()
    plan.change_reason = HOSTILE * 10
    made = plansheet.write(_paper(plan))
    assert isinstance(made, bytes) and made.startswith(b"%PDF-")
    assert io.BytesIO(made).read(5)


def test_its_day_is_the_day_here(plan):
    plan.created_at = charted.NOON.replace(hour=23, minute=30)
    with timezone.override("Europe/Berlin"):
        assert str(_paper(plan).on) == "2026-11-21"
