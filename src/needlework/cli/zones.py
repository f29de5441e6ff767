"""needlework zones: the zones of a face, as a file that measure reads and as a picture."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from needlework.cli import answers, models, photographs, tell
from needlework.cli.options import AsJson

if TYPE_CHECKING:
    from needlework.imaging.zones import Found
    from needlework.records.why import Refusal


def zones(
    file: Annotated[Path, typer.Argument(metavar="PHOTO", help="A photograph of a face.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="ZONES.json", help="Write the zones as measure --region reads them."),
    ] = None,
    overlay: Annotated[
        Path | None,
        typer.Option(
            "--overlay", metavar="PICTURE.jpg", help="Write the photograph with its zones drawn in."
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """Find the zones of the one face in a photograph, to be looked at, corrected and measured."""
    from needlework.imaging import zonemap
    from needlework.imaging import zones as imaging
    from needlework.records.why import Refusal

    networks = models.load()
    if isinstance(networks, Refusal):
        raise tell.refused(networks.reasons, json=json)
    photograph = photographs.decoded(photographs.content(file))
    if isinstance(photograph, Refusal):
        raise tell.refused(photograph.reasons, file=str(file), json=json)
    found = imaging.found(photograph, networks)
    if isinstance(found, Refusal):
        raise tell.refused(found.reasons, file=str(file), json=json)
    written = []
    for path, content in (
        (out, lambda: as_file(found)),
        (overlay, lambda: zonemap.drawn(photograph, found)),
    ):
        if path is not None:
            if refusal := _written(path, content()):
                raise tell.refused(refusal.reasons, file=str(path), json=json)
            written.append(str(path))
    if json:
        return tell.as_json(shape(found))
    return _lines(found, written)


def shape(found: "Found") -> tell.Shape:
    """What `zones --json` prints."""
    from needlework.imaging import face as faces
    from needlework.imaging import zones as imaging

    face = found.face
    return {
        "method": f"{faces.METHOD}+{imaging.METHOD}",
        "face": {
            "view": face.view,
            "score": face.score,
            "yaw_deg": face.yaw_deg,
            "pitch_deg": face.pitch_deg,
            "roll_deg": face.roll_deg,
        },
        "zones": [
            {"name": one.name, "zone": imaging.IDS[one.name], "polygon": one.polygon} for one in found.regions
        ],
        "leave_out": [{"name": one.name, "polygon": one.polygon} for one in found.leave_out],
        "unseen": found.unseen,
    }


def as_file(found: "Found") -> bytes:
    """The zones as regions.parse reads them, a line each."""
    import msgspec

    lines = [msgspec.json.encode({"name": one.name, "polygon": one.polygon}) for one in found.regions]
    return b'{"zones": [\n' + b",\n".join(lines) + b"\n]}\n"


def _written(path: Path, content: bytes) -> "Refusal | None":
    """Write a file where there is none: zones that somebody has corrected are not drawn over."""
    from needlework.records.why import Reason, Refusal

    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        return Refusal((Reason("file", "is there already.", "Name another file, or move it."),))
    except OSError as error:
        return answers.unwritable(error, key="file")
    return None


def _lines(found: "Found", written: list[str]) -> None:
    face = found.face
    names = ", ".join(one.name for one in found.regions)
    tell.say(f"{len(found.regions)} zones, seen from the {_seen_from(face.view)}: {names}.", hang=2)
    for one in found.unseen:
        tell.say(f"· {one.problem} {one.do}", hang=2)
    for name in written:
        tell.say(f"Written: {name}")
    tell.say("Left and right are the person's own. Look at them before you measure.")


def _seen_from(view: str) -> str:
    return {"right oblique": "right", "left oblique": "left"}.get(view, view)
