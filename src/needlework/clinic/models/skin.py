"""What somebody's skin type was found to be: by ten questions, or by who looked."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _

from needlework.clinic.models.once import SentOnce
from needlework.clinic.models.people import Patient, PatientLink


class SkinTyping(SentOnce):
    """
    One finding of a skin type, on the day of this row. A later one of the same way counts; this one stays.

    By the person's own link nobody of the staff acted.
    """

    class How(models.TextChoices):
        SCORED = "scored", _("ten questions")
        SEEN = "seen", _("seen by a practitioner")

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="skin_typings")
    how = models.CharField(_("how"), max_length=8, choices=How)
    skin_type = models.CharField(_("skin type"), max_length=3)
    points = models.PositiveSmallIntegerField(_("points"), null=True, blank=True)
    answers = models.JSONField(_("answers"), default=dict)
    """By question, the place of the answer, 0 for the first."""
    note = models.CharField(_("note"), max_length=400, blank=True)
    edition = models.CharField(_("edition"), max_length=80)
    link = models.OneToOneField(
        PatientLink, models.PROTECT, null=True, blank=True, related_name="skin_typing"
    )

    ERASES: Mapping[str, object] = {"answers": {}, "note": ""}

    class Meta:
        verbose_name = _("skin type")
        verbose_name_plural = _("skin types")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(how__in=["scored", "seen"]), name="skin_how_known"),
            models.CheckConstraint(
                condition=models.Q(skin_type__in=["I", "II", "III", "IV", "V", "VI"]), name="skin_type_known"
            ),
        ]
