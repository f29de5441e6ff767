"""needlework recover: what to expect and to leave alone after a session, what a check-in calls for."""

import math
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from needlework.cli import answers, options, tell
from needlework.cli.options import AsJson

if TYPE_CHECKING:
    from needlework.protocol.schema.protocol import Protocol
    from needlework.protocol.schema.questions import Question
    from needlework.records.recover import CheckIn, OpenSkin, Outlook, Timetable, Treatment, Triage
    from needlework.records.why import Reason

DEEPEST_MM = 5.0
"""No device of any protocol reaches further; the check of the protocol holds it to that."""
STEEPEST_DEG = 90.0
"""An individual typology angle is an arc tangent: it lies between this and its negative."""
REDNESS_BAR = 21
"""Columns of the bar of redness: one for each twentieth, and one for none."""


def recover(
    depth_mm: Annotated[float, typer.Option("--depth-mm", metavar="X", help="The deepest set depth. [mm]")],
    skin_type: Annotated[
        Literal["I", "II", "III", "IV", "V", "VI"],
        typer.Option("--skin-type", metavar="I-VI", help="Fitzpatrick skin type."),
    ],
    treated_at: Annotated[
        datetime,
        typer.Option(
            "--treated-at",
            parser=options.moment,
            metavar="ISO",
            help="When the last pass ended, such as 2026-11-20T14:30+01:00.",
        ),
    ],
    ita_deg: Annotated[
        float | None,
        typer.Option("--ita-deg", metavar="X", help="Measured skin tone: individual typology angle. [°]"),
    ] = None,
    covered: Annotated[
        bool,
        typer.Option("--covered", help="The skin was covered afterwards, by a film or a thick ointment."),
    ] = False,
    where: Annotated[
        list[str] | None,
        typer.Option("--where", metavar="PART", help="Part of the body, such as face or face,neck."),
    ] = None,
    at: Annotated[
        datetime | None,
        typer.Option(
            "--at", parser=options.moment, metavar="ISO", help="Tell what is to be expected at this moment."
        ),
    ] = None,
    check_in: Annotated[
        Path | None,
        typer.Option(
            "--check-in",
            metavar="FILE.toml",
            help="Answers of a check-in, or - for standard input: tell what they call for, at --at or now.",
        ),
    ] = None,
    ics: Annotated[
        Path | None, typer.Option("--ics", metavar="FILE", help="Write the timetable as a calendar file too.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Lay out the days after a session; tell what to expect at one moment, or what a check-in calls for."""
    from needlework.loop import recover as stage
    from needlework.protocol import load
    from needlework.records.recover import Treatment
    from needlework.records.skin import SkinType

    protocol = load.default()
    treatment = Treatment(
        treated_at=treated_at,
        deepest_mm=depth_mm,
        skin_type=SkinType(skin_type),
        ita_deg=ita_deg,
        where=options.listed(where or []),
        covered=covered,
    )
    if reasons := _against(treatment, protocol, at=at):
        raise tell.refused(reasons, json=json)
    triage = None
    if check_in is not None:
        triage = _triage(check_in, treatment, protocol, at=at, json=json)
    outlook = stage.expect(treatment, at=at, knowledge=protocol.recover) if at else None
    timetable = stage.timetable(treatment, protocol.recover)
    if ics is not None:
        _write(timetable, ics, json=json)
    if json:
        return tell.as_json(_shape(timetable, outlook, triage))
    if triage is not None:
        _called_for(triage)
    elif outlook is not None:
        _moment(outlook, timetable)
    else:
        _lines(timetable)
    if ics is not None:
        tell.say()
        tell.say(f"Calendar written to {ics}.")
    return tell.standing(protocol.edition)


def _against(treatment: "Treatment", protocol: "Protocol", *, at: datetime | None) -> "tuple[Reason, ...]":
    from needlework.records.why import Reason

    reasons = []
    if not (math.isfinite(treatment.deepest_mm) and 0 < treatment.deepest_mm <= DEEPEST_MM):
        problem = f"is {treatment.deepest_mm:g} mm."
        reasons.append(Reason("depth-mm", problem, f"Give more than 0 and at most {DEEPEST_MM:g} mm."))
    if not 1900 <= treatment.treated_at.year <= 9000:
        reasons.append(Reason("treated-at", f"is the year {treatment.treated_at.year}.", "Check the year."))
    ita_deg = treatment.ita_deg
    if ita_deg is not None and not (math.isfinite(ita_deg) and abs(ita_deg) <= STEEPEST_DEG):
        do = f"Give an angle from {-STEEPEST_DEG:g} to {STEEPEST_DEG:g}°; smaller is darker."
        reasons.append(Reason("ita-deg", f"is {ita_deg:g}°.", do))
    parts = sorted({zone.where for zone in protocol.zones.zone})
    reasons += [
        Reason(
            "where", f"is {part!r}, which is no part of the body here.", f"Choose from: {', '.join(parts)}."
        )
        for part in treatment.where
        if part not in parts
    ]
    if at is not None and at < treatment.treated_at:
        do = "Give a moment after the last pass."
        reasons.append(Reason("at", f"is {tell.moment(at)}, before the session ended.", do))
    return tuple(reasons)


# ── a check-in ───────────────────────────────────────────────────────────────────────────────────────


def _triage(
    file: Path, treatment: "Treatment", protocol: "Protocol", *, at: datetime | None, json: bool
) -> "Triage":
    """
    What the answers in a file call for, or a refusal that says what is wrong with them.

    A red flag does not wait for the rest of the form: where what was answered calls for somebody already,
    open questions are told among its signs, and a refusal of other faults begins with it.
    """
    from needlework.loop import recover as stage
    from needlework.records.recover import CheckIn, Urgency
    from needlework.records.screen import Answers
    from needlework.records.why import Reason, Refusal

    given = answers.parse(file)
    if isinstance(given, Refusal):
        raise tell.refused(given.reasons, file=str(file), json=json)
    check_in = CheckIn(at or datetime.now().astimezone(), Answers(given))
    triage = stage.triage(check_in, treatment, protocol.recover)
    reasons = stage.faults(check_in, treatment, protocol.recover)
    flags = [
        one for one in triage.signs if one.urgency >= Urgency.CALL_TODAY and not one.rule.startswith("ask-")
    ]
    if not reasons or (flags and _only_open(reasons, check_in)):
        return triage
    first: tuple[Reason, ...] = ()
    if flags:
        word = max(one.urgency for one in flags)
        problem = f"calls for it already ({word.word}): {' '.join(one.say for one in flags)}"
        first = (Reason("check-in", problem, getattr(protocol.recover.words, word.name.lower())),)
    asked = {question.id: question for question in protocol.recover.question}
    told = (_do(reason, asked.get(reason.key)) for reason in reasons)
    raise tell.refused((*first, *told), file=str(file), json=json)


def _only_open(reasons: "tuple[Reason, ...]", check_in: "CheckIn") -> bool:
    """Whether nothing is wrong but that questions were left open."""
    return all(one.key not in check_in.answers.given and one.key != "at" for one in reasons)


def _do(reason: "Reason", question: "Question | None") -> "Reason":
    """A fault of a check-in with the line that would mend it."""
    from needlework.cli.screen import wanted
    from needlework.records.why import Reason

    if question is not None:
        do = f"Write {question.id} = … with {wanted(question)}. {question.ask}"
    elif reason.key == "at" or "Did you mean" in reason.do:
        do = reason.do
    else:
        do = "Remove it: a check-in does not ask it."
    return Reason(reason.key, reason.problem, do)


MARKS = {"expected": "✓", "self-care": "✓", "call-today": "!", "urgent": "!!", "emergency": "✕"}


def _called_for(triage: "Triage") -> None:
    """The urgency, what to tell, and every sign, the worst first."""
    tell.say(f"{MARKS[triage.urgency.word]} {triage.urgency.word.replace('-', ' ').capitalize()}")
    tell.say(f"Tell them: {triage.tell}", hang=2)
    for sign in triage.signs:
        tell.say()
        tell.say(f"{MARKS[sign.urgency.word]} {sign.say}", hang=2)
        tell.say(f"{sign.rule} · {tell.cited(sign.basis, sign.sources)}", indent=4, hang=2)
        if sign.tell:
            tell.say(f"Tell them: {sign.tell}", indent=4, hang=2)


# ── one moment ───────────────────────────────────────────────────────────────────────────────────────


def _moment(outlook: "Outlook", timetable: "Timetable") -> None:
    """Redness, phase, open skin and the holds in force at one moment."""
    tell.say(f"{tell.moment(outlook.at)}, {_since(outlook.hours)} after the last pass.")
    tell.say()
    band = outlook.redness
    tell.say(f"Redness  none {_bar(band.low, band.high)} as at first")
    share = f"{100 * band.low:.0f} to {100 * band.high:.0f} % as red as in the first hours"
    words = "gone" if band.high == 0 else share
    gone_by = tell.moment(timetable.redness_gone_by)
    tell.say(f"Expected: {words}; gone by {gone_by}.", indent=9)
    for one in outlook.expectations:
        tell.say(f"Normal: {one.title}. {one.tell}", indent=9, hang=2)
    for phase in outlook.phases:
        tell.say()
        tell.say(f"Phase    {phase.title}. {phase.say}", hang=9)
        until = f"day {phase.from_days:g} to {phase.until_days:g}"
        tell.say(f"{until} · {tell.cited(phase.basis, phase.sources)}", indent=9, hang=2)
    tell.say()
    _skin(outlook.skin)
    tell.say()
    tell.say("In force" if outlook.holds else "Nothing has to be left alone any more.")
    for hold in outlook.holds:
        tell.say(f"until {tell.moment(hold.until_at)}  {hold.title}. {hold.tell}", indent=2, hang=2)
        tell.say(tell.cited(hold.basis, hold.sources), indent=4, hang=2)


def _skin(skin: "OpenSkin") -> None:
    """How long it stays open, and by whose measurement."""
    tell.say(
        f"Open     barrier {_range(skin.barrier_h)}, channels {_range(skin.channels_h)} after the last pass"
    )
    if skin.longer_than_seen:
        tell.say("Longer is possible: a last look still found it open.", indent=9)
    for sentence in skin.why:
        tell.say(sentence, indent=9, hang=2)
    tell.say("Methods disagree:", indent=9)
    for one in skin.evidence:
        still = ", still open" if one.still_open else ""
        keys = ", ".join(f"{source.key} {source.grade}" for source in one.sources)
        tell.say(
            f"· {one.shows}, {one.method}: {_range(one.hours)}{still} ({keys}). {one.say}", indent=11, hang=2
        )


def _bar(low: float, high: float) -> str:
    """`··░░░░····`: the expected band from none to as at first."""
    first, last = round(low * (REDNESS_BAR - 1)), round(high * (REDNESS_BAR - 1))
    return "·" * first + "░" * (last - first + 1) + "·" * (REDNESS_BAR - 1 - last)


def _range(hours: tuple[float, float]) -> str:
    low, high = hours
    if math.isinf(high):
        return f"{low:g} h or more, as nobody measured it"
    return f"{high:g} h" if low == high else f"{low:g} to {high:g} h"


def _since(hours: float) -> str:
    """37 hours; 9 days"""
    if hours < 72:
        return "1 hour" if math.floor(hours) == 1 else f"{math.floor(hours)} hours"
    return f"{math.floor(hours / 24)} days"


def _shape(timetable: "Timetable", outlook: "Outlook | None", triage: "Triage | None") -> tell.Shape:
    """The timetable's own keys, and beside them what was asked for besides."""
    import msgspec

    shape: tell.Shape = msgspec.to_builtins(timetable, builtin_types=(datetime, date))
    if outlook is not None:
        shape["outlook"] = outlook
    if triage is not None:
        shape["triage"] = triage
    return shape


# ── the days ─────────────────────────────────────────────────────────────────────────────────────────


def _write(timetable: "Timetable", path: Path, *, json: bool) -> None:
    """The calendar file, in place of an older one of ours but of nothing else."""
    from needlework.exchange import ical
    from needlework.records.why import Reason

    try:
        if path.exists() and ical.PRODUCT.encode() not in path.read_bytes()[:2000]:
            problem = "exists and is not a calendar of Needlework."
            raise tell.refused((Reason("ics", problem, "Choose another name."),), file=str(path), json=json)
        made_at = datetime.now().astimezone()
        path.write_bytes(ical.write(timetable, title="After your treatment", made_at=made_at))
    except OSError as error:
        reasons = answers.unwritable(error, key="ics").reasons
        raise tell.refused(reasons, file=str(path), json=json) from None


def _lines(timetable: "Timetable") -> None:
    treatment = timetable.treatment
    tell.say(
        f"Redness is expected to be gone by {tell.moment(timetable.redness_gone_by)}; "
        f"the next session from {tell.day(timetable.next_session_from)}."
    )
    tell.say(
        f"Treated {tell.moment(treatment.treated_at)}, set depth up to {treatment.deepest_mm:g} mm, "
        f"skin type {treatment.skin_type}."
    )
    last: date | None = None
    for at, words, why in _entries(timetable):
        if at.date() != last:
            last = at.date()
            tell.say()
            tell.say(f"Day {(last - treatment.treated_at.date()).days} · {last:%a} {tell.day(last)}")
        tell.say(f"  {at:%H:%M}  {words}", hang=9)
        if why:
            tell.say(why, indent=9, hang=2)


def _entries(timetable: "Timetable") -> list[tuple[datetime, str, str]]:
    """Each beginning with its words and sources, each end with its title, in order of time."""
    entries = [
        (one.from_at, f"Expect: {one.title}. {one.tell}", tell.cited(one.basis, one.sources))
        for one in timetable.expectations
    ]
    for hold in timetable.holds:
        words = f"{hold.title}, until {tell.moment(hold.until_at)}. {hold.tell}"
        entries.append((hold.from_at, words, tell.cited(hold.basis, hold.sources)))
        entries.append((hold.until_at, f"Ends: {hold.title}", ""))
    return sorted(entries, key=lambda entry: entry[0].astimezone(UTC))  # an hour comes twice in autumn
