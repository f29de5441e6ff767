"""needlework measure --batch: any end of the program, any number of workers, the same file."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
import pytest

import skins
from cli.run import needlework, refused, told
from needlework.cli.batch import cluster, crew, journal, pairs, progress, table
from needlework.cli.batch.one import Done
from needlework.cli.batch.pairs import Pair
from needlework.records.why import Refusal

LINES = [
    ("id", "before", "after", "region", "mm_per_px", "days_after"),
    ("red", "before.jpg", "after.jpg", "zone.json", skins.MM_PER_PX, 28),
    ("cut", "before.jpg", "cut.jpg", "", "", ""),
    ("back", "after.jpg", "before.jpg", "zone.json", "", ""),
    ("gone", "none.jpg", "after.jpg", "none.json", "", ""),
]


def write(path: Path, lines: list[Any]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)
    return path


@pytest.fixture(scope="module", autouse=True)
def silent() -> Any:
    """However slow the machine, no line of progress on stderr."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(progress, "EVERY_S", 3600.0)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two pairs that can be compared, two that cannot be read, and what one worker makes of them."""
    folder = tmp_path_factory.mktemp("batch")
    before, after = skins.pair(skins.Skin(type="II", seed=3, redness=1.6), 5, redness=0.7)
    (folder / "before.jpg").write_bytes(before)
    (folder / "after.jpg").write_bytes(after)
    (folder / "cut.jpg").write_bytes(after[: len(after) // 2])
    zone = {"name": "cheek", "polygon": [list(point) for point in skins.ZONE]}
    (folder / "zone.json").write_text(json.dumps({"zones": [zone]}))
    write(folder / "pairs.csv", LINES)
    return folder


@pytest.fixture(scope="module")
def one(folder: Path) -> dict[str, Any]:
    """What is said of the whole batch, measured by one worker into one.parquet."""
    result = needlework(*words(folder, "one.parquet"), "--workers", 1, "--json")
    assert result.exit_code == 0, result.output
    said: dict[str, Any] = json.loads(result.stdout)
    return said


def words(folder: Path, out: str) -> tuple[object, ...]:
    return ("measure", "--batch", folder / "pairs.csv", "--out", folder / out)


def test_a_bad_file_has_its_reasons_and_stops_nothing(one: dict[str, Any], folder: Path) -> None:
    assert (one["pairs"], one["measured"], one["compared"], one["without_reading"]) == (4, 4, 2, 2)
    sheet = duckdb.sql(f"SELECT * FROM '{folder / 'one.parquet'}'")
    assert sheet.columns == list(table.COLUMNS)
    rows = [dict(zip(sheet.columns, row, strict=True)) for row in sheet.fetchall()]
    by_pair = {name: list(group) for name, group in groupby(rows, key=lambda row: row["id"])}
    assert list(by_pair) == ["red", "cut", "back", "gone"], "in the order of the CSV"
    redness = next(row for row in by_pair["red"] if row["measure"] == "redness")
    assert (redness["zone"], redness["verdict"], redness["days_after"]) == ("cheek", "improved", 28)
    assert redness["low"] <= redness["change"] <= redness["high"] < 0
    assert [reason["key"] for reason in by_pair["cut"][0]["reasons"]] == ["after.file"]
    assert [reason["key"] for reason in by_pair["gone"][0]["reasons"]] == ["before.file", "region.file"]
    assert by_pair["gone"][0]["before_sha256"] is None
    assert not (folder / "one.parquet.part").exists(), "the journal has served"


def test_two_workers_write_the_same_file(one: dict[str, Any], folder: Path) -> None:
    result = needlework(*words(folder, "two.parquet"), "--workers", 2)
    assert (result.exit_code, result.stderr) == (0, "")
    assert (folder / "two.parquet").read_bytes() == (folder / "one.parquet").read_bytes()
    first, second, *rest = result.stdout.splitlines()
    assert first == "4 pairs: 2 compared, 2 without a reading."
    assert second.startswith("Improved ")
    assert any(line.startswith("· cut: after: The photograph is damaged") for line in rest)


def test_a_cluster_writes_the_same_file(one: dict[str, Any], folder: Path) -> None:
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=1, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=50
    ) as workers:
        said = told(*words(folder, "dask.parquet"), "--scheduler", workers.scheduler_address)
    assert said["measured"] == 4
    assert (folder / "dask.parquet").read_bytes() == (folder / "one.parquet").read_bytes()


def test_what_was_killed_goes_on_where_it_stood(one: dict[str, Any], folder: Path) -> None:
    out, part = folder / "killed.parquet", folder / "killed.parquet.part"
    words_of = [str(word) for word in words(folder, out.name)]
    run = subprocess.Popen(
        [sys.executable, "-m", "needlework.cli", *words_of, "--workers", "1"], stderr=subprocess.PIPE
    )
    until(lambda: part.exists() and part.read_bytes().count(b"\n") >= 2)
    children = Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()
    run.send_signal(signal.SIGKILL)
    run.wait()
    assert run.stderr is not None
    run.stderr.close()
    assert children
    assert not out.exists()
    part.write_bytes(part.read_bytes() + b'{"id": "back", "fing')
    said = told(*words_of)
    assert 0 < said["measured"] < 4
    assert out.read_bytes() == (folder / "one.parquet").read_bytes()
    until(lambda: not any(Path(f"/proc/{child}").exists() for child in children))


def until(holds: Any) -> None:
    """Wait for what another process does."""
    for _ in range(600):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come to pass within a minute")


def test_only_what_is_new_or_changed_is_measured_again(one: dict[str, Any], folder: Path) -> None:
    out = folder / "again.parquet"
    out.write_bytes((folder / "one.parquet").read_bytes())
    assert told(*words(folder, out.name))["measured"] == 0
    assert out.read_bytes() == (folder / "one.parquet").read_bytes()
    longer = write(folder / "longer.csv", [*LINES[:4], ("gone", "cut.jpg", "after.jpg"), ("new", "x", "y")])
    said = told("measure", "--batch", longer, "--out", out)
    assert (said["pairs"], said["measured"], said["without_reading"]) == (5, 2, 3)


# ── workers ──────────────────────────────────────────────────────────────────────────────────────────


def pair(name: str) -> Pair:
    return Pair(name, "before.jpg", "after.jpg", "whole", None, None, None)


def dies_of_two(pair: Pair, known: str) -> Done:
    """Stands for a decoder that takes its process along."""
    if pair.id == "2":
        os._exit(1)
    return Done(known, ({"id": pair.id},))


def test_a_worker_that_dies_takes_no_other_pair_along() -> None:
    tasks = [(pair(str(number)), "known") for number in range(5)]
    came = {pair.id: done for pair, done in crew.run(tasks, workers=2, work=dies_of_two)}
    assert sorted(came) == ["0", "1", "2", "3", "4"]
    assert came["2"].rows[0]["reasons"][0]["key"] == "program"
    assert came["2"].fingerprint == "", "so the next run tries it again"
    assert all(came[name].fingerprint == "known" for name in "0134")


def test_without_the_extra_it_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    (reason,) = refused(*words(folder, "no.parquet"), "--scheduler", "tcp://127.0.0.1:8786")
    assert reason["key"] == "scheduler"
    assert "needlework[batch]" in reason["do"]
    assert not (folder / "no.parquet.part").exists()


@pytest.mark.parametrize("address", ["nonsense", "tcp://127.0.0.1:1", "tcp://127.0.0.1:none"])
def test_a_scheduler_that_is_not_there_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(cluster, "SECONDS", 0.2)
    (reason,) = refused(*words(folder, "no.parquet"), "--scheduler", address)
    assert reason["key"] == "scheduler"
    assert address in reason["problem"]


def test_progress_without_a_terminal_is_a_line_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "EVERY_S", 15.0)
    clock = iter([0.0, 1.0, 20.0, 21.0, 40.0])
    advance = progress.lines(4, clock=lambda: next(clock))
    for _ in range(4):
        advance()
    assert capsys.readouterr().err == "2 of 4 pairs, about a minute left\n"


# ── the list ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_list_may_be_parted_by_semicolons_and_leave_out_what_it_does_not_know(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("\ufeffAfter;Before;MM_per_px\n a.jpg;x/b.jpg;\n\na.jpg;b.jpg;0.2\n")
    found = pairs.read(tmp_path / "list.csv", region="face", mm_per_px=0.1)
    assert found == (
        Pair("1", str(tmp_path / "x/b.jpg"), str(tmp_path / "a.jpg"), "face", 0.1, None, None),
        Pair("2", str(tmp_path / "b.jpg"), str(tmp_path / "a.jpg"), "face", 0.2, None, None),
    )


@pytest.mark.parametrize(
    ("text", "key", "says"),
    [
        (b"", "before", "a column that a batch needs"),
        (b"before,after\n", "file", "no pairs"),
        (b"befor,after\na,b\n", "befor", 'Did you mean "before"?'),
        (b"before,after,mm_per_pixel\na,b,1\n", "mm_per_pixel", 'Did you mean "mm_per_px"?'),
        (b"before,after,before\na,b,c\n", "before", "two columns"),
        (b"before,after\na,\n", "pair 1, after", "names no file"),
        (b"before,after,id\na,b,x\na,b,x\n", "pair 2, id", "an earlier pair"),
        (b"before,after,id\na,b,2\na,b,\n", "pair 2, id", "an earlier pair"),
        (b"before,after,mm_per_px\na,b,\"0,08\"\n", "pair 1, mm_per_px", "0.08"),
        (b"before,after,mm_per_px\na,b,nan\n", "pair 1, mm_per_px", "no scale"),
        (b"before,after,days_after\na,b,-3\n", "pair 1, days_after", "no number of days"),
        (b"before,after,days_after\na,b," + b"9" * 5000 + b"\n", "pair 1, days_after", "no number"),
        (b"before,after\na,b,c\n", "pair 1, columns", "3 cells in 2 columns"),
        (b"before,after\na\0,b\n", "pair 1, before", "names no file"),
        (b'before,after\n"a,b\n', "line 2", "not CSV"),
        (b"before,after\n" + b"a" * 200_000 + b",b\n", "line 2", "not CSV"),
        (b"before,after\n\xe9,b\n", "file", "UTF-8"),
    ],
)  # fmt: skip
def test_a_wrong_list_is_refused_before_anything_is_measured(
    tmp_path: Path, text: bytes, key: str, says: str
) -> None:
    (tmp_path / "list.csv").write_bytes(text)
    found = pairs.read(tmp_path / "list.csv")
    assert isinstance(found, Refusal)
    assert found.reasons[0].key == key
    assert says in f"{found.reasons[0].problem} {found.reasons[0].do}"


def test_many_faults_are_not_told_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("before,after\n" + "a,\n" * 100_000)
    found = pairs.read(tmp_path / "list.csv")
    assert isinstance(found, Refusal)
    assert len(found.reasons) == pairs.FAULTS_MAX + 1


# ── the result and its journal ───────────────────────────────────────────────────────────────────────


def row(name: str, value: float) -> dict[str, Any]:
    empty = dict.fromkeys(table.COLUMNS) | {"reasons": [], "likeness": [], "details": []}
    return empty | {"id": name, "fingerprint": name, "before": value}


def test_a_result_is_read_back_as_it_was_written_wherever_it_lies(tmp_path: Path) -> None:
    odd = tmp_path / "it's [a] *folder?"
    odd.mkdir()
    rows = [row("a", 0.1 + 0.2), row("a", 1 / 3), row("b", 1e-300)]
    assert table.write(odd / "x.parquet", rows) == 3
    assert [name.name for name in odd.iterdir()] == ["x.parquet"]
    assert table.ours(odd / "x.parquet")
    back = list(table.read(odd / "x.parquet"))
    assert [(name, [one["before"] for one in rows]) for name, _, rows in back] == [
        ("a", [0.1 + 0.2, 1 / 3]),
        ("b", [1e-300]),
    ]


def test_a_line_that_was_cut_off_counts_as_not_written(tmp_path: Path) -> None:
    part = tmp_path / "x.part"
    kept = journal.open_at(part)
    assert isinstance(kept, journal.Journal)
    kept.add("a", "1", [row("a", 1.0)])
    kept.add("a", "2", [row("a", 2.0)])
    kept.close()
    whole = part.read_bytes()
    for size in range(len(whole)):
        part.write_bytes(whole[:size])
        again = journal.open_at(part)
        assert isinstance(again, journal.Journal)
        lines = whole[:size].count(b"\n")
        assert again.known("a") == {2: "1"}.get(lines, "")
        again.close()


def test_two_runs_at_once_are_one_too_many(folder: Path) -> None:
    kept = journal.open_at(folder / "busy.parquet.part")
    assert isinstance(kept, journal.Journal)
    (reason,) = refused(*words(folder, "busy.parquet"))
    assert "another run" in reason["problem"]
    kept.close()


def test_nothing_of_somebody_else_is_replaced(folder: Path) -> None:
    for name, content in (("list.parquet", b"a holiday"), ("x.parquet.part", b"a shopping list\n")):
        (folder / name).write_bytes(content)
        (reason,) = refused(*words(folder, name.removesuffix(".part")))
        assert (reason["key"], (folder / name).read_bytes()) == ("out", content)
    duckdb.sql("SELECT 1").write_parquet(str(folder / "theirs.parquet"))
    assert refused(*words(folder, "theirs.parquet"))[0]["key"] == "out"
    (folder / "folder").mkdir()
    assert refused(*words(folder, "folder"))[0]["key"] == "out"
    assert refused(*words(folder, "nowhere/x.parquet"))[0]["key"] == "out"


def test_wrong_usage_of_a_batch_is_two(folder: Path) -> None:
    batch = words(folder, "no.parquet")
    for wrong in (
        batch[:3],
        (*batch, "--overlay", folder),
        (*batch, "--repeat", folder / "before.jpg"),
        (*batch, folder / "before.jpg"),
        (*batch, "--workers", 1, "--scheduler", "tcp://127.0.0.1:8786"),
        ("measure", folder / "before.jpg", folder / "after.jpg", "--workers", 1),
    ):
        assert needlework(*wrong).exit_code == 2
