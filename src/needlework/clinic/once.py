"""The sender's own key of a form, so that what is sent twice is kept once; and a refusal shown in a form."""

from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from needlework.records.why import Reason, Refusal


def of(request: HttpRequest) -> UUID:
    """The key that came with the form, or a fresh one where none or nonsense came."""
    try:
        return UUID(request.POST.get("once", ""))
    except ValueError:
        return uuid7()


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
