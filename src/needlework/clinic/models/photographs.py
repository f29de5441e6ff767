"""Photographs as they came, and what pairs of them showed."""

from collections.abc import Mapping
from typing import Self

import msgspec
from django.db import models
from django.utils.translation import gettext_lazy as _

from needlework.clinic.models.consent import PhotoConsent
from needlework.clinic.models.once import SentOnce
from needlework.clinic.models.people import Patient
from needlework.clinic.models.planning import Plan
from needlework.clinic.models.rights import Decision
from needlework.records.measure import Comparison as ComparisonRecord


class Photograph(SentOnce):
    """One photograph: the original byte for byte under its hash, and a working copy without metadata."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="photographs")
    sha256 = models.CharField(_("hash of the original"), max_length=64)
    format = models.CharField(_("format"), max_length=8)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    taken_on = models.DateField(_("taken on"))
    camera = models.CharField(_("camera"), max_length=200, blank=True)
    view = models.CharField(_("view"), max_length=40, blank=True)
    """How it was taken: front, left oblique, right oblique, or the id of a zone; empty where not said."""

    cautions = models.JSONField(_("cautions"), default=list)
    """What may have harmed it, in sentences: it can be measured all the same."""

    ERASES: Mapping[str, object] = {"camera": "", "cautions": []}
    """And its files, which are not in the database."""

    class Meta:
        verbose_name = _("photograph")
        verbose_name_plural = _("photographs")
        ordering = ["-taken_on", "-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["patient", "sha256"], name="photograph_once_per_patient")
        ]

    @classmethod
    def open_of(cls, patient: Patient) -> "models.QuerySet[Photograph]":
        """Those of a person that are neither erased nor restricted."""
        return cls.objects.filter(patient__in=patient.charts).exclude(pk__in=Decision.shut(patient, cls))

    @classmethod
    def face_of(cls, patient: Patient) -> "Photograph | None":
        """
        The newest from the front, for the head of a page: to see whether it is them.

        Nobody's who has not agreed that photographs are kept for those who treat them, or not any more.
        """
        asked = PhotoConsent.objects.filter(patient__in=patient.family, purpose="record")
        said = asked.values_list("given", flat=True).first()
        return cls.open_of(patient).filter(view__in=["front", ""]).first() if said else None

    @property
    def original(self) -> str:
        """The file as it came."""
        return f"{self.sha256[:2]}/{self.sha256}.{self.format.lower()}"

    @property
    def working(self) -> str:
        """The copy that pages show: upright, smaller, without metadata."""
        return f"{self.sha256[:2]}/{self.sha256}.page.jpg"


class Comparison(SentOnce):
    """What a pair of photographs showed, with the method and the noise that it was judged by."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="comparisons")
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True, related_name="comparisons")
    before = models.ForeignKey(Photograph, models.PROTECT, related_name="+")
    after = models.ForeignKey(Photograph, models.PROTECT, related_name="+")
    zones = models.JSONField(_("zones"), null=True, blank=True)
    """As drawn on the before photograph, in its pixels; nothing for the whole skin area."""
    mm_per_px = models.FloatField(_("scale"), null=True, blank=True)
    comparison = models.JSONField(_("comparison"))
    method = models.CharField(_("method"), max_length=40)
    edition = models.CharField(_("edition"), max_length=80)
    pictures = models.JSONField(_("pictures"), default=list)
    """Which pictures were kept of it: before and after on one grid, and what each measure counted."""

    ERASES: Mapping[str, object] = {"pictures": []}
    """And the files of them."""
    SHOWS = ("before", "after")
    """Both lie in its pictures: where one of them is restricted, so is what was made of it."""

    class Meta:
        verbose_name = _("comparison")
        verbose_name_plural = _("comparisons")
        ordering = ["-created_at", "-id"]

    def picture(self, which: str) -> str:
        """The file of one of its pictures."""
        return f"pairs/{self.pk}/{which}.jpg"

    @classmethod
    def from_record(
        cls, before: Photograph, after: Photograph, comparison: ComparisonRecord, **also: object
    ) -> Self:
        return cls(
            patient=before.patient,
            before=before,
            after=after,
            comparison=msgspec.to_builtins(comparison, enc_hook=float),  # NumPy's own numbers are not known
            method=comparison.method,
            **also,
        )

    def as_record(self) -> ComparisonRecord:
        return msgspec.convert(self.comparison, ComparisonRecord)
