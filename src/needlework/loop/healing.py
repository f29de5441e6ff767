"""Healing: when redness is expected to be gone, by depth."""

from needlework.protocol.schema import RednessRule


def redness_hours(course: tuple[RednessRule, ...], *, deepest_mm: float) -> float:
    """
    Hours after the last pass by which redness is expected to be gone. [h]

    The first step of the protocol's course that reaches this depth; beyond the deepest step, its last.
    A house estimate from practice pages and small series: it says when to look, not when to worry.
    """
    for step in course:
        if deepest_mm <= step.up_to_mm:
            return step.gone_by_h
    return course[-1].gone_by_h
