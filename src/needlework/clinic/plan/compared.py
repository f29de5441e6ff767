"""Two plans of one person, side by side: each difference in words, and why."""

from collections.abc import Iterator
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from needlework.clinic.models.planning import Plan
from needlework.clinic.plan.changed import told
from needlework.clinic.templatetags.format import number
from needlework.loop import beside
from needlework.protocol.schema.protocol import Protocol
from needlework.records.beside import Beside, Contrast, Thing
from needlework.records.plan import Plan as Course

DAYS = gettext_lazy("days")
UNITS = {
    "depth-mm": "mm", "per-cm2": "/cm²", "area-cm2": "cm²", "needling-s": "s", "interval-days": DAYS,
    "visit-min": "min", "needling-min": "min", "numbing-min": "min", "recovery-days": DAYS,
    "judge-after-days": DAYS,
}  # fmt: skip
LASTS = UNITS.keys() - {"depth-mm", "per-cm2", "area-cm2"}
"""What is longer or shorter, not more or less."""


def compared(before: Course, after: Course, protocol: Protocol) -> dict[str, Any]:
    """What the page shows of two courses."""
    found = beside.compare(before, after, names={one.id: one.name for one in protocol.plan.concern})
    zones = [_zone(id_, name, rows, before, after) for id_, name, rows in found.zones]
    course = [_row(one) for one in found.course]
    count = _differing(course) + sum(1 if zone["only"] else _differing(zone["rows"]) for zone in zones)
    return {
        "course_rows": course,
        "zone_rows": zones,
        "gone": found.gone,
        "came": found.came,
        "shared": found.shared,
        "count": count + len(found.gone) + len(found.came),
        "summary": list(_summary(found, zones)),
    }


def _differing(rows: list[dict[str, Any]]) -> int:
    return sum(row["differs"] for row in rows)


def reasons(plan: Plan, course: Course) -> list[dict[str, str]]:
    """What whoever took a plan wrote of it, and what they changed in the proposal."""
    by = plan.created_by.full_name if plan.created_by else ""
    names = {zone.zone: zone.name for zone in course.zones}
    rows = [
        {
            "title": _("Otherwise than proposed"),
            "words": f"{capfirst(told(one, names))}. {one.breaks}".strip(),
            "by": "",
        }
        for one in plan.judged()
    ]
    for title, words in (
        (_("Why otherwise than proposed"), plan.change_reason),
        (_("Why outside the label"), plan.off_label_reason),
    ):
        if words:
            rows.append({"title": title, "words": words, "by": by})
    return rows


def _zone(id_: str, name: str, rows: tuple[Contrast, ...], before: Course, after: Course) -> dict[str, Any]:
    there = [any(zone.zone == id_ for zone in course.zones) for course in (before, after)]
    word = {(True, False): _("left out in the second"), (False, True): _("only in the second")}
    shown = [_row(one) for one in rows]
    if there[0] != there[1]:  # said once, above the table
        left = 0 if there[0] else 1
        shown = [
            {**row, "word": "", "differs": False, ("after", "before")[left]: "–", "why": ()} for row in shown
        ]
    return {"name": name, "only": word.get((there[0], there[1]), ""), "rows": shown}


def _row(one: Contrast) -> dict[str, Any]:
    return {
        "what": _what(one.what),
        "before": _shown(one.what, one.before),
        "after": _shown(one.what, one.after),
        "differs": one.differs,
        "word": _word(one),
        "why": one.why,
    }


def _what(what: str) -> str:
    return {
        "device": _("Device"), "concerns": _("For"), "label": _("Label"), "sessions": _("Sessions"),
        "interval-days": _("Between sessions"), "visit-min": _("A visit"),
        "needling-min": _("Needling in all"),
        "numbing-min": _("Numbing"), "recovery-days": _("Redness, at most"),
        "judge-after-days": _("Judged after the last"), "led-by": _("Led by"), "skin-type": _("Skin type"),
        "edition": _("Protocol"), "depth-mm": _("Set depth"), "wall": _("Stands against"),
        "passes": _("Passes"), "per-cm2": _("Dose"), "area-cm2": _("Area"), "needling-s": _("Needling"),
        "endpoint": _("Endpoint"),
    }[what]  # fmt: skip


def _shown(what: str, value: Thing) -> str:
    if value is None:
        return _("not known") if what == "per-cm2" else "–"
    if isinstance(value, str):
        return value
    unit = UNITS.get(what, "")
    if what == "per-cm2":
        return f"{number(value, 0)}\u202f{unit}"
    return f"{number(value)}\u202f{unit}" if unit else number(value)


def _word(one: Contrast) -> str:
    """The difference as a word: deeper, more, another."""
    if not one.differs:
        return _("the same")
    if one.moved is None:
        if one.before is None or one.after is None:
            return _("known in the second alone") if one.before is None else _("known in the first alone")
        return _("another")
    by = {"by": _shown(one.what, abs(one.moved))}
    if one.what == "depth-mm":
        return (_("deeper by %(by)s") if one.moved > 0 else _("shallower by %(by)s")) % by
    if one.what in LASTS:
        return (_("longer by %(by)s") if one.moved > 0 else _("shorter by %(by)s")) % by
    if one.what in {"sessions", "passes"}:
        return (_("more by %(by)s") if one.moved > 0 else _("fewer by %(by)s")) % by
    return (_("more by %(by)s") if one.moved > 0 else _("less by %(by)s")) % by


def _summary(found: Beside, zones: list[dict[str, Any]]) -> Iterator[str]:
    """What is otherwise, in a line each: the course, then each zone."""
    course = [_what(one.what).lower() for one in found.course if one.differs]
    if course:
        yield _("The course: %(what)s.") % {"what": ", ".join(course)}
    for zone in zones:
        if zone["only"]:
            yield f"{zone['name']}: {zone['only']}."
        elif differing := [f"{row['what'].lower()} {row['word']}" for row in zone["rows"] if row["differs"]]:
            yield f"{zone['name']}: {', '.join(differing)}."
    if found.gone or found.came:
        n = len(found.gone) + len(found.came)
        yield ngettext("%(n)d risk or note stands with one of them alone.",
                       "%(n)d risks and notes stand with one of them alone.", n) % {"n": n}  # fmt: skip
