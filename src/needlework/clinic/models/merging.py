"""
Two charts that are one person's, and what was said about it.

A merge moves nothing: both charts stay as they were written, and one of them goes on for the other. Which
goes on for which is an index beside the merges (`Absorbed`), written in their transaction, so that a page
asks one row and not a chain; `needlework manage search-keys` shows that it equals what the merges say.
"""

from collections.abc import Collection
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from needlework.clinic.models.once import SentOnce
from needlework.clinic.models.people import Patient


class Merge(SentOnce):
    """One chart goes on in another, from this moment on, for a reason."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="merges", editable=False)
    into = models.ForeignKey(Patient, models.PROTECT, related_name="merges_into", editable=False)
    reason = models.TextField(_("reason"))

    class Meta:
        verbose_name = _("merge of two charts")
        verbose_name_plural = _("merges of charts")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(patient=F("into")), name="nobody_is_merged_with_themselves"),
            models.CheckConstraint(condition=~Q(reason=""), name="merged_for_a_reason"),
        ]

    @classmethod
    def standing(cls) -> "models.QuerySet[Merge]":
        """Those that nobody has undone."""
        return cls.objects.filter(undone=None)

    @classmethod
    def about(cls, patient: Patient) -> "models.QuerySet[Merge]":
        """The standing merges between the charts of this person, the newest first."""
        return cls.standing().filter(patient__in=patient.family)


class MergeUndone(SentOnce):
    """They are two people after all: from this moment on each chart goes on by itself again."""

    merge = models.OneToOneField(Merge, models.PROTECT, related_name="undone", editable=False)
    reason = models.TextField(_("reason"))

    class Meta:
        verbose_name = _("undoing of a merge")
        verbose_name_plural = _("undoings of merges")
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="unmerged_for_a_reason")]

    @property
    def patient(self) -> Patient:
        return self.merge.patient


class TwoPeople(SentOnce):
    """Somebody has looked: these two are alike, and are two people. Nothing flags them any more."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="told_apart", editable=False)
    other = models.ForeignKey(Patient, models.PROTECT, related_name="+", editable=False)

    class Meta:
        verbose_name = _("two people who are alike")
        verbose_name_plural = _("pairs of people who are alike")
        constraints = [models.UniqueConstraint(fields=["patient", "other"], name="told_apart_once")]

    @classmethod
    def pairs(cls, people: Collection[UUID]) -> set[frozenset[UUID]]:
        """The pairs with one of these people in them."""
        found = cls.objects.filter(Q(patient__in=people) | Q(other__in=people))
        return {frozenset(pair) for pair in found.values_list("patient", "other")}


class Absorbed(models.Model):
    """Which chart goes on for one that was merged, at the end of every chain."""

    patient = models.OneToOneField(Patient, models.PROTECT, primary_key=True, related_name="absorbed_by")
    survivor = models.ForeignKey(Patient, models.PROTECT, related_name="absorbed")

    class Meta:
        db_table = "patient_merged"  # outside the tables that the log watches

    @staticmethod
    def due(people: Collection[UUID]) -> dict[UUID, UUID]:
        """For each of these that was merged, who goes on for them, as the merges say."""
        steps = dict(Merge.standing().filter(patient__in=people).values_list("patient", "into"))
        ends: dict[UUID, UUID] = {}
        for one in steps:
            end, walked = steps[one], {one}
            while end in steps and end not in walked:
                walked.add(end)
                end = steps[end]
            ends[one] = end
        return ends

    @staticmethod
    def reckon(people: Collection[UUID]) -> None:
        """Write the index of these anew; they are all that hang together."""
        Absorbed.objects.filter(patient__in=people).delete()
        Absorbed.objects.bulk_create(
            [Absorbed(patient_id=one, survivor_id=end) for one, end in Absorbed.due(people).items()]
        )
        for person in Patient.objects.filter(pk__in=people):
            person.rekey()
