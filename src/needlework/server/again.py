"""Try once more what lost a race: of two who write the same at once on PostgreSQL, one is turned away."""

from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase

Found = TypeVar("Found")

LOST = frozenset({"23505", "40001", "40P01"})
"""By PostgreSQL's codes: this key was just written, what was read has changed, two wait for each other."""
TRIES = 3


def tried(act: Callable[[], Found], *, tries: int = TRIES) -> Found:
    """
    What this act comes to. Each try begins from nothing, for an action is one transaction.

    The second of two equal forms finds then that the first was kept, and says so. SQLite has one writer, who
    sees all that was written before: nothing is lost there, and nothing tried again.
    """
    for _n in range(tries - 1):
        try:
            return act()
        except DatabaseError as error:
            if not lost(error):
                raise
    return act()


def lost(error: Exception) -> bool:
    return getattr(error.__cause__, "sqlstate", None) in LOST


class Again:
    """The middleware that answers a form whose transaction lost a race as if it had come a moment later."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        found = request.resolver_match
        if found is None or not lost(error):
            return None
        return tried(
            lambda: found.func(_from_its_beginning(request), *found.args, **found.kwargs), tries=TRIES - 1
        )


def _from_its_beginning(request: HttpRequest) -> HttpRequest:
    """With its files unread, as they came."""
    for _name, files in request.FILES.lists():
        for one in files:
            one.seek(0)
    return request
