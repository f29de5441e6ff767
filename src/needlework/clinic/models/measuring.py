"""What was asked to be measured, and how far it is: the way from a form to a comparison."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from needlework.clinic.models.base import Record
from needlework.clinic.models.people import Patient
from needlework.clinic.models.photographs import Photograph
from needlework.clinic.models.planning import Plan


class Stage(models.TextChoices):
    WAITING = "waiting", _("waiting")
    MEASURING = "measuring", _("measuring")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


NEXT: dict[str, frozenset[str]] = {
    # from            to
    Stage.WAITING: frozenset({Stage.MEASURING, Stage.FAILED}),
    Stage.MEASURING: frozenset({Stage.MEASURING, Stage.DONE, Stage.FAILED}),
    Stage.DONE: frozenset(),
    Stage.FAILED: frozenset(),
}
"""What may follow what. Measuring follows measuring where its worker fell silent and another took it up."""


class Measuring(Record):
    """
    One pair that waits to be measured. Its comparison, once there is one, bears the same id.

    What was asked is never changed; only the stage moves, by `move`, and each attempt has a number, so that a
    worker that was given up and comes back writes nothing over the one that took its place.
    """

    once = models.UUIDField(unique=True, default=uuid7, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="measurings")
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True, related_name="+")
    before = models.ForeignKey(Photograph, models.PROTECT, related_name="+")
    after = models.ForeignKey(Photograph, models.PROTECT, related_name="+")
    repeats = models.JSONField(_("repeat photographs"), default=list)
    """Ids of further photographs of the same two visits, which tell this person's own noise."""
    zones = models.JSONField(_("zones"), null=True, blank=True)
    mm_per_px = models.FloatField(_("scale"), null=True, blank=True)
    stage = models.CharField(_("stage"), max_length=12, choices=Stage.choices, default=Stage.WAITING)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    moved_at = models.DateTimeField(_("moved at"), null=True)

    SHOWS = ("before", "after")

    class Meta:
        verbose_name = _("measuring")
        verbose_name_plural = _("measurings")
        ordering = ["-created_at", "-id"]

    def move(self, to: Stage, *, attempt: int, at: datetime) -> bool:
        """
        Whether this attempt could move it there: one UPDATE that is its own check.

        An attempt begins once, and only after every earlier one; it ends what no later one has begun.
        """
        rows = Measuring.objects.filter(
            pk=self.pk, stage__in=[one for one, then in NEXT.items() if to in then]
        )
        rows = rows.filter(**{"attempt__lt" if to == Stage.MEASURING else "attempt__lte": attempt})
        return rows.update(stage=to, attempt=attempt, moved_at=at) == 1

    @property
    def is_open(self) -> bool:
        """Whether it is still to be waited for."""
        return bool(NEXT[self.stage])
