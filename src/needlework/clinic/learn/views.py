"""Learn: what was given and what it changed, course by course, beside what published trials forecast."""

import csv
import io
from collections.abc import Iterator

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from needlework.clinic import access, audit, current, measured
from needlework.clinic.cells import text
from needlework.clinic.learn import forecasts
from needlework.clinic.learn.courses import courses
from needlework.loop import learn
from needlework.records.learn import Lesson
from needlework.records.recover import Urgency

COLUMNS = (
    "course", "concern", "zone", "device", "skin_type", "sessions", "deepest_mm", "punctures_per_cm2",
    "measure", "measured_on", "days_since_last", "too_early", "change", "change_low", "change_high",
    "smallest_detectable", "unit", "verdict", "worst_check_in",
)  # fmt: skip

URGENCY = {
    Urgency.EXPECTED: gettext_lazy("as expected"),
    Urgency.SELF_CARE: gettext_lazy("care at home"),
    Urgency.CALL_TODAY: gettext_lazy("call today"),
    Urgency.URGENT: gettext_lazy("see urgently"),
    Urgency.EMERGENCY: gettext_lazy("emergency"),
}
"""The worst that a check-in called for, in words."""


@require_http_methods(["GET"])
@access.needs("learn.read")
def table(request: access.Request) -> HttpResponse:
    """The table of courses."""
    lessons = _lessons(request, "learn")
    names = {zone.id: zone.name.split(",")[0] for zone in current.protocol().zones.zone}
    concerns = {concern.id: concern.name for concern in current.protocol().plan.concern}
    courses_ = list(dict.fromkeys(lesson.course for lesson in lessons))
    rows = [
        {
            "lesson": lesson,
            "number": courses_.index(lesson.course) + 1,
            "zone": names.get(lesson.zone, lesson.zone),
            "measure": measured.title(lesson.measure),
            "check_in": URGENCY.get(lesson.worst_urgency, "") if lesson.worst_urgency else "",
            "concern": concerns.get(lesson.concern, lesson.concern),
        }
        for lesson in lessons
    ]
    context = {"rows": rows, "forecasts": forecasts.beside(lessons, current.protocol())}
    return TemplateResponse(request, "clinic/learn/table.html", context)


@require_http_methods(["GET"])
@access.fresh
@access.needs("learn.export")
def export(request: access.Request) -> HttpResponse:
    """The same table as CSV: no name, no date of birth, no day; a course under a name of its own."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_cells(lesson) for lesson in _lessons(request, "courses.csv"))
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="courses-{timezone.localdate():%Y-%m-%d}.csv"'
    return response


def _lessons(request: access.Request, label: str) -> tuple[Lesson, ...]:
    lessons = learn.review(courses(), current.protocol().plan)
    audit.note("list", label, detail=f"courses: {len(lessons)}")
    return lessons


def _cells(lesson: Lesson) -> Iterator[str]:
    change = lesson.change
    yield from (lesson.course, lesson.concern, lesson.zone, lesson.device, str(lesson.skin_type))
    yield from (str(lesson.sessions), f"{lesson.deepest_mm:g}")
    yield "" if lesson.per_cm2 is None else f"{lesson.per_cm2:.0f}"
    yield from (lesson.measure, text(lesson.measured_on))
    yield "" if lesson.days_since_last is None else str(lesson.days_since_last)
    yield ("yes" if lesson.too_early else "no") if change else ""
    if change:
        yield from (
            f"{number:.6g}" for number in (change.change, *change.interval, change.smallest_detectable)
        )
        yield from (change.unit, str(change.verdict))
    else:
        yield from [""] * 6
    yield lesson.worst_urgency.word if lesson.worst_urgency else ""
