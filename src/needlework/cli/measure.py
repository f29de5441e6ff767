"""needlework measure: what changed between two photographs, and is it more than noise?"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from needlework.cli import comparison, photographs, tell
from needlework.cli.options import AsJson

if TYPE_CHECKING:
    from needlework.cli.photographs import Looked
    from needlework.records.why import Reason

DAYS_MAX = 36_500
BATCH = "With --batch the photographs stand in its CSV: leave out"


def measure(
    before: Annotated[
        Path | None, typer.Argument(metavar="BEFORE", help="The earlier photograph.", show_default=False)
    ] = None,
    after: Annotated[
        Path | None, typer.Argument(metavar="AFTER", help="The later photograph.", show_default=False)
    ] = None,
    region: Annotated[
        str,
        typer.Option(
            "--region",
            metavar="whole|face|FILE.json",
            help="All the skin, the zones of the face, or zones in pixels of BEFORE.",
        ),
    ] = photographs.WHOLE,
    mm_per_px: Annotated[
        float | None,
        typer.Option(
            "--mm-per-px", metavar="X", help="The scale of BEFORE; else of a card, of the irises, or none."
        ),
    ] = None,
    days_before: Annotated[
        int | None,
        typer.Option(
            "--days-before", metavar="N", min=0, max=DAYS_MAX, help="Days from the last session to BEFORE."
        ),
    ] = None,
    days_after: Annotated[
        int | None,
        typer.Option(
            "--days-after", metavar="N", min=0, max=DAYS_MAX, help="Days from the last session to AFTER."
        ),
    ] = None,
    repeat: Annotated[
        list[Path] | None,
        typer.Option(
            "--repeat",
            metavar="FILE",
            help="A photograph of the same skin taken again when BEFORE was, for the person's own noise; "
            "once for each.",
        ),
    ] = None,
    overlay: Annotated[
        Path | None,
        typer.Option("--overlay", metavar="DIR", help="Write the aligned pair and what was counted there."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE.pdf", help="Write a report of one page.")
    ] = None,
    details: Annotated[
        bool, typer.Option("--details", help="Every interval, and what each reading consists of.")
    ] = False,
    batch: Annotated[
        Path | None,
        typer.Option("--batch", metavar="CSV", help="Many pairs, a line each: before,after and more."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="PARQUET", help="Where a batch is written.")
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option("--workers", metavar="N", min=1, max=256, help="Processes of a batch; a core each."),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option("--scheduler", metavar="ADDRESS", help="Measure a batch on the workers of Dask."),
    ] = None,
    json: AsJson = False,
) -> None:
    """
    Compare two photographs of one person: improved, worse, no detectable change, or not comparable.

    Or many pairs: needlework measure --batch PAIRS.csv --out RESULT.parquet
    """
    own = {"--days-before": days_before, "--days-after": days_after, "--repeat": repeat or None,
           "--overlay": overlay, "--report": report}  # fmt: skip
    of_batch = {"--out": out, "--workers": workers, "--scheduler": scheduler}
    if batch:
        _only(BATCH, {"BEFORE": before, "AFTER": after, **own, "--details": details or None})
        if out is None:
            raise typer.BadParameter("A batch needs a file to write: --out RESULT.parquet.")
        if workers and scheduler:
            raise typer.BadParameter("With --scheduler its own workers measure: leave out --workers.")
        from needlework.cli.batch import run

        return run.batch(
            batch, out, region=region, mm_per_px=mm_per_px, workers=workers, scheduler=scheduler, json=json
        )
    _only("Only a batch has", of_batch)
    if before is None or after is None:
        raise typer.BadParameter("Name two photographs, BEFORE and AFTER, or --batch CSV.")
    looked = _looked(
        before, after, region, mm_per_px, (days_before, days_after), repeats=tuple(repeat or ()), json=json
    )
    written = _overlay(overlay, looked, json=json) if overlay else ()
    written += _report(report, looked, (before, after), json=json) if report else ()
    if json:
        return tell.as_json(comparison.shape(looked.comparison, looked.cards, looked.scale))
    from needlework.protocol import load

    comparison.lines(looked.comparison, details=details)
    for line in (*comparison.told(looked.cards, mm_per_px=mm_per_px), *comparison.scale(looked)):
        tell.say(line)
    for name in written:
        tell.say(f"Written: {name}")
    return tell.standing(load.default().edition)


def _only(why: str, given: Mapping[str, object]) -> None:
    """Wrong usage, where something is given that does not go with the rest."""
    if wrong := [name for name, value in given.items() if value is not None]:
        raise typer.BadParameter(f"{why} {', '.join(wrong)}.")


def _looked(
    before: Path,
    after: Path,
    region: str,
    mm_per_px: float | None,
    days_since: tuple[int | None, int | None],
    *,
    repeats: tuple[Path, ...],
    json: bool,
) -> "Looked":
    """The pair, looked at; refused with the names of the files that cannot be used."""
    from needlework.imaging.both import both
    from needlework.protocol import load
    from needlework.records.why import Refusal

    paths = (before, after, *repeats)
    read = [
        *both(photographs.decoded, photographs.content(before), photographs.content(after)),
        *(photographs.decoded(photographs.content(path)) for path in repeats),
    ]
    if unread := [(str(path), one.reasons) for path, one in zip(paths, read, strict=True)
                  if isinstance(one, Refusal)]:  # fmt: skip
        raise tell.refused_files(unread, json=json)
    earlier, later, *again = [one for one in read if not isinstance(one, Refusal)]
    if twice := _twice(paths, [one.sha256 for one in (earlier, later, *again)]):
        raise tell.refused_files(twice, json=json)
    of_file = region not in (photographs.WHOLE, photographs.FACE)
    where = photographs.where(region, photographs.drawn(Path(region)) if of_file else None, earlier)
    if isinstance(where, Refusal):
        raise tell.refused(where.reasons, file=region if of_file else str(before), json=json)
    looked = photographs.look(
        earlier, later, load.default(), where=where, mm_per_px=mm_per_px, days_since=days_since,
        again=dict(zip(map(str, repeats), again, strict=True)),
    )  # fmt: skip
    reasons = looked.comparison.reasons
    if wrong := [replace(one, key="mm-per-px") for one in reasons if one.key == "mm_per_px"]:
        raise tell.refused(wrong, json=json)
    return looked


def _twice(paths: "tuple[Path, ...]", hashes: list[str]) -> "list[tuple[str, tuple[Reason, ...]]]":
    """Repeats that are another of the photographs: a copy would make the noise look smaller than it is."""
    from needlework.records.why import Reason

    why = Reason("repeat", "is the same file as another.", "Name another photograph that was taken again.")
    return [(str(path), (why,)) for n, path in enumerate(paths) if n > 1 and hashes[n] in hashes[:n]]


def _overlay(folder: Path, looked: "Looked", *, json: bool) -> tuple[str, ...]:
    """The pictures of a measurement, never in place of a file that is not ours."""
    from needlework.cli import overlay
    from needlework.records.why import Refusal

    if isinstance(looked.sight, Refusal):
        tell.error(f"Nothing written to {folder}: a pair that cannot be laid on each other has no pictures.")
        return ()
    drawn = overlay.drawn(looked.sight, regions=looked.where.regions)
    written = overlay.write(drawn, folder)
    if isinstance(written, Refusal):
        raise tell.refused(written.reasons, file=str(folder), json=json)
    return written


def _report(file: Path, looked: "Looked", pair: tuple[Path, Path], *, json: bool) -> tuple[str, ...]:
    """The report of a measurement, never in place of a file that is not ours."""
    from needlework.cli import options, report

    if refusal := report.written(file, looked, pair, on=options.today()):
        raise tell.refused(refusal.reasons, file=str(file), json=json)
    return (str(file),)
