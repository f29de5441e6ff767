"""
What an edition must be beyond well-formed: every question used, every word cited, nothing contradicting.

`check` serves the tests, the command line and Django's system checks with the same messages.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import combinations, pairwise
from typing import Any

from needlework.protocol import reach, schema
from needlework.protocol.load import Fault
from needlework.records import AnswerValue, Position

DERIVED_IN_CHECK_INS = {"hours-since", "redness-overdue"}
READ_BY_PLANS = {"age-years", "sex", "skin-type", "zones"}
"""Questions whose answers planning uses, whether or not a rule does."""


def check(protocol: schema.Protocol) -> tuple[Fault, ...]:
    """Every fault that only shows when the files are read together."""
    return tuple(
        fault
        for test in (
            _headed,
            _unique,
            _called,
            _worded,
            _grounded,
            _fit_for_patients,
            _questions_exist,
            _questions_used,
            _questions_of_zones,
            _conditions,
            _contradictions,
            _places_of_care,
            _bounds,
            reach.beyond,
            _disagreements,
            _waits,
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


EDITION_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
TITLE_MAX = 200


def _headed(protocol: schema.Protocol) -> Iterator[Fault]:
    """What stands on every saved decision has to be short and plain."""
    edition = protocol.edition
    if not EDITION_ID.fullmatch(edition.id):
        fix = "1 to 60 letters, digits, dots, hyphens or underscores"
        yield Fault("edition.toml", "id", "is not an id that can stand on a decision", fix)
    if not 0 < len(edition.title) <= TITLE_MAX:
        problem = "is too long" if edition.title else "is empty"
        yield Fault("edition.toml", "title", problem, f"1 to {TITLE_MAX} letters")


ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
RESERVED = {"whole", "nowhere"}
"""What readings and forms call all zones together, and none of them."""


def _called(protocol: schema.Protocol) -> Iterator[Fault]:
    """Ids stand in addresses, forms and columns; a dot parts a question from its zone; none stands alone."""
    fix = "1 to 80 letters, digits, hyphens or underscores; dots but in zones and questions"
    for file, key, entries in _lists(protocol):
        for entry in entries:
            id_, undotted = getattr(entry, "id", "none"), key in ("zone", "question")
            if not ID.fullmatch(id_) or (undotted and "." in id_) or (key == "zone" and id_ in RESERVED):
                yield Fault(file, f"{key} ({id_})", "has an id that cannot be used", fix)
    for source in protocol.sources:
        if not ID.fullmatch(source):
            yield Fault("sources.toml", source, "is a key that cannot be used", fix)
    for file, key in (("devices", "device"), ("zones", "zone"), ("places", "place"), ("plan", "concern")):
        if not getattr(getattr(protocol, file), key):
            yield Fault(f"{file}.toml", key, "is empty", "name at least one")


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
        ("plan.toml", "leeway", protocol.plan.leeway),
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
    for name in ("sources", "thickness_sources", "area_sources", "published_sources"):
        yield from (citation.key for citation in getattr(entry, name, ()))
    for name in ("position", "indication", "thickness_position", "rate"):
        for inner in getattr(entry, name, ()):
            yield from _keys(inner)


UNVERIFIED = ("[U]", "unverified", "to be verified", "TODO")


def _fit_for_patients(protocol: schema.Protocol) -> Iterator[Fault]:
    """Nothing from animals, nothing that nobody read, and nothing unverified reaches a patient's words."""
    for file, key, entries in _lists(protocol):
        for entry in entries:
            named = f"{key} ({_name(entry)})"
            if getattr(entry, "tell", "") or getattr(entry, "limits_tell", ""):
                for source in {*_keys(entry)} & protocol.sources.keys():
                    if protocol.sources[source].animal:
                        problem = f"stands beside words for patients, and {source} is about animals"
                        yield Fault(
                            file, f"{named}.sources", problem, "take it out, or say it to staff alone"
                        )
                    if protocol.sources[source].seen == "title":
                        problem = f"stands on {source}, of which only the title was seen"
                        yield Fault(file, f"{named}.sources", problem, "read it, or take it out")
            for words in (text for text in _texts(entry) if any(mark in text for mark in UNVERIFIED)):
                yield Fault(file, named, f"says {words!r}", "what is unverified does not ship")


def _texts(entry: Any) -> Iterator[str]:
    """Every sentence of a table."""
    for name in entry.__dataclass_fields__:
        value = getattr(entry, name)
        if isinstance(value, str):
            yield value
        for inner in value if isinstance(value, tuple) else ():
            if hasattr(inner, "__dataclass_fields__"):
                yield from _texts(inner)


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


def _questions_of_zones(protocol: schema.Protocol) -> Iterator[Fault]:
    """Where questions are put zone by zone, one asks for the zones, and it offers those of the map."""
    for question in protocol.recover.question:
        if question.per_zone:
            problem = "is put zone by zone, which check-ins are not"
            yield Fault("recover.toml", f"question ({question.id}).per-zone", problem, "leave it out")
    if not any(question.per_zone for question in protocol.screen.question):
        return
    where = next((question for question in protocol.screen.question if question.id == "zones"), None)
    zones = [zone.id for zone in protocol.zones.zone]
    if where is None or where.kind != "choices":
        yield Fault("screen.toml", "question (zones)", "is missing", 'ask where, with kind = "choices"')
    elif [option.id for option in where.options] != zones:
        problem = "offers other zones than zones.toml has, or in another order"
        yield Fault("screen.toml", "question (zones).options", problem, f"in this order: {', '.join(zones)}")


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


def _contradictions(protocol: schema.Protocol) -> Iterator[Fault]:
    """Two rules that the same answers can fire, and that weigh differently, know of each other."""
    by_id = {question.id: question for question in protocol.screen.question}
    rules = [(rule, _implied(rule.when, by_id)) for rule in protocol.screen.rule]
    for rule, _ in rules:
        for other in sorted({*rule.beside} - {one.id for one, _ in rules}):
            fix = "screen.toml has no such rule"
            yield Fault("screen.toml", f"rule ({rule.id}).beside", f"names the rule {other!r}", fix)
    for (one, when), (two, then) in combinations(rules, 2):
        told = one.id in two.beside or two.id in one.beside
        if one.then == two.then or told or not one.when.keys() & two.when.keys():
            continue
        if all(_can_both_hold(when[asked], then[asked]) for asked in when.keys() & then.keys()):
            problem = f"can fire with {two.id}, which says {two.then} where this says {one.then}"
            fix = f'if both are meant: beside = ["{two.id}"]'
            yield Fault("screen.toml", f"rule ({one.id})", problem, fix)


def _implied(
    when: Mapping[str, schema.Condition], by_id: Mapping[str, schema.Question]
) -> dict[str, schema.Condition]:
    """A rule's conditions, and those under which its questions are asked at all."""
    found, open_ = dict(when), [*when]
    while open_:  # no recursion: a question may hang on itself, which another test names
        question = by_id.get(open_.pop())
        more = {} if question is None else {k: v for k, v in question.ask_if.items() if k not in found}
        found.update(more)
        open_ += more
    return found


def _can_both_hold(one: schema.Condition, two: schema.Condition) -> bool:
    """Whether one answer can meet both; days always can, one being longer ago than the other asks."""
    here, there = _named(one), _named(two)
    if here and there:
        return bool(here & there)
    low = max(test.at_least if test.at_least is not None else -math.inf for test in (one, two))
    high = min(test.at_most if test.at_most is not None else math.inf for test in (one, two))
    return low <= high


def _named(condition: schema.Condition) -> set[AnswerValue]:
    """The answers that a condition names."""
    return {*condition.one_of} if condition.equals is None else {condition.equals}


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
    for excluded in protocol.zones.excluded:
        if excluded.id in zones:
            yield Fault("zones.toml", f"excluded ({excluded.id})", "is a zone as well", "give it another id")
    for concern in protocol.plan.concern:
        planned = any(line.concern == concern.id for line in protocol.plan.technique)
        if (concern.support == "not-a-use") == planned:
            problem = "is no use, yet has a technique" if planned else "has no technique"
            yield Fault(
                "plan.toml", f"concern ({concern.id})", problem, 'a technique, or support = "not-a-use"'
            )
        if concern.support != "trials" and not (concern.limits and concern.limits_tell):
            problem = f"is known by {concern.support}, and nothing says what that leaves open"
            yield Fault(
                "plan.toml", f"concern ({concern.id}).limits", problem, "write limits and limits-tell"
            )
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
        if device.kind == "pen" and device.drum:
            yield Fault("devices.toml", f"device ({device.id}).drum", "belongs to a roller", "leave it out")
        if device.drum and min(device.drum.diameter_cm, device.drum.width_cm) <= 0:
            yield Fault("devices.toml", f"device ({device.id}).drum", "has no size", "more than 0 cm")
        if device.indication and not device.cleared:
            problem = "has a label, but no clearance"
            yield Fault(
                "devices.toml", f"device ({device.id}).indication", problem, "cleared = true, or none"
            )
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
    if not 0 <= plan.glide.overlap < 1:
        yield Fault("plan.toml", "glide.overlap", f"is {plan.glide.overlap:g}", "0 or more, less than 1")
    leeway = plan.leeway
    if not 1 <= leeway.closest_interval_days <= leeway.least_interval_days:
        yield Fault("plan.toml", "leeway", "has intervals out of order", "closest up to least, from 1 day")
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
    for phase in recover.phase:
        if not 0 <= phase.from_days < phase.until_days:
            problem = f"runs from day {phase.from_days:g} to {phase.until_days:g}"
            yield Fault("recover.toml", f"phase ({phase.id})", problem, "from 0, rising")
    for seen in recover.closure:
        if not 0 <= seen.hours[0] <= seen.hours[1]:
            problem = f"runs from {seen.hours[0]:g} to {seen.hours[1]:g} h"
            yield Fault("recover.toml", f"closure ({seen.id}).hours", problem, "from 0, rising")
    for step in recover.redness:
        if not 0 <= step.soonest_h <= step.gone_by_h:
            problem = f"says {step.soonest_h:g} h, after {step.gone_by_h:g} h"
            yield Fault("recover.toml", f"redness ({step.up_to_mm}).soonest-h", problem, "0 to gone-by-h")
    if not recover.redness:
        yield Fault("recover.toml", "redness", "has no step", "add one")
    for step, deeper in pairwise(recover.redness):
        if step.up_to_mm >= deeper.up_to_mm or step.gone_by_h > deeper.gone_by_h:
            yield Fault("recover.toml", f"redness ({deeper.up_to_mm})", "is out of order", "by rising depth")


def _disagreements(protocol: schema.Protocol) -> Iterator[Fault]:
    """Where sources disagree, one side is followed, and a sentence says why."""
    for file, key, entries in _lists(protocol):
        for entry in entries:
            for held, why in (
                ("position", "choice"),
                ("thickness_position", "thickness_choice"),
                ("rate", ""),
            ):
                sides = getattr(entry, held, ())
                if sides:
                    told = getattr(entry, why) if why else "the rate that is warned of"
                    yield from _sides(file, f"{key} ({_name(entry)})", held.replace("_", "-"), sides, told)


def _sides(file: str, entry: str, held: str, sides: tuple[Position, ...], choice: str) -> Iterator[Fault]:
    chosen = sum(side.chosen for side in sides)
    if chosen != 1:
        yield Fault(file, f"{entry}.{held}", f"follows {chosen} of {len(sides)}", "one chosen = true")
    if not choice:
        yield Fault(file, f"{entry}.choice", "is empty", "say why this side is followed")
    for side in sides:
        if not side.sources:
            yield Fault(file, f"{entry}.{held}.sources", "is empty", "say whose it is")


def _waits(protocol: schema.Protocol) -> Iterator[Fault]:
    """A rule waits as long as the side that it follows."""
    for rule in protocol.screen.rule:
        waits = [test.within_days for test in rule.when.values() if test.within_days is not None]
        for side in rule.position:
            if side.chosen and side.days is not None and waits != [side.days]:
                problem = f"waits {waits[0] if len(waits) == 1 else waits} days, its chosen side {side.days}"
                yield Fault("screen.toml", f"rule ({rule.id}).position.days", problem, "make them one")
