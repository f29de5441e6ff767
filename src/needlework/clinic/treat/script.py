"""
A session's chart for the script of its own page: what is charted, and the answer to one entry.

The same address answers a browser with the page and a script with JSON; there is one way to chart.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token

from needlework.clinic.models.treatment import Session, SessionEntry
from needlework.clinic.treat.forms import EntryForm
from needlework.records.why import Refusal


def standing(request: HttpRequest, session: Session) -> HttpResponse:
    """Which entries are in the clinic, by their keys, and what the next one has to bring along."""
    entries = session.entries.select_related("created_by")
    return _said(
        {
            "by": str(request.user.pk),
            "token": get_token(request),
            "entries": [_entry(entry) for entry in entries],
            "signed": any(entry.kind == "signed" for entry in entries),
        }
    )


def charted(entry: SessionEntry) -> HttpResponse:
    """It is on the clinic's disk."""
    return _said({"charted": _entry(entry)}, status=201)


def refused(form: EntryForm, reasons: Refusal | None = None) -> HttpResponse:
    """It was not charted, and why; the tablet keeps it."""
    told = reasons.reasons if reasons else ()
    said = [{"key": one.key, "problem": one.problem, "do": one.do} for one in told]
    said += [
        {"key": name, "problem": " ".join(str(error) for error in errors), "do": ""}
        for name, errors in form.errors.items()
        if not told
    ]
    return _said({"refused": said}, status=422)


def of_another(name: str) -> HttpResponse:
    """It was made by somebody else than who is signed in: only they can send it."""
    return _said({"of_another": True, "signed_in": name}, status=409)


def _entry(entry: SessionEntry) -> dict[str, Any]:
    return {
        "once": str(entry.once),
        "number": entry.number,
        "kind": entry.kind,
        "at": entry.at.isoformat(),
        "received_at": entry.created_at.isoformat(),
        "by": entry.created_by.full_name if entry.created_by else "",
        "data": entry.data,
    }


def _said(what: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return JsonResponse(what, status=status)
