"""What an edition must be beyond well-formed. Each check passes on what ships, and each of them can fail."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from needlework.protocol import check, load
from needlework.protocol.checks import walk
from needlework.protocol.schema.devices import Drum
from needlework.protocol.schema.protocol import Protocol
from needlework.protocol.schema.questions import Condition

PROTOCOL = load.default()


def with_entry(section: str, key: str, which: str | int, **changes: Any) -> Protocol:
    """The default edition with one entry of one list changed: by its id, or by its number."""
    part = getattr(PROTOCOL, section)
    entries = list(getattr(part, key))
    number = which if isinstance(which, int) else [entry.id for entry in entries].index(which)
    entries[number] = replace(entries[number], **changes)
    return with_list(section, key, tuple(entries))


def with_list(section: str, key: str, entries: Any) -> Protocol:
    part = getattr(PROTOCOL, section)
    return replace(PROTOCOL, **{section: replace(part, **{key: entries})})


def entry(section: str, key: str, id_: str) -> Any:
    return next(one for one in getattr(getattr(PROTOCOL, section), key) if one.id == id_)


# ── the edition that ships ───────────────────────────────────────────────────────────────────────────


def test_nothing_is_wrong_with_the_default_edition():
    assert check.check(PROTOCOL) == ()


def test_the_default_edition_is_as_large_as_it_says():
    assert len(PROTOCOL.screen.rule) >= 65
    assert {rule.then for rule in PROTOCOL.screen.rule} == {"absolute", "defer", "caution", "label"}
    assert [zone.id for zone in PROTOCOL.zones.zone] == [
        "forehead", "glabella", "temples", "periorbital", "nose", "cheeks", "upper-lip", "chin", "jawline",
        "neck", "decolletage", "hands", "arms", "abdomen", "thighs", "back", "scalp",
    ]  # fmt: skip
    face = sum(zone.area_cm2 for zone in PROTOCOL.zones.zone if zone.where == "face")
    assert face == pytest.approx(300)
    assert len(PROTOCOL.devices.device) >= 10
    assert len(PROTOCOL.plan.concern) >= 12
    assert len(PROTOCOL.recover.closure) >= 10
    assert PROTOCOL.recover.next_session_days == 28


def test_every_concern_has_a_technique_in_every_zone_that_a_label_names():
    there = {(line.concern, zone) for line in PROTOCOL.plan.technique for zone in line.zones}
    for device in PROTOCOL.devices.device:
        for line in device.indication:
            assert {(line.concern, zone) for zone in line.zones} <= there, device.id


def test_no_technique_stands_deeper_than_the_cap_of_its_zone():
    caps = {zone.id: zone.cap_mm for zone in PROTOCOL.zones.zone}
    for line in PROTOCOL.plan.technique:
        for zone in line.zones:
            assert line.depth_mm <= caps[zone], (line.concern, zone)


def sentences(protocol: Protocol) -> list[tuple[str, str]]:
    """Everything that a patient can read, with where it stands."""
    told = [(f"{key} {one.id}", one.tell) for _, key, entries in walk.lists(protocol)
            for one in entries if hasattr(one, "tell")]  # fmt: skip
    words = protocol.recover.words
    return told + [(f"words {name}", getattr(words, name)) for name in words.__dataclass_fields__]


@pytest.mark.parametrize(("where", "words"), sentences(PROTOCOL))
def test_what_a_patient_reads_is_plain(where, words):
    assert words.endswith((".", "?")), where
    assert "!" not in words
    assert "[U]" not in words
    assert not re.search(
        r"\bstop taking|\bcome off\b|\bpause your|\bguarantee|\bwill improve|\bfault\b", words
    )
    assert max(len(sentence.split()) for sentence in re.split(r"[.:;?]\s", words)) <= 26, where


def test_no_sentence_for_staff_carries_a_mark_of_the_unverified():
    for _, key, entries in walk.lists(PROTOCOL):
        for one in entries:
            for name in ("say", "choice", "says", "note", "result", "cap_says"):
                assert "[U]" not in getattr(one, name, ""), f"{key} {one}"


# ── every check can fail ─────────────────────────────────────────────────────────────────────────────


def an_id_twice() -> Protocol:
    rules = PROTOCOL.screen.rule
    return with_list("screen", "rule", (*rules, rules[0]))


def a_source_that_nobody_cites() -> Protocol:
    source = replace(next(iter(PROTOCOL.sources.values())), key="LONELY2026")
    return replace(PROTOCOL, sources={**PROTOCOL.sources, "LONELY2026": source})


def a_glide(**changes: Any) -> Protocol:
    return replace(PROTOCOL, plan=replace(PROTOCOL.plan, glide=replace(PROTOCOL.plan.glide, **changes)))


def sides(chosen: tuple[bool, ...]) -> Protocol:
    rule = entry("screen", "rule", "pregnant")
    position = tuple(replace(side, chosen=yes) for side, yes in zip(rule.position, chosen, strict=True))
    return with_entry("screen", "rule", "pregnant", position=position)


def an_order_of_redness() -> Protocol:
    return with_list("recover", "redness", tuple(reversed(PROTOCOL.recover.redness)))


def a_scale(*from_points: int) -> Protocol:
    return with_entry("skin", "scale", "ten-questions", from_points=from_points)


FAILURES: dict[str, tuple[Callable[[], Protocol], str, str, str]] = {
    "an id twice": (an_id_twice, "screen.toml", "rule (age-child)", "stands 2 times"),
    "no words for staff": (
        lambda: with_entry("screen", "rule", "warts", say=""),
        "screen.toml", "rule (warts).say", "is empty",
    ),
    "no words for the patient": (
        lambda: with_entry("recover", "flag", "pus", tell=""),
        "recover.toml", "flag (pus).tell", "is empty",
    ),
    "cited without a source": (
        lambda: with_entry("screen", "rule", "filler-recent", sources=()),
        "screen.toml", "rule (filler-recent).sources", "is empty, but the basis is cited",
    ),
    "a glide that is cited without a source": (
        lambda: a_glide(basis="derived", sources=()),
        "plan.toml", "glide.sources", "is empty, but the basis is derived",
    ),
    "a thickness without who measured it": (
        lambda: with_entry("zones", "zone", "nose", thickness_sources=()),
        "zones.toml", "zone (nose).thickness-sources", "is empty",
    ),
    "points that part no six types": (
        lambda: a_scale(0, 7, 14, 14, 28, 35),
        "skin.toml", "scale (ten-questions).from-points", "does not part six types",
    ),
    "a question about skin without a choice": (
        lambda: with_entry("skin", "question", "eyes", answers=("Brown",)),
        "skin.toml", "question (eyes).answers", "gives no choice",
    ),
    "a source that nobody cites": (a_source_that_nobody_cites, "sources.toml", "LONELY2026", "cited nowhere"),
    "a rule that asks nothing": (
        lambda: with_entry("screen", "rule", "warts", when={}),
        "screen.toml", "rule (warts).when", "is empty",
    ),
    "a rule that asks what is not there": (
        lambda: with_entry("screen", "rule", "warts", when={"wart": Condition(equals=True)}),
        "screen.toml", "rule (warts).when.wart", "asks a question that is not there",
    ),
    "a flag that asks what is not there": (
        lambda: with_entry("recover", "flag", "pus", when={"puss": Condition(equals=True)}),
        "recover.toml", "flag (pus).when.puss", "asks a question that is not there",
    ),
    "a question that hangs on a later one": (
        lambda: with_entry("screen", "question", "sex", ask_if={"filler": Condition(equals=True)}),
        "screen.toml", "question (sex).ask-if.filler", "is not asked before",
    ),
    "a question that matters to no rule": (
        lambda: with_list(
            "screen", "rule", tuple(rule for rule in PROTOCOL.screen.rule if rule.id != "warts")
        ),
        "screen.toml", "question (warts-in-area)", "matters to no rule",
    ),
    "a condition without a test": (
        lambda: with_entry("screen", "rule", "warts", when={"warts-in-area": Condition()}),
        "screen.toml", "rule (warts).when.warts-in-area", "must set exactly one test",
    ),
    "a condition with two tests": (
        lambda: with_entry(
            "screen", "rule", "warts", when={"warts-in-area": Condition(equals=True, within_days=3)}
        ),
        "screen.toml", "rule (warts).when.warts-in-area", "must set exactly one test",
    ),
    "a test that its question cannot meet": (
        lambda: with_entry(
            "screen", "rule", "filler-recent", when={"filler-on": Condition(equals=True)}
        ),
        "screen.toml", "rule (filler-recent).when.filler-on", "does not fit a date question",
    ),
    "an option that is not offered": (
        lambda: with_entry(
            "screen", "rule", "pigment-risk", when={"skin-type": Condition(one_of=("IV", "VII"))}
        ),
        "screen.toml", "rule (pigment-risk).when.skin-type", "names the option 'VII'",
    ),
    "a yes-no that equals a word": (
        lambda: with_entry("screen", "rule", "warts", when={"warts-in-area": Condition(equals="yes")}),
        "screen.toml", "rule (warts).when.warts-in-area", "must equal true or false",
    ),
    "a condition of asking that cannot be met": (
        lambda: with_entry(
            "screen", "question", "pregnant-or-nursing", ask_if={"sex": Condition(equals="woman")}
        ),
        "screen.toml", "question (pregnant-or-nursing).ask-if.sex", "names the option 'woman'",
    ),
    "a technique in a zone that is not there": (
        lambda: with_entry("plan", "technique", 0, zones=("eyelids",)),
        "plan.toml", "technique (wrinkles).zones", "names the zone 'eyelids'",
    ),
    "a note for a concern that is not there": (
        lambda: with_entry("plan", "note", "sun", concerns=("freckles",)),
        "plan.toml", "note (sun).concern", "names the concern 'freckles'",
    ),
    "a trial of a concern that is not there": (
        lambda: with_entry("learn", "trial", 0, concern="freckles"),
        "learn.toml", "trial (freckles).concern", "names the concern 'freckles'",
    ),
    "a label for a zone that is not there": (
        lambda: with_entry(
            "devices", "device", 0,
            indication=(replace(PROTOCOL.devices.device[0].indication[0], zones=("elbow",)),),
        ),
        "devices.toml", "device (skinpen-precision).indication.zones", "names the zone 'elbow'",
    ),
    "two techniques for one place": (
        lambda: with_list("plan", "technique", (*PROTOCOL.plan.technique, PROTOCOL.plan.technique[0])),
        "plan.toml", "technique (wrinkles)", "says 2 things for periorbital",
    ),
    "a range that falls": (
        lambda: with_entry("devices", "device", "exceed", range_mm=(1.5, 0.5), evaluated_mm=0.5),
        "devices.toml", "device (exceed).range-mm", "runs from 1.5 to 0.5",
    ),
    "an evaluated depth beyond the device": (
        lambda: with_entry("devices", "device", "exceed", evaluated_mm=2.0),
        "devices.toml", "device (exceed).evaluated-mm", "lies outside the range",
    ),
    "a device without needles": (
        lambda: with_entry("devices", "device", "exceed", needles=0),
        "devices.toml", "device (exceed).needles", "is less than one",
    ),
    "a zone without area": (
        lambda: with_entry("zones", "zone", "nose", area_cm2=0.0),
        "zones.toml", "zone (nose).area-cm2", "is 0.0",
    ),
    "a cap beyond any skin": (
        lambda: with_entry("zones", "zone", "nose", cap_mm=3.5),
        "zones.toml", "zone (nose).cap-mm", "is 3.5",
    ),
    "a deferral without a day or an end": (
        lambda: with_entry("screen", "rule", "blood-thinner", ends=""),
        "screen.toml", "rule (blood-thinner)", "defers without a day",
    ),
    "a glide that stands still": (
        lambda: a_glide(speed_cm_per_s=0.0),
        "plan.toml", "glide", "stands still",
    ),
    "a course without a session": (
        lambda: with_entry("plan", "concern", "wrinkles", sessions=0),
        "plan.toml", "concern (wrinkles)", "has no session",
    ),
    "a measure that is not there": (
        lambda: with_entry("plan", "concern", "acne-scars", measures=("scar-count",)),
        "plan.toml", "concern (acne-scars).measures", "names the measure 'scar-count'",
    ),
    "a technique without a pass": (
        lambda: with_entry("plan", "technique", 0, passes=0),
        "plan.toml", "technique (wrinkles)", "in 0 passes",
    ),
    "a hold that ends before it begins": (
        lambda: with_entry("recover", "hold", "touch", from_h=80.0),
        "recover.toml", "hold (touch)", "runs from 80 to 72 h",
    ),
    "redness out of order": (an_order_of_redness, "recover.toml", "redness (1.5)", "is out of order"),
    "no course of redness": (
        lambda: with_list("recover", "redness", ()),
        "recover.toml", "redness", "has no step",
    ),
    "a disagreement in which nobody is followed": (
        lambda: sides((False, False)),
        "screen.toml", "rule (pregnant).position", "follows 0 of 2",
    ),
    "a disagreement in which both are followed": (
        lambda: sides((True, True)),
        "screen.toml", "rule (pregnant).position", "follows 2 of 2",
    ),
    "a disagreement without a reason": (
        lambda: with_entry("screen", "rule", "pregnant", choice=""),
        "screen.toml", "rule (pregnant).choice", "is empty",
    ),
    "a rule that waits otherwise than the side it follows": (
        lambda: with_entry("screen", "rule", "filler-recent", when={"filler-on": Condition(within_days=90)}),
        "screen.toml", "rule (filler-recent).position.days", "waits 90 days, its chosen side 184",
    ),
    "two rules that contradict each other silently": (
        lambda: with_entry("screen", "rule", "acne-inflamed", then="caution",
                           when={"active-acne": Condition(one_of=("inflamed", "severe"))}),
        "screen.toml", "rule (acne-inflamed)", "can fire with acne-severe, which says absolute",
    ),
    "a rule beside one that is not there": (
        lambda: with_entry("screen", "rule", "warts", beside=("wart",)),
        "screen.toml", "rule (warts).beside", "names the rule 'wart'",
    ),
    "animals beside words for patients": (
        lambda: replace(PROTOCOL, sources={**PROTOCOL.sources,
                        "CHU2021": replace(PROTOCOL.sources["CHU2021"], animal=True)}),
        "recover.toml", "flag (glands).sources", "CHU2021 is about animals",
    ),
    "a paper of which nobody read more than the title": (
        lambda: replace(PROTOCOL, sources={**PROTOCOL.sources,
                        "CHU2021": replace(PROTOCOL.sources["CHU2021"], seen="title")}),
        "recover.toml", "flag (glands).sources", "only the title was seen",
    ),
    "a sentence with a mark of the unverified": (
        lambda: with_entry("screen", "rule", "warts", say="Warts [U]."),
        "screen.toml", "rule (warts)", "says 'Warts [U].'",
    ),
    "zones offered that the map lacks": (
        lambda: with_entry("screen", "question", "zones",
                           options=entry("screen", "question", "zones").options[1:]),
        "screen.toml", "question (zones).options", "offers other zones",
    ),
    "no question for the zones": (
        lambda: with_list(
            "screen", "question", tuple(one for one in PROTOCOL.screen.question if one.id != "zones")
        ),
        "screen.toml", "question (zones)", "is missing",
    ),
    "a check-in put zone by zone": (
        lambda: with_entry("recover", "question", "pus", per_zone=True),
        "recover.toml", "question (pus).per-zone", "is put zone by zone",
    ),
    "a use that is none, with a technique": (
        lambda: with_entry("plan", "concern", "wrinkles", support="not-a-use"),
        "plan.toml", "concern (wrinkles)", "is no use, yet has a technique",
    ),
    "a concern that is weakly known and does not say so": (
        lambda: with_entry("plan", "concern", "pores", limits=""),
        "plan.toml", "concern (pores).limits", "nothing says what that leaves open",
    ),
    "skin that is never needled and yet a zone": (
        lambda: with_entry("zones", "excluded", "eyelids", id="nose"),
        "zones.toml", "excluded (nose)", "is a zone as well",
    ),
    "a pen with a drum": (
        lambda: with_entry("devices", "device", "exceed", drum=Drum(2.0, 2.0)),
        "devices.toml", "device (exceed).drum", "belongs to a roller",
    ),
    "a drum of no size": (
        lambda: with_entry("devices", "device", "roller-mf8", drum=Drum(0.0, 2.0)),
        "devices.toml", "device (roller-mf8).drum", "has no size",
    ),
    "a label without a clearance": (
        lambda: with_entry("devices", "device", "exceed", cleared=False),
        "devices.toml", "device (exceed).indication", "has a label, but no clearance",
    ),
    "a phase that ends before it begins": (
        lambda: with_entry("recover", "phase", 0, from_days=400.0),
        "recover.toml", "phase (inflammation)", "runs from day 400",
    ),
    "skin that closes before it was opened": (
        lambda: with_entry("recover", "closure", 0, hours=(5.0, 2.0)),
        "recover.toml", f"closure ({PROTOCOL.recover.closure[0].id}).hours", "runs from 5 to 2 h",
    ),
    "redness that may be gone after it must be": (
        lambda: with_entry("recover", "redness", 0, soonest_h=100.0),
        "recover.toml", "redness (1.0).soonest-h", "says 100 h",
    ),
    "an overlap of the whole line": (lambda: a_glide(overlap=1.0), "plan.toml", "glide.overlap", "is 1"),
    "a leeway out of order": (
        lambda: replace(PROTOCOL, plan=replace(
            PROTOCOL.plan, leeway=replace(PROTOCOL.plan.leeway, closest_interval_days=60))),
        "plan.toml", "leeway", "out of order",
    ),
    "two thicknesses followed": (
        lambda: with_entry("zones", "zone", "forehead", thickness_position=tuple(
            replace(side, chosen=True) for side in entry("zones", "zone", "forehead").thickness_position)),
        "zones.toml", "zone (forehead).thickness-position", "follows",
    ),
    "a position that is nobody's": (
        lambda: with_entry(
            "screen", "rule", "pregnant",
            position=tuple(
                replace(side, sources=()) for side in entry("screen", "rule", "pregnant").position
            ),
        ),
        "screen.toml", "rule (pregnant).position.sources", "is empty",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", FAILURES)
def test_a_spoilt_edition_is_found_out(what):
    spoilt, file, key, problem = FAILURES[what]
    found = [fault for fault in check.check(spoilt()) if (fault.file, fault.key) == (file, key)]
    assert any(problem in fault.problem for fault in found), "\n".join(map(str, check.check(spoilt())))


def test_several_faults_are_all_found():
    spoilt = with_entry("screen", "rule", "warts", say="", when={"wart": Condition(equals=True)})
    keys = {fault.key for fault in check.check(spoilt)}
    assert {"rule (warts).say", "rule (warts).when.wart", "question (warts-in-area)"} <= keys


def test_a_review_that_is_due_is_shown_and_fails_nothing():
    assert check.overdue(PROTOCOL, on=date(2026, 11, 21)) == ()
    late = check.overdue(PROTOCOL, on=date(2030, 1, 1))
    assert {fault.file for fault in late} == {f"{name}.toml" for name in load.SECTIONS}
    assert all("was due on" in fault.problem for fault in late)
