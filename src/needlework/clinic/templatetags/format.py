"""How days, times and numbers are written. {% load format %}"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html

from needlework.clinic import current

register = template.Library()

THIN = "\u202f"  # thin, and never broken at the end of a line


@register.filter
def day(value: date | datetime | None) -> str:
    """3 Mar 2027; the day in the clinic's time zone where a moment is given."""
    if not value:
        return ""
    return date_format(timezone.localtime(value) if isinstance(value, datetime) else value, "j M Y")


@register.filter
def moment(value: datetime | None) -> str:
    """3 Mar 2027, 14:05, in the clinic's time zone."""
    return date_format(timezone.localtime(value), "j M Y, H:i") if value else ""


@register.filter
def clock(value: datetime | None) -> str:
    """14:05, in the clinic's time zone."""
    return date_format(timezone.localtime(value), "H:i") if value else ""


@register.filter
def number(value: float | str | None, decimals: int = 2) -> str:
    """
    At most so many decimals, none that say nothing; thousands apart; a true minus.

    >>> number(1.50), number(-0.126), number(12345.0, 0)
    ('1.5', '−0.13', '12\u202f345')
    """
    if value is None or value == "":
        return ""
    text = f"{float(value):,.{decimals}f}".replace(",", THIN)
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", "0"} else text.replace("-", "−")


@register.filter
def signed(value: float, decimals: int = 2) -> str:
    """
    A change with its sign, always the same decimals, so that a column of them lines up.

    >>> signed(0.126), signed(-1.5), signed(-0.001)
    ('+0.13', '−1.50', '0.00')
    """
    text = f"{float(value):+.{decimals}f}"
    return text.replace("-", "−") if text.strip("+-0.") else text[1:]


@register.filter
def unit(value: Any, name: str) -> str:
    """A number and its unit, the unit in quiet: {{ area|unit:"cm²" }}. Text is taken as it is."""
    shown = number(value) if isinstance(value, (int, float)) else value
    if shown is None or shown == "":
        return ""
    return format_html('<span class="value">{}</span>{}<span class="unit">{}</span>', shown, THIN, name)


@register.filter
def zone_names(ids: Iterable[str]) -> str:
    """Zones by the names of the protocol: “Chin, Forehead”. An id that it no longer has stays as it is."""
    names = {zone.id: zone.name for zone in current.protocol().zones.zone}
    return ", ".join(names.get(id_, id_) for id_ in ids)


@register.filter
def zone_of(id_: str) -> str:
    """One zone by its name in the protocol."""
    return zone_names([id_])


@register.filter
def mm(value: float | None) -> str:
    """A length in millimetres, two decimals at most: {{ depth|mm }}."""
    return unit(value, "mm")


@register.filter
def of(mapping: dict[Any, Any] | None, key: Any) -> Any:
    """What a mapping holds for a key; nothing where it holds nothing."""
    return mapping.get(key) if mapping else None
