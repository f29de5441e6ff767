"""
The sender's own key of a form, so that what is sent twice is kept once; and a refusal shown in a form.

Each action asks `kept` or `sent_before` before it looks at anything else: first the key is held, then it is
looked for, then what was asked is judged. Whoever judges sooner refuses the second of two equal forms by what
the first one wrote.
"""

from collections.abc import Collection
from typing import TypeVar
from uuid import UUID

from django import forms
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from needlework.clinic import audit
from needlework.clinic.models.once import SentOnce
from needlework.records.why import Reason, Refusal

Row = TypeVar("Row", bound=SentOnce)
Kept = TypeVar("Kept", bound=Model)


def of(request: HttpRequest) -> UUID:
    """The key that came with the form, or a fresh one where none or nonsense came."""
    try:
        return UUID(request.POST.get("once", ""))
    except ValueError:
        return uuid7()


def kept(model: type[Kept], once: UUID) -> Kept | None:
    """
    What was kept under this key; None where it is new, and then nobody else brings it until the end.

    Who brought the same key a moment sooner is waited for, and what they kept is found.
    """
    audit.hold(once)
    return model._default_manager.filter(once=once).first()


def sent_before(row: Row, *, but: Collection[str] = ()) -> Row | Refusal | None:
    """
    What was kept under this row's key: the same row, sent again; or a refusal where it said something else.

    None where the key is new. `but` are the fields that the sender does not say: when, and what follows from
    the rows that were there.
    """
    before = kept(type(row), row.once)
    if before is None:
        return None
    left = {"id", "created_at", "created_by", *but}
    said = [field for field in row._meta.concrete_fields if field.name not in left]
    same = all(
        field.to_python(getattr(row, field.attname)) == getattr(before, field.attname) for field in said
    )
    return before if same else used()


def used() -> Refusal:
    """The key that came belongs to something else: nothing may pass for kept that is not."""
    words = _("was sent before, with something else in it. Nothing was changed.")
    return Refusal(
        (Reason("form", words, _("Open the page again, and send this once more if it is missing.")),)
    )


def refused(form: forms.BaseForm, refusal: Refusal) -> None:
    """Each reason at its field, or on top of the form where it belongs to none."""
    for reason in refusal.reasons:
        field = reason.key if reason.key in form.fields else None
        words = f"{reason.problem} {reason.do}".strip()
        form.add_error(field, words if field else f"{reason.key}: {words}")
