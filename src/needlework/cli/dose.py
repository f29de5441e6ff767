"""needlework dose: how many punctures a square centimetre of skin has had."""

import math
from typing import TYPE_CHECKING, Annotated

import typer

from needlework.cli import tell
from needlework.cli.options import AsJson

if TYPE_CHECKING:
    from needlework.protocol.schema import Device
    from needlework.records import Reason


def dose(
    device: Annotated[str, typer.Option("--device", metavar="ID", help="The device, by its id.")],
    area_cm2: Annotated[float, typer.Option("--area-cm2", metavar="X", help="The area needled. [cm²]")],
    seconds: Annotated[float, typer.Option("--seconds", metavar="Y", help="The time of needling. [s]")],
    strokes_per_s: Annotated[
        float | None,
        typer.Option(
            "--strokes-per-s", metavar="Z", help="The stroke rate set; the device's range unless given. [1/s]"
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """Reckon punctures per cm² from a device, an area and a time."""
    from needlework.loop import dose as physics
    from needlework.protocol import load

    protocol = load.default()
    devices = {one.id: one for one in protocol.devices.device}
    known = devices.get(device)
    reasons = tuple(_numbers(area_cm2=area_cm2, seconds=seconds))
    reasons += _unknown(device, tuple(devices)) if known is None else _rate(known, strokes_per_s)
    if reasons or known is None:
        raise tell.refused(reasons, json=json)
    rates = (strokes_per_s, strokes_per_s) if strokes_per_s else known.strokes_per_s or (0.0, 0.0)
    per_cm2 = [
        physics.density(needles=known.needles, strokes_per_s=rate, seconds=seconds, area_cm2=area_cm2)
        for rate in rates
    ]
    if json:
        return tell.as_json(
            {
                "device": known.id,
                "device_name": known.name,
                "needles": known.needles,
                "strokes_per_s": rates,
                "area_cm2": area_cm2,
                "seconds": seconds,
                "per_cm2": per_cm2,
                "basis": known.basis,
                "sources": known.sources,
                "edition": protocol.edition.mark,
            }
        )
    tell.say(f"{_span(per_cm2)} punctures per cm²")
    tell.say(
        f"{known.name}: {known.needles} needles at {_rates(rates)} strokes/s for {seconds:g} s over "
        f"{area_cm2:g} cm² ({tell.cited(known.basis, known.sources)}). "
        "A mean, as if every stroke met fresh skin."
    )
    return tell.standing(protocol.edition)


def _span(ends: "tuple[float, float] | list[float]") -> str:
    """`1,633`, or `1,120 to 1,633`."""
    return " to ".join(dict.fromkeys(tell.number(end) for end in ends))


def _rates(ends: tuple[float, float]) -> str:
    """`116.7`, or `100 to 150`: as the maker writes it, not rounded."""
    return " to ".join(dict.fromkeys(f"{end:g}" for end in ends))


def _numbers(**given: float) -> "list[Reason]":
    from needlework.records import Reason

    return [
        Reason(name.replace("_", "-"), f"is {value:g}.", "Give a number greater than 0.")
        for name, value in given.items()
        if not (math.isfinite(value) and value > 0)
    ]


def _unknown(device: str, known: tuple[str, ...]) -> "tuple[Reason, ...]":
    from needlework.records import Reason

    return (
        Reason("device", f"{device!r} is not a device of this protocol.", f"One of: {', '.join(known)}."),
    )


def _rate(device: "Device", strokes_per_s: float | None) -> "tuple[Reason, ...]":
    """Why the stroke rate cannot be taken: not stated by the maker, or not one that the device has."""
    from needlework.records import Reason

    if strokes_per_s is None:
        if device.strokes_per_s is not None:
            return ()
        problem = f"is needed: no stroke rate of {device.name} was found in its papers."
        return (Reason("strokes-per-s", problem, "Read it off the handpiece and give --strokes-per-s."),)
    low, high = device.strokes_per_s or (1.0, 500.0)
    if math.isfinite(strokes_per_s) and low - 0.1 <= strokes_per_s <= high + 0.1:
        return ()
    return (Reason("strokes-per-s", f"is {strokes_per_s:g}.", f"Give {low:g} to {high:g} strokes/s."),)
