"""The figures of the zone map, for templates. {% load figures %}"""

from collections.abc import Sequence
from typing import Any

from django import template

from needlework.clinic.figures import drawn, elsewhere

register = template.Library()

UNMARKED = ("", "none", "closed")


@register.filter
def outlines(zone: str, figure: str) -> tuple[drawn.Drawn, ...]:
    """The outlines of a zone on a figure: {% for one in zone.id|outlines:"left" %}."""
    return drawn.drawn(zone, figure)


@register.filter
def label_on(zone: str, figure: str) -> drawn.Label | None:
    """Where its name stands beside a figure."""
    return drawn.label(zone, figure)


@register.filter
def short(name: str) -> str:
    """A zone's name as far as there is room for it beside a figure: “Around the eyes”."""
    return name.split(",")[0]


@register.filter
def side_state(zone: dict[str, Any], side: str) -> str:
    """The class of the half on one side, where the sides were measured apart."""
    apart = zone.get("left") or zone.get("right")
    return f"side-{zone.get(side) or 'none'}" if apart else ""


@register.simple_tag
def carried(marks: Sequence[dict[str, Any]], figure: str) -> list[dict[str, Any]]:
    """
    The marks that lie in a zone of this figure though drawn on another one, each with where its sign stands
    (`at`), if its side is to be seen.
    """
    rows = list(marks or ())
    found = elsewhere.signs(figure, [one["mark"] for one in rows])
    return [{**rows[n], "at": at and {"x": at[0], "y": at[1]}} for n, at in found]


@register.simple_tag
def views(
    zones: Sequence[dict[str, Any]], mode: str, marks: Sequence[dict[str, Any]] = ()
) -> list[dict[str, Any]]:
    """
    The figures that a map shows, the one to begin with first said so, each with how many of its zones are
    marked.

    The body is there where its zones can be chosen, or where something is said of one of them, so that a
    page about a face stays one about a face.
    """
    marked = [zone["id"] for zone in zones if zone.get("state", "") not in UNMARKED]
    spared = {one["mark"].figure for one in marks or ()}
    every = [zone["id"] for zone in zones]
    begin = drawn.first(marked)
    return [
        {"id": figure, "first": figure == begin, "marked": sum(bool(drawn.drawn(z, figure)) for z in marked)}
        for figure in drawn.shown(every)
        if figure in spared
        or figure != "body"
        or drawn.shown(every if mode == "choose" else marked)[-1:] == ["body"]
    ]
