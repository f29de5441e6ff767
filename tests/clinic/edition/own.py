"""Editions of a clinic's own, made from the one that ships: sound, and otherwise in what a test names."""

import io
import re
import zipfile
from datetime import date
from uuid import uuid4

from clinic.charted import NOON
from needlework.protocol import check, load, write

DAY = date(2026, 11, 21)


def sound():
    """The files of the edition that ships, without sources that nobody cites, under a head of their own."""
    files = write.copied(
        load.files(), load.default().edition, id="leaf-street.1", title="Leaf Street", note="Ours.", on=DAY
    )
    uncited = {fault.key for fault in check.check(load.parse(files)) if fault.file == "sources.toml"}
    tables = re.split(r"(?m)^(?=\[)", files["sources.toml"].decode())
    kept = [table for table in tables if (re.match(r"\[(.+?)\]", table) or [0, ""])[1] not in uncited]
    return {**files, "sources.toml": "".join(kept).encode()}


def otherwise(files, file, pattern, new):
    """The same with the first match of a pattern changed; it has to be there."""
    text, count = re.subn(pattern, new, files[file].decode(), count=1, flags=re.MULTILINE)
    assert count == 1, f"{file} no longer holds {pattern}"
    return {**files, file: text.encode()}


def shallower(files, zone, mm):
    """With this zone's cap at so many millimetres."""
    pattern = rf'(\[\[zone\]\]\nid = "{zone}"(?:\n(?!\[\[zone\]\]).*)*?\ncap-mm = )[\d.]+'
    return otherwise(files, "zones.toml", pattern, rf"\g<1>{mm}")


def longer_apart(files, concern, days):
    """With this many days between the sessions for this concern."""
    pattern = rf'(\[\[concern\]\]\nid = "{concern}"(?:\n(?!\[\[concern\]\]).*)*?\ninterval-days = )\d+'
    return otherwise(files, "plan.toml", pattern, rf"\g<1>{days}")


def zipped(files, *, folder="leaf/", how=zipfile.ZIP_DEFLATED):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", how) as archive:
        for name, content in files.items():
            archive.writestr(f"{folder}{name}", content)
    return packed.getvalue()


def kept(files, *, by):
    """The edition as the clinic keeps it."""
    from needlework.clinic.edition import actions
    from needlework.clinic.models.editions import KeptEdition

    made = actions.add(files=files, once=uuid4(), by=by, at=NOON)
    assert isinstance(made, KeptEdition), made
    return made
