"""
What an edition must be beyond well-formed: every question used, every word cited, nothing contradicting.

`check` serves the tests, the command line and Django's system checks with the same messages.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from typing import Any

from needlework.protocol import schema
from needlework.protocol.load import Fault

DERIVED_IN_CHECK_INS = {"hours-since", "redness-overdue"}
READ_BY_PLANS = {"age-years", "sex", "skin-type"}
"""Questions whose answers planning uses, whether or not a rule does."""


def check(protocol: schema.Protocol) -> tuple[Fault, ...]:
    """Every fault that only shows when the files are read together."""
    return tuple(
        fault
        for test in (
            _unique,
            _worded,
            _grounded,
            _questions_exist,
            _questions_used,
            _conditions,
            _places_of_care,
            _bounds,
            _disagreements,
        )
        for fault in test(protocol)
    )


def overdue(protocol: schema.Protocol, *, on: date) -> tuple[Fault, ...]:
    """The files whose review is due. Shown, never a failure: old knowledge is better than none."""
    return tuple(
        Fault(
            f"{name}.toml",
            "reviewed.again",
            f"was due on {part.reviewed.again}",
            "review it and set a new day",
        )
        for name, part in _sections(protocol)
        if part.reviewed.again < on
    )


def _sections(protocol: schema.Protocol) -> Iterator[tuple[str, Any]]:
    for name in ("screen", "devices", "zones", "places", "plan", "treat", "recover", "measure", "learn"):
        yield name, getattr(protocol, name)


def _lists(protocol: schema.Protocol) -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    """Every list of tables, with its file and key."""
    for name, part in _sections(protocol):
        for key in part.__dataclass_fields__:
            entries = getattr(part, key)
            if isinstance(entries, tuple):
                yield f"{name}.toml", key, entries


def _unique(protocol: schema.Protocol) -> Iterator[Fault]:
    for file, key, entries in _lists(protocol):
        ids = Counter(entry.id for entry in entries if hasattr(entry, "id"))
        for id_, count in ids.items():
            if count > 1:
                yield Fault(file, f"{key} ({id_})", f"stands {count} times", "give each its own id")


def _worded(protocol: schema.Protocol) -> Iterator[Fault]:
    """Nothing reaches a person without its words."""
    for file, key, entries in _lists(protocol):
        for entry in entries:
            for words in ("say", "tell", "ask", "title", "name"):
                if getattr(entry, words, "words") == "":
                    yield Fault(file, f"{key} ({_name(entry)}).{words}", "is empty", "write the words")


def _grounded(protocol: schema.Protocol) -> Iterator[Fault]:
    """A cited or derived sentence names a source; every source is cited somewhere."""
    used: set[str] = set()
    for file, key, entries in _lists(protocol):
        for entry in entries:
            used |= set(_keys(entry))
            if getattr(entry, "basis", "house") != "house" and not entry.sources:
                yield Fault(
                    file,
                    f"{key} ({_name(entry)}).sources",
                    f"is empty, but the basis is {entry.basis}",
                    'name a source, or write basis = "house"',
                )
    apart: list[tuple[str, str, Any]] = [
        ("plan.toml", "glide", protocol.plan.glide),
        ("plan.toml", "visit", protocol.plan.visit),
        *(("measure.toml", f"noise.{name}", noise) for name, noise in protocol.measure.noise.items()),
    ]
    for file, key, part in apart:
        used |= set(_keys(part))
        if part.basis != "house" and not part.sources:
            yield Fault(file, f"{key}.sources", f"is empty, but the basis is {part.basis}", "name a source")
    for zone in protocol.zones.zone:
        if zone.thickness and not zone.thickness_sources:
            yield Fault("zones.toml", f"zone ({zone.id}).thickness-sources", "is empty", "name who measured")
    for key in sorted(protocol.sources.keys() - used):
        yield Fault("sources.toml", key, "is cited nowhere", "cite it or remove it")


def _keys(entry: Any) -> Iterator[str]:
    for name in ("sources", "thickness_sources"):
        yield from (citation.key for citation in getattr(entry, name, ()))
    for name in ("position", "indication"):
        for inner in getattr(entry, name, ()):
            yield from _keys(inner)


def _name(entry: Any) -> str:
    return str(
        getattr(entry, "id", None) or getattr(entry, "concern", None) or getattr(entry, "up_to_mm", "?")
    )


def _questionnaires(
    protocol: schema.Protocol,
) -> Iterator[tuple[str, tuple[schema.Question, ...], list[tuple[str, Any]], set[str]]]:
    screen, recover = protocol.screen, protocol.recover
    yield "screen.toml", screen.question, [("rule", rule) for rule in screen.rule], set()
    yield "recover.toml", recover.question, [("flag", flag) for flag in recover.flag], DERIVED_IN_CHECK_INS


def _questions_exist(protocol: schema.Protocol) -> Iterator[Fault]:
    for file, questions, rules, derived in _questionnaires(protocol):
        known = {question.id for question in questions} | derived
        for key, rule in rules:
            if not rule.when:
                yield Fault(file, f"{key} ({rule.id}).when", "is empty", "name the answer that fires it")
            for asked in rule.when.keys() - known:
                yield Fault(
                    file,
                    f"{key} ({rule.id}).when.{asked}",
                    "asks a question that is not there",
                    "add the question or mend the id",
                )
        earlier: set[str] = set()
        for question in questions:
            for asked in question.ask_if.keys() - earlier:
                yield Fault(
                    file,
                    f"question ({question.id}).ask-if.{asked}",
                    "is not asked before this question",
                    "move it up or mend the id",
                )
            earlier.add(question.id)


def _questions_used(protocol: schema.Protocol) -> Iterator[Fault]:
    for file, questions, rules, _ in _questionnaires(protocol):
        used = {asked for _, rule in rules for asked in rule.when}
        used |= {asked for question in questions for asked in question.ask_if} | READ_BY_PLANS
        for question in questions:
            if question.id not in used:
                yield Fault(
                    file, f"question ({question.id})", "matters to no rule", "remove it or add its rule"
                )


FITS = {
    "yes-no": {"equals"},
    "choice": {"equals", "one_of"},
    "choices": {"equals", "one_of"},
    "number": {"at_least", "at_most"},
    "date": {"within_days"},
}


def _conditions(protocol: schema.Protocol) -> Iterator[Fault]:
    """Each condition sets one test, of a kind that its question's answers can meet."""
    for file, questions, rules, _ in _questionnaires(protocol):
        by_id = {question.id: question for question in questions}
        named = [(f"{key} ({rule.id}).when", rule.when) for key, rule in rules]
        named += [(f"question ({question.id}).ask-if", question.ask_if) for question in questions]
        for key, conditions in named:
            for asked, condition in conditions.items():
                yield from _condition(file, f"{key}.{asked}", condition, by_id.get(asked))


def _condition(
    file: str, key: str, condition: schema.Condition, question: schema.Question | None
) -> Iterator[Fault]:
    tests = {name for name in condition.__dataclass_fields__ if getattr(condition, name) not in (None, ())}
    if len(tests) != 1 and tests != {"at_least", "at_most"}:
        yield Fault(file, key, "must set exactly one test", "equals, one-of, at-least/at-most or within-days")
    if question is None:
        return
    if not tests <= FITS[question.kind]:
        wanted = ", ".join(sorted(FITS[question.kind])).replace("_", "-")
        yield Fault(file, key, f"does not fit a {question.kind} question", wanted)
    if question.kind in ("choice", "choices"):
        options = {option.id for option in question.options}
        for word in {
            *condition.one_of,
            *([condition.equals] if condition.equals is not None else []),
        } - options:
            yield Fault(file, key, f"names the option {word!r}", f"one of: {', '.join(sorted(options))}")
    if question.kind == "yes-no" and not isinstance(condition.equals, bool):
        yield Fault(file, key, "must equal true or false")


def _places_of_care(protocol: schema.Protocol) -> Iterator[Fault]:
    """Zones and concerns named anywhere exist; every concern has a technique for every zone or says none."""
    zones = {zone.id for zone in protocol.zones.zone}
    concerns = {concern.id for concern in protocol.plan.concern}
    named: Iterable[tuple[str, str, Any]] = [
        *(("devices.toml", f"device ({device.id}).indication", line)
          for device in protocol.devices.device for line in device.indication),
        *(("plan.toml", f"technique ({line.concern})", line) for line in protocol.plan.technique),
        *(("plan.toml", f"note ({line.id})", line) for line in protocol.plan.note),
        *(("learn.toml", f"trial ({line.concern})", line) for line in protocol.learn.trial),
    ]  # fmt: skip
    for file, key, line in named:
        for zone in sorted({*getattr(line, "zones", ())} - zones):
            yield Fault(file, f"{key}.zones", f"names the zone {zone!r}", "zones.toml has no such id")
        for concern in {getattr(line, "concern", None), *getattr(line, "concerns", ())} - concerns - {None}:
            yield Fault(file, f"{key}.concern", f"names the concern {concern!r}", "plan.toml has no such id")
    measures = {noise.measure for noise in protocol.measure.noise.values()}
    for concern in protocol.plan.concern:
        for measure in sorted({*concern.measures} - measures):
            problem = f"names the measure {measure!r}"
            yield Fault(
                "plan.toml", f"concern ({concern.id}).measures", problem, "measure.toml has no such one"
            )
    seen = Counter((line.concern, zone) for line in protocol.plan.technique for zone in line.zones)
    for (concern, zone), count in seen.items():
        if count > 1:
            yield Fault("plan.toml", f"technique ({concern})", f"says {count} things for {zone}", "keep one")


def _bounds(protocol: schema.Protocol) -> Iterator[Fault]:
    """Numbers that would plan nonsense: depths out of range, an evaluated depth beyond the device."""
    for device in protocol.devices.device:
        low, high = device.shallowest_mm, device.deepest_mm
        if not 0 <= low <= high <= 5:
            yield Fault(
                "devices.toml",
                f"device ({device.id}).range-mm",
                f"runs from {low} to {high}",
                "0 to 5 mm, rising",
            )
        if not 0 < device.evaluated_mm <= high:
            yield Fault(
                "devices.toml", f"device ({device.id}).evaluated-mm", "lies outside the range", f"0 to {high}"
            )
        if device.needles is not None and device.needles < 1:
            yield Fault("devices.toml", f"device ({device.id}).needles", "is less than one")
    for zone in protocol.zones.zone:
        if not 0 < zone.area_cm2 < 5000:
            yield Fault("zones.toml", f"zone ({zone.id}).area-cm2", f"is {zone.area_cm2}", "more than 0 cm²")
        if not 0 <= zone.cap_mm <= 3:
            yield Fault("zones.toml", f"zone ({zone.id}).cap-mm", f"is {zone.cap_mm}", "0 to 3 mm")
    yield from _plan_bounds(protocol.plan)
    yield from _hours(protocol.recover)
    for rule in protocol.screen.rule:
        dated = [c for c in rule.when.values() if c.within_days is not None]
        if rule.then == "defer" and not dated and not rule.ends:
            yield Fault(
                "screen.toml",
                f"rule ({rule.id})",
                "defers without a day",
                'say what ends it: ends = "until …"',
            )


def _plan_bounds(plan: schema.Planning) -> Iterator[Fault]:
    """A glide of nothing would divide by it; a course needs a session."""
    if min(plan.glide.speed_cm_per_s, plan.glide.width_cm) <= 0:
        yield Fault("plan.toml", "glide", "stands still or has no width", "more than 0")
    for concern in plan.concern:
        if min(concern.sessions, concern.interval_days, concern.judge_after_days) < 1:
            yield Fault(
                "plan.toml", f"concern ({concern.id})", "has no session, interval or end", "1 or more"
            )
    for line in plan.technique:
        if not 0 < line.depth_mm <= 3 or line.passes < 1:
            problem = f"sets {line.depth_mm} mm in {line.passes} passes"
            yield Fault("plan.toml", f"technique ({line.concern})", problem, "0 to 3 mm, 1 pass or more")


def _hours(recover: schema.Recovering) -> Iterator[Fault]:
    """A stretch that ends before it begins; redness that deeper needling would shorten."""
    for key, stretches in (("hold", recover.hold), ("expect", recover.expect)):
        for stretch in stretches:
            if not 0 <= stretch.from_h < stretch.until_h:
                problem = f"runs from {stretch.from_h:g} to {stretch.until_h:g} h"
                yield Fault("recover.toml", f"{key} ({stretch.id})", problem, "from 0, rising")
    if not recover.redness:
        yield Fault("recover.toml", "redness", "has no step", "add one")
    for step, deeper in pairwise(recover.redness):
        if step.up_to_mm >= deeper.up_to_mm or step.gone_by_h > deeper.gone_by_h:
            yield Fault("recover.toml", f"redness ({deeper.up_to_mm})", "is out of order", "by rising depth")


def _disagreements(protocol: schema.Protocol) -> Iterator[Fault]:
    """Where sources disagree, one side is followed, and a sentence says why."""
    for file, key, entries in _lists(protocol):
        for entry in entries:
            sides = getattr(entry, "position", ())
            chosen = sum(side.chosen for side in sides)
            if sides and chosen != 1:
                problem = f"follows {chosen} of {len(sides)}"
                yield Fault(file, f"{key} ({_name(entry)}).position", problem, "one chosen = true")
            if sides and not entry.choice:
                yield Fault(
                    file, f"{key} ({_name(entry)}).choice", "is empty", "say why this side is followed"
                )
            for side in sides:
                if not side.sources:
                    yield Fault(
                        file, f"{key} ({_name(entry)}).position.sources", "is empty", "say whose it is"
                    )
