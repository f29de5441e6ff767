"""
The command line: one thin module a stage, each over the functions that the pages use.

What is heavy (arrays, the protocol, JSON) is imported inside the commands, so that help is instant. The
entry point stands in `server`, which adds the commands of the clinic to `app`.
"""

import sys
from typing import Any

import typer

from needlework.cli import (
    card,
    dose,
    forecast,
    helpflag,
    measure,
    models,
    numb,
    photo,
    plan,
    protocol,
    recover,
    screen,
    zones,
)

FAULT_OF_OURS = 70
"""Exit status when Needlework itself is broken, kept apart from 1 refused and 2 wrong usage."""


class Quiet(helpflag.Group):
    """Ends every command without a traceback, whatever happens in it."""

    def invoke(self, ctx: Any) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")  # a terminal without ✓ shows a ?, and goes on
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()  # a closed pipe shows here, where it can still be met quietly
        except (BrokenPipeError, KeyboardInterrupt):
            raise  # typer ends both without a word
        except Exception as error:
            if hasattr(error, "exit_code"):
                raise  # typer's own ways to end: usage, refusal, help
            raise self._ours(error) from error
        return result

    def _ours(self, error: Exception) -> typer.Exit:
        """What to say of a fault in the program: where it stands, and that it is not the reader's."""
        import traceback

        if faults := getattr(error, "faults", ()):
            typer.echo(f"refused: the protocol cannot be used: {faults[0]}", err=True)
            typer.echo("needlework protocol check names every fault.", err=True)
            return typer.Exit(1)
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{frame.filename.rpartition('/')[2]}:{frame.lineno}"
        typer.echo(
            f"needlework: a fault of the program, not of what you gave it ({place}: "
            f"{type(error).__name__}: {error}). Nothing was changed. Please report this line.",
            err=True,
        )
        return typer.Exit(FAULT_OF_OURS)


app = typer.Typer(
    cls=Quiet,
    name="needlework",
    help="The open clinic system for microneedling: screen, plan, treat, recover, measure, learn.",
    epilog="Exit status: 0 done, 1 refused with reasons, 2 wrong usage.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

app.command("screen", cls=helpflag.Command, short_help="May we treat this person, here, today?")(
    screen.screen
)
app.command("plan", cls=helpflag.Command, short_help="Which course, how deep, how often?")(plan.plan)
app.command("dose", cls=helpflag.Command, short_help="How many punctures per cm²?")(dose.dose)
app.command("numb", cls=helpflag.Command, short_help="How much numbing cream, and what is against it?")(
    numb.numb
)
app.command("recover", cls=helpflag.Command, short_help="What is normal, what to leave alone?")(
    recover.recover
)
app.command("measure", cls=helpflag.Command, short_help="What changed, and is it more than noise?")(
    measure.measure
)
app.command("forecast", cls=helpflag.Command, short_help="What may be expected, from published trials?")(
    forecast.forecast
)
app.command("card", cls=helpflag.Command, short_help="The card for scale and colour, to be printed.")(
    card.card
)
app.command("zones", cls=helpflag.Command, short_help="Where are the zones of a face?")(zones.zones)
app.command("models", cls=helpflag.Command, short_help="Fetch the networks that find a face.")(models.models)
app.add_typer(photo.app, name="photo", cls=helpflag.Group, short_help="Is a photograph good enough?")
app.add_typer(protocol.app, name="protocol")
