"""How measured changes are called: the measure, the zone that a region's name means, the verdict's words."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from needlework.clinic import current
from needlework.imaging import catalogue, zones
from needlework.records.measure import WHOLE, Change, Trend

WORDS = {
    Trend.WORSE: gettext_lazy("worse"),
    Trend.IMPROVED: gettext_lazy("improved"),
    Trend.NO_DETECTABLE_CHANGE: gettext_lazy("no detectable change"),
}
"""The worst first."""


def title(measure: str) -> str:
    """What a measure is called: by the protocol, else by the catalogue."""
    known = current.protocol().measure.noise.get(measure)
    entry = catalogue.MEASURES.get(measure)
    return known.title if known else entry.title if entry else measure


def place(name: str) -> tuple[str, str] | None:
    """The id of the zone that a region's name means, and its side where it has one."""
    words = name.strip().lower()
    side = next((one for one in ("left", "right") if one in words.split()), "")
    if words in zones.IDS:
        return zones.IDS[words], side
    bare = words.removeprefix(f"{side} ") if side else words
    for zone in current.protocol().zones.zone:
        if bare in (zone.id, zone.name.lower(), zone.name.lower().removesuffix("s")):
            return zone.id, side
    return None


def called(name: str) -> str:
    """What a region is called now; a zone of a face may have had another name when it was measured."""
    where = place(name) if name.strip().lower() in zones.IDS else None
    return zones.name(*where) if where else name


def told(changes: Iterable[Change]) -> str:
    """All changes in a line, the worst first and by name: “worse: redness (cheeks); 3 improved”."""
    return "; ".join(_told(word, names) for word, names in by_verdict(changes, zones=True))


def _told(word: str, names: list[str]) -> str:
    return f"{word}: {', '.join(names)}" if word == WORDS[Trend.WORSE] else f"{len(names)} {word}"


def by_verdict(changes: Iterable[Change], *, zones: bool = False) -> list[tuple[str, list[str]]]:
    """Each verdict's word with the measures that it was given for, the worst first."""
    found: dict[Trend, list[str]] = {}
    for one in changes:
        where = _("whole skin area") if one.zone == WHOLE else called(one.zone)
        name = title(one.measure).lower()
        found.setdefault(one.verdict, []).append(f"{name} ({where})" if zones else name)
    return [(str(word), list(dict.fromkeys(found[trend]))) for trend, word in WORDS.items() if trend in found]
