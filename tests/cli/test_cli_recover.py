"""needlework recover."""

import json
from datetime import UTC, datetime
from pathlib import Path

import icalendar
import pytest
import time_machine

import cast
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
        "ita_deg": None, "where": [], "covered": False,
    }  # fmt: skip
    make_up = next(hold for hold in timetable["holds"] if hold["id"] == "make-up")
    assert list(make_up) == [
        "id", "title", "tell", "from_at", "until_at", "basis", "sources", "positions", "choice",
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


# ── one moment ───────────────────────────────────────────────────────────────────────────────────────

AT = ("--at", "2026-11-24T02:30+01:00")
"""84 hours after: half of the way from 48 hours to 120."""


def test_a_moment_is_told_with_its_band_phase_open_skin_and_holds() -> None:
    said = needlework(*TREATED, *AT, "--where", "face").stdout
    lines = said.splitlines()
    assert lines[0] == "24 Nov 2026 02:30, 3 days after the last pass."
    assert f"none {'░' * 11}{'·' * 10} as at first" in said
    assert "0 to 50 % as red as in the first hours; gone by 25 Nov 2026 14:30" in said
    assert "Phase    Calming down." in said
    assert "barrier 48 to 72 h" in said and "Longer is possible" in said
    assert "Methods disagree:" in said and "(SCHWARZ2011 B)" in said
    assert "until 27 Nov 2026 14:30  No vitamin C." in said
    assert "No make-up" not in said  # over since the 23rd
    assert "unsigned" in said


def test_a_moment_is_beside_the_timetable_in_json() -> None:
    told_ = told(*TREATED, *AT)
    assert list(told_)[-2:] == ["edition", "outlook"]
    outlook = told_["outlook"]
    assert list(outlook) == [
        "at", "hours", "redness", "phases", "skin", "expectations", "holds", "edition",
    ]  # fmt: skip
    assert (outlook["hours"], outlook["redness"]) == (84.0, {"low": 0.0, "high": 0.5})
    assert list(outlook["skin"]) == ["barrier_h", "channels_h", "longer_than_seen", "why", "evidence"]
    assert "outlook" not in told(*TREATED)
    assert {key: told_[key] for key in told(*TREATED)} == told(*TREATED)


def test_long_after_nothing_is_in_force() -> None:
    said = needlework(*TREATED, "--at", "2028-11-20T14:30+01:00").stdout
    assert "Expected: gone" in said and "Nothing has to be left alone any more." in said
    assert "Phase" not in said


def test_cover_tone_and_site_make_a_difference() -> None:
    def skin(*words: str) -> dict[str, object]:
        shape = told("recover", "--depth-mm", "0.3", "--skin-type", "II", *TREATED[5:], *AT, *words)
        return dict(shape["outlook"]["skin"])

    plain = skin("--where", "arms")
    assert plain["barrier_h"] == [2.0, 72.0]
    assert skin("--where", "arms", "--covered")["barrier_h"] == [24.0, 72.0]
    assert skin("--where", "face")["barrier_h"] == [24.0, 72.0]
    assert skin("--ita-deg", "5")["channels_h"] == [24.0, 86.0]
    assert skin("--ita-deg", "15")["channels_h"] == plain["channels_h"] == [24.0, 77.2]


def test_measured_tone_holds_make_up_off_longer() -> None:
    def until(*words: str) -> str:
        shape = told("recover", "--depth-mm", "0.5", "--skin-type", "II", *TREATED[5:], *words)
        return str(next(one["until_at"] for one in shape["holds"] if one["id"] == "make-up"))

    assert until() == "2026-11-21T14:30:00+01:00"
    assert until("--ita-deg", "-5") == "2026-11-23T14:30:00+01:00"


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (("--ita-deg", "91"), "ita-deg"), (("--ita-deg", "nan"), "ita-deg"),
        (("--where", "face,elbow"), "where"), (("--at", "2026-11-20T14:29+01:00"), "at"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(words: tuple[str, str], key: str) -> None:
    (reason,) = refused(*TREATED, *words)
    assert reason["key"] == key and reason["do"]


# ── a check-in ───────────────────────────────────────────────────────────────────────────────────────


def written(tmp_path: Path, **changed: object) -> Path:
    """A check-in of somebody well but for what is changed; None leaves the question open."""
    given = {**cast.WELL, **{key.replace("_", "-"): value for key, value in changed.items()}}
    lines = [f"{key} = {json.dumps(value)}" for key, value in given.items() if value is not None]
    file = tmp_path / "check-in.toml"
    file.write_text("\n".join(lines))
    return file


def test_a_check_in_says_what_it_calls_for_worst_first(tmp_path: Path) -> None:
    file = written(tmp_path, pus=True, bruise=True)
    said = needlework(*TREATED, *AT, "--check-in", file).stdout
    assert said.startswith("!! Urgent\nTell them: Please call the clinic now.")
    assert said.index("possible infection") < said.index("Bruise within ten days.")
    assert "Bruises fade by themselves" not in said  # nothing reassures beside a red flag
    assert "Normal" not in said
    triage = told(*TREATED, *AT, "--check-in", file)["triage"]
    assert list(triage) == ["urgency", "tell", "signs", "edition"]
    assert (triage["urgency"], [sign["rule"] for sign in triage["signs"]]) == ("urgent", ["pus", "bruise"])


def test_a_check_in_without_complaint_is_expected(tmp_path: Path) -> None:
    said = needlework(*TREATED, *AT, "--check-in", written(tmp_path)).stdout
    assert said.startswith("✓ Expected\nTell them: What you describe is normal")


def test_the_moment_of_a_check_in_counts(tmp_path: Path) -> None:
    file = written(tmp_path, redness="rising")
    early = told(*TREATED, "--at", "2026-11-21T14:30+01:00", "--check-in", file)["triage"]
    late = told(*TREATED, "--at", "2026-11-23T14:30+01:00", "--check-in", file)["triage"]
    assert (early["urgency"], late["urgency"]) == ("self-care", "call-today")


def test_without_a_moment_a_check_in_is_of_now(tmp_path: Path) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 14, 30, tzinfo=UTC), tick=False):
        shape = told(*TREATED, "--check-in", written(tmp_path, redness="rising"))
    assert shape["triage"]["urgency"] == "call-today"
    assert "outlook" not in shape


def test_answers_can_come_from_standard_input() -> None:
    result = needlework(*TREATED, *AT, "--check-in", "-", stdin="breathing-or-face = true")
    assert result.exit_code == 0 and result.stdout.startswith("✕ Emergency")


def test_an_open_question_is_refused_with_the_line_that_would_mend_it(tmp_path: Path) -> None:
    (reason,) = refused(*TREATED, *AT, "--check-in", written(tmp_path, redness=None))
    assert reason["key"] == "redness" and "none, fading, same, rising" in reason["do"]


def test_a_red_flag_does_not_wait_for_the_rest_of_the_form(tmp_path: Path) -> None:
    file = written(tmp_path, fever=True, redness=None)
    triage = told(*TREATED, *AT, "--check-in", file)["triage"]
    assert [sign["rule"] for sign in triage["signs"]] == ["fever", "ask-redness"]


def test_a_refusal_begins_with_the_red_flag(tmp_path: Path) -> None:
    file = written(tmp_path, grey_lips=True, redness="blue", moon="full")
    first, *others = refused(*TREATED, *AT, "--check-in", file)
    assert first["key"] == "check-in" and "emergency" in first["problem"]
    assert first["do"].startswith("Call the emergency services now.")
    assert {one["key"] for one in others} == {"redness", "moon"}
    assert next(one for one in others if one["key"] == "moon")["do"].startswith("Remove it")


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (reason,) = refused(*TREATED, *AT, "--check-in", tmp_path / "nowhere.toml")
    assert reason["key"] == "file"
    broken = tmp_path / "broken.toml"
    broken.write_text("pus = perhaps")
    (reason,) = refused(*TREATED, *AT, "--check-in", broken)
    assert reason["key"] == "file" and "is not TOML" in reason["problem"]
