"""From records to plain data with every sentence ready: the template only sets it."""

import math
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from string import hexdigits
from typing import TYPE_CHECKING, Any

from needlework.records.measure import WHOLE, Change, Comparison, Discord, Likeness, Trend
from needlework.records.why import Reason

if TYPE_CHECKING:
    from needlework.exchange.report import Circumstances, Picture

Plain = dict[str, Any]
TEXT_MAX = 400
WORD_MAX = 18
"""A longer word may be broken between any two letters, so that it stays on the page."""
PLACES_MAX = 3
"""More zones than this are counted, not named, in the sentences at the top."""
TIES = "\u200c\u200d"
"""Joiners, without which some scripts are misspelt; every other invisible sign is left out."""


def plain(
    comparison: Comparison,
    about: "Circumstances",
    pictures: "tuple[Picture, Picture]",
    *,
    words: Mapping[str, str],
) -> Plain:
    """What the template takes."""
    zones = tuple(dict.fromkeys(change.zone for change in comparison.changes))
    titles = {
        change.measure: clean(about.titles.get(change.measure, change.measure))
        for change in comparison.changes
    }
    comparable = comparison.comparable and bool(comparison.changes)
    return {
        "words": dict(words),
        "on": [about.on.year, about.on.month, about.on.day],
        "title": words["title" if comparable else "title-not"],
        "under": _under(about, words),
        "comparable": comparable,
        "summary": _summary(comparison.changes, titles, zones, words) if comparable else [],
        "cautions": [clean(caution) for caution in about.cautions if caution.strip()],
        "pictures": [
            _picture(picture, side, days, words)
            for side, picture, days in zip(("before", "after"), pictures, comparison.days_since, strict=True)
        ],
        "heading": _heading(zones, words),
        "places": len(zones) > 1,
        "changes": [_change(one, titles, words) for one in comparison.changes] if comparable else [],
        "reasons": _reasons(comparison.reasons, about.titles, words),
        "facts": _facts(comparison, about, zones, pictures, words),
        "items": [_item(item, words) for item in comparison.likeness],
    }


def clean(text: str, *, longest: int = TEXT_MAX) -> str:
    """
    A text as it may be printed: without invisible signs, which could turn a line around, or endless words.

    >>> clean("left\\u202e cheek\\n")
    'left cheek'
    """
    spaced = " ".join(text.split())
    shown = "".join(
        sign for sign in spaced if sign == " " or sign in TIES or unicodedata.category(sign)[0] not in "CZ"
    )
    if len(shown) > longest:
        shown = shown[: longest - 1] + "…"
    return " ".join(_breakable(word) for word in shown.split(" "))


def _breakable(word: str) -> str:
    return word if len(word) <= WORD_MAX else "\u200b".join(word)


# ── the person ───────────────────────────────────────────────────────────────────────────────────────


def _under(about: "Circumstances", words: Mapping[str, str]) -> list[str]:
    """Whose it is, from whom and of which day; what is not known is not mentioned."""
    named = [
        words[key].format(**{name: clean(value)})
        for key, name, value in (("for", "person", about.person), ("from", "clinic", about.clinic))
        if value.strip()
    ]
    return [*named, words["made"].format(day=_day(about.on, words))]


def _summary(
    changes: Sequence[Change], titles: Mapping[str, str], zones: Sequence[str], words: Mapping[str, str]
) -> list[Plain]:
    """A line for each verdict there is, or one sentence where nothing changed."""
    if all(change.verdict is Trend.NO_DETECTABLE_CHANGE for change in changes):
        return [{"trend": str(Trend.NO_DETECTABLE_CHANGE), "head": words["unchanged"], "rest": ""}]
    lines = []
    for trend in Trend:
        these = [change for change in changes if change.verdict is trend]
        rest = _named(these, titles, zones, words)
        if trend is Trend.NO_DETECTABLE_CHANGE and len(zones) > 1:
            rest = words["else"]  # the list below has them all
        if these:
            lines.append({"trend": str(trend), "head": f"{words[trend]}:", "rest": rest})
    return lines


def _named(
    changes: Sequence[Change], titles: Mapping[str, str], zones: Sequence[str], words: Mapping[str, str]
) -> str:
    """`redness (left cheek, chin), pores`: the zones where they are not all of them."""
    said = []
    for measure in dict.fromkeys(change.measure for change in changes):
        where = [_zone(change.zone, words) for change in changes if change.measure == measure]
        if len(where) == len(zones):
            said.append(titles[measure])
        elif len(where) > PLACES_MAX:
            said.append(f"{titles[measure]} ({words['places'].format(n=len(where))})")
        else:
            said.append(f"{titles[measure]} ({', '.join(where)})")
    return "; ".join(said)


def _picture(picture: "Picture", side: str, days: int | None, words: Mapping[str, str]) -> Plain:
    when = _day(picture.taken_on, words) if picture.taken_on else words["no-day"]
    if days is not None:
        when = f"{when}, {words.get(f'days-{days}', words['days']).format(n=days)}"
    return {
        "side": words[side],
        "when": when,
        "alt": words["alt"].format(side=words[side].lower(), when=when),
        # typst takes text alone from outside: a picture goes in as its bytes, one number each
        "jpeg": list(picture.jpeg) if picture.jpeg else None,
    }


def _day(day: date, words: Mapping[str, str]) -> str:
    return f"{day.day} {words['months'].split()[day.month - 1]} {day.year}"


def _reasons(reasons: Sequence[Reason], titles: Mapping[str, str], words: Mapping[str, str]) -> list[str]:
    """
    Each reason with what to do; in one, all measures that could not be read in some zones.

    Such a reason has the key `zone.<zone>.<measure>`, and there may be a hundred of them.
    """
    said: list[str] = []
    silent: dict[str, dict[str, list[str]]] = {}
    for reason in reasons:
        kind, _, rest = reason.key.partition(".")
        zone, _, measure = rest.rpartition(".")
        if kind == "zone" and zone and measure in titles:
            silent.setdefault(reason.do, {}).setdefault(measure, []).append(_zone(zone, words))
        else:
            said.append(clean(f"{reason.problem} {reason.do}"))
    for do, measures in silent.items():
        alike: dict[str, list[str]] = {}
        for name, zones in measures.items():
            alike.setdefault(", ".join(zones), []).append(clean(titles[name]))
        where = " · ".join(f"{'; '.join(named)} ({zones})" for zones, named in alike.items())
        said.append(f"{words['silent'].format(where=where)} {clean(do)}")
    return said


# ── the bars ─────────────────────────────────────────────────────────────────────────────────────────


def _heading(zones: Sequence[str], words: Mapping[str, str]) -> str:
    if len(zones) != 1:
        return words["measured"]
    return words["measured-in"].format(zone=_zone(zones[0], words))


def _zone(zone: str, words: Mapping[str, str]) -> str:
    return words["whole"] if zone == WHOLE else clean(zone)


def _change(change: Change, titles: Mapping[str, str], words: Mapping[str, str]) -> Plain:
    """A change in words and in places along its bar, 0 to 100, no change in the middle."""
    low, high = change.interval
    band = abs(change.smallest_detectable)
    reach = 1.15 * max(abs(low), abs(high), band, abs(change.change), 1e-9)
    digits = _digits(band)
    places = {"low": low, "high": high, "point": change.change, "band_low": -band, "band_high": band}
    return {
        "measure": titles[change.measure],
        "zone": _zone(change.zone, words),
        "trend": str(change.verdict),
        "says": words[f"result-{change.verdict}"],
        "number": _signed(change.change, digits),
        "unit": clean(change.unit),
        "interval": f"[{_signed(low, digits)} … {_signed(high, digits)}]",
        "bar": {name: round(50 + 50 * value / reach, 2) for name, value in places.items()},
    }


def _digits(size: float) -> int:
    """Decimals that the noise leaves any meaning to: about two figures of the smallest detectable change."""
    return max(0, min(5, 1 - math.floor(math.log10(size)))) if size > 0 else 3


def _signed(value: float, digits: int) -> str:
    shown = f"{abs(value):.{digits}f}"
    if not float(shown):
        return shown
    return f"+{shown}" if value > 0 else f"−{shown}"


# ── the colleague ────────────────────────────────────────────────────────────────────────────────────


def _facts(
    comparison: Comparison,
    about: "Circumstances",
    zones: Sequence[str],
    pictures: "tuple[Picture, Picture]",
    words: Mapping[str, str],
) -> list[list[str]]:
    """Name and value; what the comparison does not have is left out."""
    reference = words.get(f"reference-{comparison.reference}", clean(comparison.reference))
    facts = [
        (words["method"], clean(comparison.method)),
        (words["edition"], clean(about.edition)),
        (words["scale"], _scale(about, words)),
        (words["reference"], reference),
        (
            words["noise"],
            words["noise-defaults" if comparison.defaults else "noise-own"] if comparison.changes else "",
        ),
        (words["zones"], ", ".join(_zone(zone, words) for zone in zones)),
        (words["apart"], _apart(about.discord, words)),
        (words["files"], "\n".join(filter(None, (_file(picture) for picture in pictures)))),
    ]
    return [[name, value] for name, value in facts if value]


def _scale(about: "Circumstances", words: Mapping[str, str]) -> str:
    if about.mm_per_px is None:
        return words["scale-unknown"]
    scale = words["scale-known"].format(mm=f"{about.mm_per_px:.3g}")
    if not about.scale_from:
        return scale
    return words["scale-from"].format(scale=scale, source=clean(about.scale_from))


def _apart(discord: Discord | None, words: Mapping[str, str]) -> str:
    if discord is None:
        return ""
    percent = {"focus": math.expm1(discord.focus) * 100, "size": math.expm1(discord.scale) * 100}
    values = {
        **{name: f"{getattr(discord, name):.3f}" for name in ("light", "exposure", "cast")},
        **{name: _signed(value, 1) for name, value in percent.items()},
        "turn": f"{discord.turn_deg:.1f}",
        "misalignment": f"{discord.misalignment_px:.2f}",
    }
    return " · ".join(words[name].format(v=value) for name, value in values.items())


def _file(picture: "Picture") -> str:
    named = clean(picture.file, longest=60)
    digest = "".join(
        sign for sign in picture.sha256 if sign in hexdigits
    )  # unbroken, so that it can be sought
    return f"{digest} {named}".strip()


def _item(item: Likeness, words: Mapping[str, str]) -> Plain:
    word = "untold" if item.met is None else "met" if item.met else "not-met"
    said = f"{item.found} {item.do}" if item.met is False else item.found
    return {"mark": word, "word": words[word], "title": clean(item.title), "found": clean(said)}
