"""Phrases that a note is put together from with a finger: the clinic's own, or those that ship."""

from collections.abc import Sequence
from datetime import datetime

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from needlework.clinic import access
from needlework.clinic.models.people import User
from needlework.clinic.models.treatment import NotePhrases

SHIPPED = (
    _("Tolerated well, no pause."),
    _("Pause at the patient’s wish, then went on."),
    _("Skin cleansed anew before going on."),
    _("Less pressure over bone."),
    _("Left out a mole, a lesion or a tattoo, as marked."),
    _("Set less deep than planned: "),
    _("Redness even, no bleeding."),
    _("Pinpoint bleeding, even, wiped with sterile saline."),
    _("Bruise seen, cooled."),
    _("Aftercare explained, questions answered."),
    _("Somebody was with the patient: "),
    _("Photographs taken before and after."),
)
MOST, LONGEST = 40, 160


def now() -> list[str]:
    """The clinic's own list, else the shipped one."""
    own = NotePhrases.objects.first()
    return list(own.phrases) if own else [str(one) for one in SHIPPED]


class PhrasesForm(forms.Form):
    phrases = forms.CharField(
        label=_("Phrases, one a line"), required=False, max_length=MOST * LONGEST,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_("A tap puts one into the note. Left empty, the shipped ones are shown. Name no patient."),
    )  # fmt: skip

    def clean_phrases(self) -> list[str]:
        lines = dict.fromkeys(line.strip() for line in self.cleaned_data["phrases"].splitlines())
        found = [line for line in lines if line]
        if len(found) > MOST or any(len(line) > LONGEST for line in found):
            words = _("Give %(most)d phrases at most, of %(longest)d characters each.")
            raise forms.ValidationError(words % {"most": MOST, "longest": LONGEST})
        return found


@transaction.atomic
def keep(*, phrases: Sequence[str], by: User, at: datetime) -> NotePhrases:
    """The clinic's list from now on. What was charted with another stays as it is."""
    row = NotePhrases(phrases=list(phrases) or [str(one) for one in SHIPPED], created_by=by, created_at=at)
    row.save()
    return row


@require_http_methods(["GET", "POST"])
@access.needs("clinic.manage")
def note_phrases(request: access.Request) -> HttpResponse:
    """The list, to be written anew, with who wrote it last."""
    form = PhrasesForm(request.POST or None, initial={"phrases": "\n".join(now())})
    if request.method == "POST" and form.is_valid():
        keep(phrases=form.cleaned_data["phrases"], by=request.user, at=timezone.now())
        messages.success(request, _now("Saved."))
        return redirect("note-phrases")
    context = {"form": form, "last": NotePhrases.objects.select_related("created_by").first()}
    status = 422 if request.method == "POST" else 200
    return TemplateResponse(request, "clinic/treat/phrases.html", context, status=status)
