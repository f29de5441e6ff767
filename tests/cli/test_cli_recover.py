"""needlework recover."""

from datetime import UTC, datetime
from pathlib import Path

import icalendar
import pytest

from cli.run import needlework, refused, told

TREATED = ("recover", "--depth-mm", "1.5", "--skin-type", "IV", "--treated-at", "2026-11-20T14:30+01:00")


def test_the_days_are_told_in_order() -> None:
    said = needlework(*TREATED).stdout
    lines = said.splitlines()
    assert lines[0].startswith("Redness is expected to be gone by 2")
    assert "next session from 18 Dec 2026" in lines[0]
    days = [int(line.split()[1]) for line in lines if line.startswith("Day ")]
    assert days[0] == 0 and days == sorted(set(days))
    assert "  14:30  No make-up, until 23 Nov 2026 14:30." in said
    assert "Ends: No make-up" in said
    assert "cited: EXCEED-IFU (grade A" in said
    assert "unsigned" in said


def test_json_is_the_timetable() -> None:
    timetable = told(*TREATED)
    assert list(timetable) == [
        "treatment", "expectations", "holds", "redness_gone_by", "next_session_from", "edition",
    ]  # fmt: skip
    assert timetable["treatment"] == {
        "treated_at": "2026-11-20T14:30:00+01:00", "deepest_mm": 1.5, "skin_type": "IV",
    }  # fmt: skip
    make_up = next(hold for hold in timetable["holds"] if hold["id"] == "make-up")
    assert list(make_up) == [
        "id", "title", "tell", "from_at", "until_at", "basis", "sources", "positions",
    ]  # fmt: skip
    assert make_up["until_at"] == "2026-11-23T14:30:00+01:00"


def test_depth_and_skin_type_make_a_difference() -> None:
    def until(depth: str, skin_type: str, hold: str) -> str:
        words = ("recover", "--depth-mm", depth, "--skin-type", skin_type, *TREATED[5:])
        return str(next(one["until_at"] for one in told(*words)["holds"] if one["id"] == hold))

    assert until("0.5", "II", "make-up") < until("1.5", "II", "make-up")
    assert until("1.5", "II", "wear-sunscreen") < until("1.5", "V", "wear-sunscreen")


def test_a_moment_without_an_offset_is_on_this_computers_clock() -> None:
    treated_at = told(*TREATED[:5], "--treated-at", "2026-11-20T14:30")["treatment"]["treated_at"]
    assert datetime.fromisoformat(treated_at) == datetime(2026, 11, 20, 14, 30).astimezone()


def test_the_calendar_is_written_and_renewed_but_nothing_else_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "recovery.ics"
    assert f"Calendar written to {file}." in needlework(*TREATED, "--ics", file).stdout.replace("\n", " ")
    first = icalendar.Calendar.from_ical(file.read_bytes())
    assert needlework(*TREATED, "--ics", file).exit_code == 0
    again = icalendar.Calendar.from_ical(file.read_bytes())
    assert [event["uid"] for event in first.events] == [event["uid"] for event in again.events]
    ends = {str(event["summary"]): event.start for event in first.events}
    assert ends["Ends: No make-up"] == datetime(2026, 11, 23, 13, 30, tzinfo=UTC)

    letter = tmp_path / "letter.ics"
    letter.write_text("Dear all")
    (reason,) = refused(*TREATED, "--ics", letter)
    assert reason["file"] == str(letter) and "not a calendar of Needlework" in reason["problem"]
    assert letter.read_text() == "Dear all"


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (reason,) = refused(*TREATED, "--ics", tmp_path / "nowhere" / "recovery.ics")
    assert reason["key"] == "ics"


@pytest.mark.parametrize("depth", ["0", "-1", "5.1", "nan", "inf"])
def test_an_impossible_depth_is_refused(depth: str) -> None:
    (reason,) = refused("recover", "--depth-mm", depth, *TREATED[3:])
    assert reason["key"] == "depth-mm"


def test_a_year_out_of_the_calendar_is_refused() -> None:
    (reason,) = refused(*TREATED[:5], "--treated-at", "9999-12-31T23:00+00:00")
    assert reason["key"] == "treated-at"


@pytest.mark.parametrize(
    "words",
    [
        ("recover", "--depth-mm", "1", "--skin-type", "VII", *TREATED[5:]),
        ("recover", "--depth-mm", "deep", *TREATED[3:]),
        (*TREATED[:5], "--treated-at", "2026-02-30T10:00"),
        (*TREATED[:5], "--treated-at", "0001-01-01T00:00"),
        TREATED[:5],
    ],
)
def test_wrong_usage_of_recover_is_two(words: tuple[str, ...]) -> None:
    result = needlework(*words)
    assert (result.exit_code, result.stdout) == (2, "")
