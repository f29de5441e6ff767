"""The one folder in which a clinic's data lie, and the secret that is made there once."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path


def data() -> Path:
    """Where this clinic's data lie: NEEDLEWORK_DATA, or `var` in the working folder."""
    return Path(os.environ.get("NEEDLEWORK_DATA") or "var").absolute()


def database() -> Path:
    return data() / "needlework.sqlite3"


def photographs() -> Path:
    return data() / "photographs"


def prepare(folder: Path) -> Path:
    """The folder, made where it is missing, closed to other accounts of the machine."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def secret_key(folder: Path) -> str:
    """
    The clinic's secret, made on first use.

    It is written in full to a file of its own and then linked to its name, which fails when the name is
    taken: of two processes that start at once, both go on with the same complete secret.
    """
    path = folder / "secret-key"
    if not path.exists():
        handle, draft = tempfile.mkstemp(dir=folder, prefix="secret-key-")  # mkstemp makes it 0600
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(64))
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
        finally:
            Path(draft).unlink()
    return path.read_text(encoding="ascii")
