"""What is sent while it is made, when the request is over: its days are those of the request all the same."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from django.utils import timezone

Part = TypeVar("Part", str, bytes)


def here(parts: Iterable[Part]) -> Iterator[Part]:
    """These parts, each made in the time zone in which this was called."""
    return _made(iter(parts), timezone.get_current_timezone())


def _made(parts: Iterator[Part], zone: object) -> Iterator[Part]:
    while True:
        with timezone.override(zone):  # type: ignore[arg-type]
            part = next(parts, None)
        if part is None:
            return
        yield part
