"""The sender's own key of a form, so that what is sent twice is kept once; and a refusal shown in a form."""

from uuid import UUID

from django import forms
from django.http import HttpRequest
from uuid_utils.compat import uuid7

from needlework.records import Refusal


def of(request: HttpRequest) -> UUID:
    """The key that came with the form, or a fresh one where none or nonsense came."""
    try:
        return UUID(request.POST.get("once", ""))
    except ValueError:
        return uuid7()


def refused(form: forms.BaseForm, refusal: Refusal) -> None:
    """Each reason at its field, or on top of the form where it belongs to none."""
    for reason in refusal.reasons:
        field = reason.key if reason.key in form.fields else None
        words = f"{reason.problem} {reason.do}".strip()
        form.add_error(field, words if field else f"{reason.key}: {words}")
