"""What is sent with a signature, a refusal, and the clinic's setting."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from needlework.clinic.models.consent import ConsentAnswer

How = ConsentAnswer.How


class AnswerForm(forms.Form):
    """A signature or a no; the hash of the words that were on the screen comes with it."""

    once = forms.UUIDField(widget=forms.HiddenInput)
    sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Your full name"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    strokes = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    agree = forms.BooleanField(
        label=_("I have read this, could ask what I wanted, and agree."), required=False
    )
    typed = forms.BooleanField(
        label=_("I cannot draw here: my typed name stands for my signature."), required=False
    )
    how = forms.ChoiceField(
        label=_("How it is signed"),
        choices=[
            ("", _("Here, on the screen")),
            (How.PAPER, How.PAPER.label),
            (How.SPOKEN, How.SPOKEN.label),
        ],
        required=False,
    )
    witness = forms.CharField(
        label=_("Witness or interpreter"),
        max_length=160,
        required=False,
        help_text=_("Name, and what they were: who saw it signed, or who put it into which language."),
    )
    why = forms.CharField(label=_("Reason, if one was given"), max_length=1000, required=False)

    def said(self, do: str) -> dict[str, Any]:
        """What the action takes, beyond the text and who sends it."""
        sent = self.cleaned_data
        how = sent["how"] or (How.TYPED if sent["typed"] else How.DRAWN)
        return {
            "said": "signed" if do == "sign" else "declined",
            "how": how if do == "sign" else "",
            "name": sent["name"],
            "strokes": sent["strokes"] if how == How.DRAWN else "",
            "witness": sent["witness"],
            "why": sent["why"],
            "sha256": sent["sha256"],
        }


class RulesForm(forms.Form):
    cooling_hours = forms.IntegerField(
        label=_("Hours from the text to the signature"),
        min_value=0,
        max_value=24 * 90,
        help_text=_("0 where nobody has to wait. It holds for texts that are given from now on."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        help_text=_("The rule or the law that asks for it, or why it ends."),
    )
