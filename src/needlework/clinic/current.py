"""
The edition that the clinic decides by: the last one that a medical director signed.

Before any signature, and where the edition that was signed can no longer be read, it is the one that ships,
unsigned, and every page says so. One short query tells which it is; each edition is parsed once.
"""

import functools
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from itertools import chain
from typing import Any

from django.core import checks
from django.db import DatabaseError
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from needlework.clinic.models.editions import EditionSignature, KeptEdition
from needlework.protocol import load
from needlework.protocol.schema.devices import Device
from needlework.protocol.schema.protocol import Protocol
from needlework.records.plan import Plan

PARSED = 16
"""Editions held in memory: the current one, and those that are being compared."""

_page: ContextVar[list[Protocol] | None] = ContextVar("page", default=None)
"""The edition of the page that is being made, once it was asked for; None where no page is."""


class OneEdition:
    """The middleware by which a page that is only read is of one edition, which is asked for once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = _page.set([] if request.method in {"GET", "HEAD"} else None)
        try:
            return self.get_response(request)
        finally:
            _page.reset(token)


def protocol() -> Protocol:
    """The edition that every new decision is made with."""
    seen = _page.get()
    if seen:
        return seen[0]
    signed = EditionSignature.objects.values_list("digest", flat=True).first()
    found = (known(signed) if signed else None) or load.default()
    if seen is not None:
        seen.append(found)
    return found


def signature() -> EditionSignature | None:
    """The signature under the current edition; None while it is a draft."""
    last = EditionSignature.objects.select_related("created_by").first()
    return last if last and known(last.digest) else None


def known(digest: str) -> Protocol | None:
    """The edition with this digest, shipped or kept; None where there is none, or it cannot be read."""
    if digest == load.default().edition.digest:
        return load.default()
    try:
        return _kept(digest)
    except KeptEdition.DoesNotExist:
        return None


def files(digest: str) -> dict[str, bytes]:
    """The files of an edition, as they came."""
    if digest == load.default().edition.digest:
        return load.files()
    return KeptEdition.objects.get(digest=digest).as_files()


def device(id_: str, first: Protocol) -> Device | None:
    """
    The device as this edition has it, else as the newest other edition that has it.

    What was done with a device stays readable when a later edition no longer lists it.
    """
    for edition in chain((first, load.default()), _others()):
        if edition and (found := next((one for one in edition.devices.device if one.id == id_), None)):
            return found
    return None


def planned(plan: Plan) -> Protocol:
    """
    The edition that a plan was made with, so that what was charted under it keeps its words and numbers.

    The current one where that edition is not kept here, such as an unsigned one of an older program.
    """
    if plan.edition == load.default().edition.mark:
        return load.default()
    digest = KeptEdition.objects.filter(mark=plan.edition).values_list("digest", flat=True).first()
    return (known(digest) if digest else None) or protocol()


def planned_device(plan: Plan) -> Device | None:
    """The device of a plan as the edition of that plan has it: a later edition counts no old dose anew."""
    return device(plan.device, planned(plan))


def _others() -> Iterator[Protocol | None]:
    """The kept editions, newest first; the database is asked only when the first is wanted."""
    for digest in KeptEdition.objects.values_list("digest", flat=True):
        yield known(digest)


@functools.lru_cache(maxsize=PARSED)
def _kept(digest: str) -> Protocol | None:
    """A kept edition; None where this program cannot read it, or it is not what its digest says."""
    try:
        found = load.parse(KeptEdition.objects.get(digest=digest).as_files())
    except load.Faulty:
        return None
    return found if found.edition.digest == digest else None


def faulty(app_configs: Any = None, **rest: Any) -> list[checks.CheckMessage]:
    """Django's system check: an edition that cannot be used. `needlework protocol check` tells all of it."""
    try:
        load.default()
    except load.Faulty as error:
        more = f"{len(error.faults)} faults in all: needlework protocol check"
        return [checks.Error(f"{error.faults[0]}", hint=more, id="needlework.E002")]
    try:
        signed = EditionSignature.objects.first()
    except DatabaseError:
        return []  # no tables yet: nothing is signed
    if signed is None or known(signed.digest):
        return []
    says = (
        f"The edition that was signed last, {signed.edition}, cannot be read by this version of Needlework."
    )
    hint = "The edition that ships is used, unsigned. Mend and add the other: needlework manage edition-add"
    return [checks.Warning(says, hint=hint, id="needlework.W003")]
