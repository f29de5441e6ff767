"""Places on somebody's skin that are left out: drawn on the map, ended or corrected by a further row."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _

from needlework.clinic.models.once import SentOnce
from needlework.clinic.models.people import ERASED, Patient


class Mark(SentOnce):
    """
    A mole, a wound, an implant: what it is, where on the map, since when, how large. A corrected one is a new
    row that names the one it corrects.
    """

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="marks")
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by", editable=False
    )
    kind = models.CharField(_("kind"), max_length=40)
    """An id of the protocol's marks."""
    name = models.CharField(_("what it is"), max_length=120)
    """In the protocol's words of that day."""
    figure = models.CharField(_("figure"), max_length=8)
    x = models.FloatField(_("from the left"))
    y = models.FloatField(_("from the top"))
    """Its middle, in the figure's own units."""
    zone = models.CharField(_("zone"), max_length=40)
    side = models.CharField(_("side"), max_length=8, blank=True)
    size_mm = models.FloatField(_("size"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    """The last day on which it counts, where that is known; else until it is ended."""
    edition = models.CharField(_("edition"), max_length=80)

    ERASES: Mapping[str, object] = {"note": ERASED}

    class Meta:
        verbose_name = _("no-go area")
        verbose_name_plural = _("no-go areas")
        ordering = ["-created_at", "-id"]


class MarkEnded(SentOnce):
    """That a mark is there no more, or need not be left out any more."""

    mark = models.OneToOneField(Mark, models.PROTECT, related_name="ended")
    on = models.DateField(_("from the day"))
    why = models.CharField(_("why"), max_length=400)

    class Meta:
        verbose_name = _("end of a no-go area")
        verbose_name_plural = _("ends of no-go areas")

    @property
    def patient(self) -> Patient:
        return self.mark.patient
