"""needlework dose: how many punctures a square centimetre of skin has had, and how evenly they lie."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from needlework.cli import tell
from needlework.cli.options import AsJson

if TYPE_CHECKING:
    from needlework.loop.glide import Laid
    from needlework.loop.gliding import Gliding
    from needlework.protocol.schema.devices import Device, Drum
    from needlework.protocol.schema.plan import Glide
    from needlework.records.dose import Spread
    from needlework.records.why import Reason

STEPS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
"""Where the lines of the histogram begin, as shares of the target."""
MOST = 1e6
"""Of seconds, of square centimetres, of punctures on each of them: more is a slip of the hand."""
MOST_PASSES = 100
BAR = 30


def dose(
    device: Annotated[str, typer.Option("--device", metavar="ID", help="The device, by its id.")],
    area_cm2: Annotated[float, typer.Option("--area-cm2", metavar="X", help="The area needled. [cm²]")],
    seconds: Annotated[
        float | None, typer.Option("--seconds", metavar="Y", help="The time of needling, for a pen. [s]")
    ] = None,
    passes: Annotated[
        int | None,
        typer.Option("--passes", metavar="N", help="Passes; for a pen without --seconds at the usual speed."),
    ] = None,
    strokes_per_s: Annotated[
        float | None,
        typer.Option(
            "--strokes-per-s", metavar="Z", help="The stroke rate set; the device's range unless given. [1/s]"
        ),
    ] = None,
    target_per_cm2: Annotated[
        float | None,
        typer.Option(
            "--target-per-cm2", metavar="D", help="A dose aimed at: says how long it takes. [1/cm²]"
        ),
    ] = None,
    simulate: Annotated[
        bool, typer.Option("--simulate", help="Draw the pen over the zone, line by line, and count.")
    ] = False,
    aspect: Annotated[
        float, typer.Option("--aspect", metavar="A", help="Length of the simulated zone by its height.")
    ] = 1.5,
    overlap: Annotated[
        float | None, typer.Option("--overlap", metavar="S", help="Overlap of the lines, 0 to 0.9.")
    ] = None,
    speed_spread: Annotated[
        float | None, typer.Option("--speed-spread", metavar="S", help="Spread of the speed, 0 to 1.")
    ] = None,
    wander_cm: Annotated[
        float | None, typer.Option("--wander-cm", metavar="W", help="How far lines lie off. [cm]")
    ] = None,
    overrun_cm: Annotated[
        float | None, typer.Option("--overrun-cm", metavar="R", help="How far lines run on. [cm]")
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", help="The same seed draws the same hand again.")
    ] = 1,
    json: AsJson = False,
) -> None:
    """Reckon punctures per cm² from a device, an area and a time or passes; simulate how evenly they lie."""
    from needlework.protocol import load

    if seconds is None and passes is None and target_per_cm2 is None:
        raise typer.BadParameter("Give --seconds, --passes or --target-per-cm2.")
    protocol = load.default()
    devices = {one.id: one for one in protocol.devices.device}
    known = devices.get(device)
    reasons = [*_numbers(area_cm2=area_cm2, seconds=seconds, target_per_cm2=target_per_cm2)]
    reasons += _counted(passes)
    if known is None:
        reasons += _unknown(device, devices)
        raise tell.refused(reasons, json=json)
    usual = protocol.plan.glide
    hand = replace(
        usual,
        overlap=usual.overlap if overlap is None else overlap,
        speed_spread=usual.speed_spread if speed_spread is None else speed_spread,
        wander_cm=usual.wander_cm if wander_cm is None else wander_cm,
        overrun_cm=usual.overrun_cm if overrun_cm is None else overrun_cm,
    )
    reasons += _against(known, seconds=seconds, strokes_per_s=strokes_per_s, simulate=simulate)
    if reasons or known.needles is None:
        raise tell.refused(reasons, json=json)
    shape: tell.Shape = {
        "device": known.id,
        "device_name": known.name,
        "needles": known.needles,
        "strokes_per_s": None,
        "area_cm2": area_cm2,
        "seconds": seconds,
        "per_cm2": None,
        "passes": passes,
        "target_per_cm2": target_per_cm2,
        "seconds_for_target": None,
        "passes_for_target": None,
        "basis": known.basis,
        "sources": known.sources,
        "simulated": None,
        "edition": protocol.edition.mark,
    }
    if known.drum is not None:
        shape |= _rolled(known.needles, known.drum, passes, target_per_cm2)
        said = _words_of_roller(known, shape)
    else:
        rates = (strokes_per_s, strokes_per_s) if strokes_per_s else known.strokes_per_s or (0.0, 0.0)
        shape |= _drawn(known.needles, rates, shape, hand)
        said = _words_of_pen(known, shape, hand)
    if simulate:
        gliding = _gliding(known.needles, shape, hand, aspect)
        drawn = _simulated(gliding, target_per_cm2 or gliding.closed_form_per_cm2, seed, json=json)
        shape["simulated"] = drawn
    if json:
        return tell.as_json(shape)
    for line in said:
        tell.say(line)
    if simulate:
        _picture(shape["simulated"])
    return tell.standing(protocol.edition)


# ── reckoned ─────────────────────────────────────────────────────────────────────────────────────────


def _rolled(needles: int, drum: "Drum", passes: int | None, target_per_cm2: float | None) -> tell.Shape:
    from needlework.loop import dose as physics

    once = physics.density_per_roll(needles=needles, diameter_cm=drum.diameter_cm, width_cm=drum.width_cm)
    return {
        "per_cm2": [once * passes] * 2 if passes else None,
        "passes_for_target": math.ceil(target_per_cm2 / once - 1e-9) if target_per_cm2 else None,
    }


def _drawn(needles: int, rates: tuple[float, float], shape: tell.Shape, hand: "Glide") -> tell.Shape:
    """A pen by its time, else by passes at the speed that the edition assumes."""
    from needlework.loop import dose as physics

    area, seconds, target = shape["area_cm2"], shape["seconds"], shape["target_per_cm2"]
    if seconds is None and shape["passes"] is not None:
        seconds = physics.seconds_for(
            passes=shape["passes"],
            area_cm2=area,
            speed_cm_per_s=hand.speed_cm_per_s,
            width_cm=hand.width_cm,
        )
    per_cm2 = [
        physics.density(needles=needles, strokes_per_s=rate, seconds=seconds, area_cm2=area)
        for rate in rates
        if seconds is not None
    ]
    takes = [
        physics.seconds_for_target(target_per_cm2=target, area_cm2=area, needles=needles, strokes_per_s=rate)
        for rate in rates
        if target is not None
    ]
    return {
        "strokes_per_s": rates,
        "seconds": seconds,
        "per_cm2": per_cm2 or None,
        "seconds_for_target": takes[::-1] or None,
    }


def _words_of_roller(device: "Device", shape: tell.Shape) -> Iterator[str]:
    drum = device.drum
    if shape["per_cm2"]:
        yield f"{tell.number(shape['per_cm2'][0])} punctures per cm²"
    if shape["passes_for_target"]:
        yield f"{shape['passes_for_target']} passes for {tell.number(shape['target_per_cm2'])} per cm²"
    if drum is not None:
        passes = f"{shape['passes'] or 1} {'pass' if (shape['passes'] or 1) == 1 else 'passes'}"
        yield (
            f"{device.name}: {passes} of {device.needles} needles on a drum of {drum.diameter_cm:g} cm × "
            f"{drum.width_cm:g} cm ({tell.cited(device.basis, device.sources)}). A mean, for a drum that "
            "rolls and does not slide; neither time nor area matters."
        )


def _words_of_pen(device: "Device", shape: tell.Shape, hand: "Glide") -> Iterator[str]:
    if shape["per_cm2"]:
        yield f"{_span(shape['per_cm2'])} punctures per cm²"
    if shape["seconds_for_target"]:
        aim = tell.number(shape["target_per_cm2"])
        yield f"{_span(shape['seconds_for_target'])} s for {aim} per cm², if every stroke meets fresh skin"
    timed = f" for {shape['seconds']:g} s" if shape["seconds"] is not None else ""
    yield (
        f"{device.name}: {device.needles} needles at {_rates(shape['strokes_per_s'])} strokes/s{timed} over "
        f"{shape['area_cm2']:g} cm² ({tell.cited(device.basis, device.sources)}). "
        "A mean, as if every stroke met fresh skin."
    )
    if shape["passes"] is not None:
        speed = shape["passes"] * shape["area_cm2"] / (shape["seconds"] * hand.width_cm)
        count = f"{shape['passes']} {'pass' if shape['passes'] == 1 else 'passes'}"
        yield f"{count} in lines {hand.width_cm:g} cm wide, at {speed:.3g} cm/s."


# ── simulated ────────────────────────────────────────────────────────────────────────────────────────


def _gliding(needles: int, shape: tell.Shape, hand: "Glide", aspect: float) -> "Gliding":
    """The pen at its slowest rate, in as many passes as fill the time where their number is not given."""
    from needlework.loop.gliding import Gliding

    area = shape["area_cm2"]
    seconds = shape["seconds"] or shape["seconds_for_target"][1]
    usual = seconds * hand.speed_cm_per_s * hand.width_cm / area
    passes = shape["passes"] or max(1, round(min(usual, MOST_PASSES)))
    speed = passes * area / (seconds * hand.width_cm)
    return Gliding(
        needles=needles,
        strokes_per_s=shape["strokes_per_s"][0],
        passes=passes,
        area_cm2=area,
        glide=replace(hand, speed_cm_per_s=speed),
        aspect=aspect,
    )


def _simulated(gliding: "Gliding", target_per_cm2: float, seed: int, *, json: bool) -> tell.Shape:
    import msgspec

    from needlework.loop import glide
    from needlework.loop.gliding import words

    if reasons := glide.reasons_against(gliding, seed=seed):
        raise tell.refused(reasons, json=json)
    laid = glide.lay(gliding, seed=seed)
    spread = glide.spread(laid, gliding, target_per_cm2=target_per_cm2)
    return {
        **msgspec.to_builtins(spread, str_keys=True),
        "passes": gliding.passes,
        "seconds": laid.strokes / gliding.strokes_per_s,
        "seed": seed,
        "histogram": list(_histogram(laid, spread)),
        "assumes": words(gliding, cell_cm=spread.cell_cm),
    }


def _histogram(laid: "Laid", spread: "Spread") -> Iterator[tell.Shape]:
    from needlework.loop import glide

    edges = tuple(step * spread.target_per_cm2 for step in STEPS)
    shares = glide.shares(laid, edges_per_cm2=edges)
    for low, high, share in zip(edges, (*edges[1:], None), shares, strict=True):
        yield {"from_per_cm2": low, "to_per_cm2": high, "share": share}


def _picture(drawn: tell.Shape) -> None:
    """The simulation in words, as a histogram, and what it takes for granted."""
    at = drawn["percentiles_per_cm2"]
    target = tell.number(drawn["target_per_cm2"])
    tell.say()
    tell.say(
        f"Simulated: {tell.number(drawn['mean_per_cm2'])} per cm² on average, "
        f"{tell.number(drawn['closed_form_per_cm2'])} if every line met its neighbour exactly."
    )
    tell.say(
        f"{_share(drawn['under'])} of the zone has less than half of {target} per cm², "
        f"{_share(drawn['over'])} more than twice as much."
    )
    tell.say(
        f"Half of the zone lies between {tell.number(at['25'])} and {tell.number(at['75'])}, around "
        f"{tell.number(at['50'])}; a twentieth below {tell.number(at['5'])}, a twentieth above "
        f"{tell.number(at['95'])}."
    )
    tell.say()
    most = max(line["share"] for line in drawn["histogram"])
    tell.table(
        ("per cm²", "of the zone", ""),
        [
            (
                f"{tell.number(line['from_per_cm2'])} to {tell.number(line['to_per_cm2'])}"
                if line["to_per_cm2"] is not None
                else f"{tell.number(line['from_per_cm2'])} and more",
                _share(line["share"]),
                "█" * math.ceil(BAR * line["share"] / most),
            )
            for line in drawn["histogram"]
        ],
        right=frozenset({0, 1}),
    )
    tell.say()
    for sentence in drawn["assumes"]:
        tell.say(f"· {sentence}", hang=2)
    tell.say(
        f"· {drawn['punctures']:,} punctures in {drawn['seconds']:.1f} s, overlap and edges included; drawn "
        f"with seed {drawn['seed']}.",
        hang=2,
    )


def _share(share: float) -> str:
    """`0 %`, `less than 1 %`, `12 %`."""
    return "less than 1 %" if 0 < share < 0.005 else f"{100 * share:.0f} %"


# ── words and refusals ───────────────────────────────────────────────────────────────────────────────


def _span(ends: "tuple[float, float] | list[float]") -> str:
    """`1,633`, or `1,120 to 1,633`."""
    return " to ".join(dict.fromkeys(tell.number(end) for end in ends))


def _rates(ends: tuple[float, float]) -> str:
    """`116.7`, or `100 to 150`: as the maker writes it, not rounded."""
    return " to ".join(dict.fromkeys(f"{end:g}" for end in ends))


def _numbers(**given: float | None) -> "Iterator[Reason]":
    from needlework.records.why import Reason

    for name, value in given.items():
        if value is not None and not 0 < value <= MOST:
            problem, most = f"is {value:g}.", f" and at most {MOST:,.0f}" if value > MOST else ""
            yield Reason(name.replace("_", "-"), problem, f"Give a number greater than 0{most}.")


def _counted(passes: int | None) -> "Iterator[Reason]":
    from needlework.records.why import Reason

    if passes is not None and not 1 <= passes <= MOST_PASSES:
        yield Reason("passes", f"is {passes}.", f"Give 1 to {MOST_PASSES}.")


def _unknown(device: str, known: "Iterable[str]") -> "Iterator[Reason]":
    from needlework.records.why import Reason

    yield Reason("device", f"{device!r} is not a device of this protocol.", f"One of: {', '.join(known)}.")


def _against(
    device: "Device", *, seconds: float | None, strokes_per_s: float | None, simulate: bool
) -> "Iterator[Reason]":
    """What this device cannot be asked."""
    from needlework.records.why import Reason

    if device.needles is None:
        problem = f"has no dose: how many needles {device.name} has was not seen in its papers."
        yield Reason(
            "device", problem, "Count them on the pack, and add the device to your clinic's edition."
        )
    elif device.kind == "roller" and device.drum is None:
        problem = f"has no dose: the drum of {device.name} was not measured in its papers."
        yield Reason("device", problem, "Measure it, and add the roller to your clinic's edition.")
    elif device.kind == "roller":
        for key, given in (("seconds", seconds), ("strokes-per-s", strokes_per_s)):
            if given is not None:
                yield Reason(key, "does not matter: a roller is counted by passes.", "Give --passes instead.")
        if simulate:
            problem = "knows pens alone: how the rows of a roller meet was not seen."
            yield Reason("simulate", problem, "Leave it out; the mean stands without it.")
    else:
        yield from _rate(device, strokes_per_s)


def _rate(device: "Device", strokes_per_s: float | None) -> "Iterator[Reason]":
    """Why the stroke rate cannot be taken: not stated by the maker, or not one that the device has."""
    from needlework.records.why import Reason

    low, high = device.strokes_per_s or (1.0, 500.0)
    if strokes_per_s is None:
        if device.strokes_per_s is None:
            problem = f"is needed: no stroke rate of {device.name} was found in its papers."
            yield Reason("strokes-per-s", problem, "Read it off the handpiece and give --strokes-per-s.")
    elif not (math.isfinite(strokes_per_s) and low - 0.1 <= strokes_per_s <= high + 0.1):
        yield Reason("strokes-per-s", f"is {strokes_per_s:g}.", f"Give {low:g} to {high:g} strokes/s.")
