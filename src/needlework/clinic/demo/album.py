"""
The photographs of the demo's people, drawn on as many cores as there are, two at most.

Nothing here imports Django: the processes that draw start without it.
"""

import io
import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta

from PIL import Image

from needlework.clinic.demo.people import PEOPLE, Photographed, Somebody
from needlework.clinic.demo.portraits import photograph
from needlework.clinic.demo.portraits.face import Face, Visit


def drawn(today: date, *, say: Callable[[str], None]) -> dict[tuple[str, int], bytes]:
    """Every photograph by person and step, drawn two at a time: each takes seconds of one core."""
    wanted = [
        (somebody.key, number, somebody.face, _visit(somebody, step, number, today), step.askew)
        for somebody in PEOPLE
        for number, step in enumerate(somebody.story)
        if isinstance(step, Photographed)
    ]
    found: dict[tuple[str, int], bytes] = {}
    spawn = multiprocessing.get_context("spawn")  # OpenCV's threads do not survive a fork
    with ProcessPoolExecutor(max_workers=min(2, os.cpu_count() or 1), mp_context=spawn) as pool:
        pictures = pool.map(_draw, [(face, visit, askew) for _key, _number, face, visit, askew in wanted])
        for done, ((key, number, *_rest), picture) in enumerate(zip(wanted, pictures, strict=True), start=1):
            found[key, number] = picture
            if done % 4 == 0 or done == len(wanted):
                say(f"  {done:>2} of {len(wanted)}")
    return found


def _visit(somebody: Somebody, step: Photographed, number: int, today: date) -> Visit:
    return Visit(
        taken_on=today - timedelta(days=step.days_ago),
        redness=step.redness,
        wrinkles=step.wrinkles,
        scars=step.scars,
        spots=step.spots,
        seed=100 * somebody.face.seed + number,
    )


def _draw(wanted: tuple[Face, Visit, bool]) -> bytes:
    face, visit, askew = wanted
    picture = photograph.draw(face=face, visit=visit)
    return _askew(picture) if askew else picture


def _askew(picture: bytes) -> bytes:
    """The same photograph from nearer, the camera tilted: what a comparison must refuse."""
    with Image.open(io.BytesIO(picture)) as opened:
        wide, high = opened.size
        turned = opened.rotate(11, resample=Image.Resampling.BICUBIC)
        near = turned.crop((int(0.16 * wide), int(0.16 * high), int(0.84 * wide), int(0.84 * high)))
        out = io.BytesIO()
        near.resize((wide, high), Image.Resampling.BICUBIC).save(out, "JPEG", quality=92)
    return out.getvalue()
