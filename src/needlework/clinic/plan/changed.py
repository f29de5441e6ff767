"""A change of a plan in words: which zone, what of it, what it was and what it became."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from needlework.clinic.templatetags.format import number
from needlework.records.plan import Judged


def what(key: str, names: Mapping[str, str]) -> str:
    """Cheeks, set depth, mm: the key of a change, with the names of the zones."""
    zone, dot, of = key.partition(".")
    words = {
        "depth-mm": _("set depth, mm"),
        "passes": _("passes"),
        "area-cm2": _("area, cm²"),
        "sessions": _("sessions"),
        "interval-days": _("days between sessions"),
    }
    return f"{names.get(zone, zone)}, {words.get(of, of)}" if dot else words.get(zone, zone)


def told(one: Judged, names: Mapping[str, str]) -> str:
    """Cheeks, passes: 4 → 6."""
    name = what(one.key, names)
    if one.before is None or one.after is None:
        return name
    return f"{name}: {number(one.before)} → {number(one.after)}"
