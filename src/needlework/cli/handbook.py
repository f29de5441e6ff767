"""
Writes the two documents that are drawn from the program itself: docs/protocol.md and docs/measures.md.

`python -m needlework.cli.handbook` writes them, `--check` says which of them is not current.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from needlework.cli.chapters import edition, measure
from needlework.protocol import load

MEND = "python -m needlework.cli.handbook"


def main(
    docs: Annotated[Path, typer.Option("--docs", metavar="DIR", help="Where the documents stand.")] = Path(
        "docs"
    ),
    check: Annotated[bool, typer.Option("--check", help="Write nothing; name what is not current.")] = False,
) -> None:
    """Write docs/protocol.md and docs/measures.md from the protocol and the catalogue of measures."""
    try:
        stale = {path: text for path, text in documents(docs).items() if not _current(path, text)}
    except load.Faulty as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None
    for path, text in stale.items():
        if check:
            typer.echo(f"{path} is not current. Run: {MEND}", err=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            typer.echo(f"{path} written.")
    if check and stale:
        raise typer.Exit(1)


def documents(docs: Path) -> dict[Path, str]:
    """Each generated document, by where it belongs."""
    from needlework.imaging.catalogue import MEASURES

    protocol = load.default()
    return {
        docs / "protocol.md": _text(edition.protocol(protocol, mend=MEND)),
        docs / "measures.md": _text(measure.measures(MEASURES.values(), protocol, _truth(docs), mend=MEND)),
    }


def _truth(docs: Path) -> measure.Truth:
    """What `make bench-truth` left beside the documents; empty where it was never run."""
    path = docs / "truth.json"
    found: measure.Truth = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return found


def _current(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    typer.run(main)
