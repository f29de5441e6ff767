"""
`--help` without a detour: typer reads every flag with pydantic, which takes longer to load than all else.

Deletable: with typer's own classes the same help appears, a tenth of a second later.
"""

from typing import Any

from typer.core import TyperCommand, TyperGroup


class Plain:
    """Reads a flag that is true or false already."""

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        return value


class Command(TyperCommand):
    """A command whose help costs nothing."""

    def get_help_option(self, ctx: Any) -> Any:
        return _plain(super().get_help_option(ctx))


class Group(TyperGroup):
    """A group of commands whose help costs nothing."""

    def get_help_option(self, ctx: Any) -> Any:
        return _plain(super().get_help_option(ctx))


def _plain(option: Any) -> Any:
    if option is not None:
        option._runtime_param = Plain()
    return option
