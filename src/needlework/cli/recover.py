"""needlework recover: what to expect and what to leave alone after a session."""

import math
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from needlework.cli import answers, options, tell
from needlework.cli.options import AsJson

if TYPE_CHECKING:
    from needlework.records import Reason, Timetable, Treatment

DEEPEST_MM = 5.0
"""No device of any protocol reaches further; the check of the protocol holds it to that."""


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
    ics: Annotated[
        Path | None, typer.Option("--ics", metavar="FILE", help="Write the timetable as a calendar file too.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Lay out the days after a session: what is normal, what to leave alone, and until when."""
    from needlework.loop import recover as stage
    from needlework.protocol import load
    from needlework.records import SkinType, Treatment

    protocol = load.default()
    treatment = Treatment(treated_at=treated_at, deepest_mm=depth_mm, skin_type=SkinType(skin_type))
    if reasons := _against(treatment):
        raise tell.refused(reasons, json=json)
    timetable = stage.timetable(treatment, protocol.recover)
    if ics is not None:
        _write(timetable, ics, json=json)
    if json:
        return tell.as_json(timetable)
    _lines(timetable)
    if ics is not None:
        tell.say()
        tell.say(f"Calendar written to {ics}.")
    return tell.standing(protocol.edition)


def _against(treatment: "Treatment") -> "tuple[Reason, ...]":
    from needlework.records import Reason

    reasons = []
    if not (math.isfinite(treatment.deepest_mm) and 0 < treatment.deepest_mm <= DEEPEST_MM):
        problem = f"is {treatment.deepest_mm:g} mm."
        reasons.append(Reason("depth-mm", problem, f"Give more than 0 and at most {DEEPEST_MM:g} mm."))
    if not 1900 <= treatment.treated_at.year <= 9000:
        reasons.append(Reason("treated-at", f"is the year {treatment.treated_at.year}.", "Check the year."))
    return tuple(reasons)


def _write(timetable: "Timetable", path: Path, *, json: bool) -> None:
    """The calendar file, in place of an older one of ours but of nothing else."""
    from needlework.exchange import ical
    from needlework.records import Reason

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
