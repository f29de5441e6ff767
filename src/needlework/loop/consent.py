"""
What somebody agrees to: composed from the plan and the protocol, word for word.

The exact text is one line of JSON, the same bytes for the same words; its SHA-256 is what a signature covers.
A new plan, another edition or another word gives another hash, and an old signature does not reach it.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from needlework.loop import recover
from needlework.protocol.schema.consent import Passage
from needlework.protocol.schema.plan import Concern
from needlework.protocol.schema.protocol import Protocol
from needlework.records.consent import ConsentLine, ConsentSection, ConsentText
from needlework.records.plan import Plan, ZonePlan
from needlework.records.recover import Hold, Treatment
from needlework.records.why import Citation

ABOUT_SKIN = ("pigment-change", "few-studied-vi", "precaution-not-evidence")
"""Notes of a plan that speak of a risk; the others speak of what is known."""
SAID_BEFORE = "limits-"
"""Notes that repeat what the evidence supports, which stands among the alternatives."""
START = datetime(2000, 1, 1, tzinfo=UTC)
"""Any moment will do: of a timetable only the lengths are told here."""


def compose(plan: Plan, protocol: Protocol, *, planner: str, off_label_reason: str = "") -> ConsentText:
    """Everything that must be said before this course, in the order in which it is read."""
    words = _words(plan, planner)
    lines = {
        "what": (*_said("what", plan, protocol, words), *_zones(plan)),
        "risks": (*_harms(protocol), *_of_this_skin(plan), *_said("risks", plan, protocol, words)),
        "label": (*_said("label", plan, protocol, words), *_off_label(plan, off_label_reason)),
        "alternatives": (*_said("alternatives", plan, protocol, words), *_evidence(plan, protocol)),
        "after": (*_said("after", plan, protocol, words), *_aftercare(plan, protocol)),
        "unknown": (*_said("unknown", plan, protocol, words), *_unknown(plan)),
    }
    parts = (
        ConsentSection(
            part.id, part.title, lines.get(part.id) or tuple(_said(part.id, plan, protocol, words))
        )
        for part in protocol.consent.part
    )
    return ConsentText(protocol.edition.mark, tuple(part for part in parts if part.lines))


def exact(text: ConsentText) -> str:
    """
    The text as it is kept and hashed: one spelling for the same words.

    >>> exact(ConsentText("1", ()))
    '{"edition":"1","sections":[]}'
    """
    return json.dumps(asdict(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(exact_text: str) -> str:
    """SHA-256 over the bytes of an exact text."""
    return hashlib.sha256(exact_text.encode()).hexdigest()


def restored(exact_text: str) -> ConsentText:
    """The text of an exact text."""
    kept = json.loads(exact_text)
    sections = (
        ConsentSection(
            one["id"],
            one["title"],
            tuple(ConsentLine(line["text"], line["head"], tuple(line["sources"])) for line in one["lines"]),
        )
        for one in kept["sections"]
    )
    return ConsentText(kept["edition"], tuple(sections))


def differences(before: ConsentText, after: ConsentText) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The sentences that went, and those that came; another edition of the same words differs in none."""
    old, new = list(_sentences(before)), list(_sentences(after))
    return tuple(one for one in old if one not in new), tuple(one for one in new if one not in old)


def may_sign_from(given_at: datetime, *, cooling_hours: int) -> datetime:
    """
    The first moment at which a text may be signed: so many hours after it was given.

    >>> may_sign_from(datetime(2027, 3, 1, 9), cooling_hours=48)
    datetime.datetime(2027, 3, 3, 9, 0)
    """
    return given_at + timedelta(hours=cooling_hours)


def aftercare(plan: Plan, protocol: Protocol) -> tuple[tuple[Hold, float, float], ...]:
    """
    What is to be left alone or done after each session, from which hour until which; by the deepest zone.

    Hours from the last pass. [h]
    """
    deepest = max(zone.set_depth_mm for zone in plan.zones)
    treatment = Treatment(treated_at=START, deepest_mm=deepest, skin_type=plan.person.skin_type)
    holds = recover.timetable(treatment, protocol.recover).holds
    hour = timedelta(hours=1)
    return tuple((hold, (hold.from_at - START) / hour, (hold.until_at - START) / hour) for hold in holds)


# ── the parts ────────────────────────────────────────────────────────────────────────────────────────


def _said(part: str, plan: Plan, protocol: Protocol, words: dict[str, str]) -> Iterator[ConsentLine]:
    for passage in protocol.consent.passage:
        concerned = not passage.concerns or set(passage.concerns) & set(plan.concerns)
        if passage.part == part and concerned and _applies(passage, plan):
            yield ConsentLine(_filled(passage.tell, words), sources=_keys(passage.sources))


def _applies(passage: Passage, plan: Plan) -> bool:
    return {
        "always": True,
        "off-label": bool(plan.off_label),
        "on-label": not plan.off_label,
        "numbed": plan.minutes.anaesthetic > 0,
        "not-numbed": not plan.minutes.anaesthetic,
        "beyond-skin": bool(_deep(plan)),
        "many-zones": len(plan.zones) > 1,
    }[passage.only]


def _zones(plan: Plan) -> Iterator[ConsentLine]:
    for zone in plan.zones:
        passes = "once" if zone.passes == 1 else f"{zone.passes} times"
        depth = f"needles set to {zone.set_depth_mm:g} mm, gone over {passes}."
        limit = f" The most we would set here is {zone.wall.limit_mm:g} mm."
        yield ConsentLine(depth.capitalize() + limit, zone.name, _keys(zone.wall.sources))


def _harms(protocol: Protocol) -> Iterator[ConsentLine]:
    """Every harm that is known, as its words for a patient have it; the rates stand in them."""
    for harm in protocol.recover.harm:
        yield ConsentLine(harm.tell, harm.title, _keys(harm.sources))


def _of_this_skin(plan: Plan) -> Iterator[ConsentLine]:
    for note in plan.notes:
        if note.id in ABOUT_SKIN:
            yield ConsentLine(note.tell, f"Your skin, type {plan.person.skin_type}", _keys(note.sources))


def _off_label(plan: Plan, reason: str) -> Iterator[ConsentLine]:
    for why in dict.fromkeys((*plan.off_label, *(one for zone in plan.zones for one in zone.off_label))):
        yield ConsentLine(why, "Outside the label")
    if plan.off_label and reason.strip():
        yield ConsentLine(reason.strip(), "Why it is planned all the same")


def _evidence(plan: Plan, protocol: Protocol) -> Iterator[ConsentLine]:
    for concern in _concerns(plan, protocol):
        yield ConsentLine(concern.limits_tell or concern.tell, concern.name, _keys(concern.sources))


def _aftercare(plan: Plan, protocol: Protocol) -> Iterator[ConsentLine]:
    for hold, _from_h, until_h in aftercare(plan, protocol):
        yield ConsentLine(f"{hold.tell} For {span(until_h)}.", hold.title, _keys(hold.sources))


def span(hours: float) -> str:
    """
    Hours as they are spoken: in whole days from two days on, never less.

    >>> span(24.0), span(50.0)
    ('24 hours', '3 days')
    """
    return f"{hours:g} hours" if hours < 48 else f"{-(-hours // 24):g} days"


def _unknown(plan: Plan) -> Iterator[ConsentLine]:
    for note in plan.notes:
        if note.id not in ABOUT_SKIN and not note.id.startswith(SAID_BEFORE):
            yield ConsentLine(note.tell, sources=_keys(note.sources))


# ── words ────────────────────────────────────────────────────────────────────────────────────────────


def _words(plan: Plan, planner: str) -> dict[str, str]:
    return {
        "device": plan.device_name,
        "sessions": str(plan.sessions),
        "interval_days": str(plan.interval_days),
        "minutes": f"{plan.minutes.total:.0f}",
        "judge_days": str(plan.judge_after_days),
        "recovery_days": str(plan.recovery_days),
        "anaesthetic_minutes": f"{plan.minutes.anaesthetic:.0f}",
        "zone_count": str(len(plan.zones)),
        "deep_zones": ", ".join(zone.name.lower() for zone in _deep(plan)),
        "planner": planner,
        "led_by": plan.led_by,
    }


def _filled(words: str, given: dict[str, str]) -> str:
    """Each word in braces replaced by what the plan says; an unknown one stays, and the check names it."""
    for name, value in given.items():
        words = words.replace(f"{{{name}}}", value)
    return words


def _deep(plan: Plan) -> tuple[ZonePlan, ...]:
    """The zones set deeper than their skin is on average."""
    return tuple(zone for zone in plan.zones if zone.skin_mm is not None and zone.set_depth_mm > zone.skin_mm)


def _concerns(plan: Plan, protocol: Protocol) -> Iterator[Concern]:
    return (one for one in protocol.plan.concern if one.id in plan.concerns)


def _keys(sources: tuple[Citation, ...]) -> tuple[str, ...]:
    return tuple(source.key for source in sources)


def _sentences(text: ConsentText) -> Iterator[str]:
    for section in text.sections:
        yield from (f"{line.head}: {line.text}" if line.head else line.text for line in section.lines)
