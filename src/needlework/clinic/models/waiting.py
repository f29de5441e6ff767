"""
Who waits for what: an index over the records, a narrow row for each thing at each site that may see it.

It is written in the transaction of the row that it follows from (`clinic.waits`), and `needlework manage
waiting` shows that it equals what the records say. Being an index, it has no lines in the log: what it is
made of has.
"""

from datetime import datetime
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from needlework.clinic.models.people import Patient
from needlework.clinic.models.places import Site


class Waitings(models.QuerySet["Waiting"]):
    def at(self, site: Site | None) -> "Waitings":
        """Those at a site; none where somebody works at none."""
        return self.filter(site=site) if site else self.none()

    def now(self, at: datetime) -> "Waitings":
        """Those that wait at a moment."""
        return self.filter(Q(begins=None) | Q(begins__lte=at), Q(until=None) | Q(until__gt=at))

    def over(self, at: datetime) -> "Waitings":
        """Those whose time has passed, so that nobody waits any more."""
        return self.filter(until__lte=at)

    def in_order(self) -> "Waitings":
        """The most urgent first, and of these whoever has waited longest."""
        return self.order_by("rank", "since", "id")


class Waiting(models.Model):
    id = models.BigAutoField(primary_key=True)
    site = models.ForeignKey(Site, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(_("what for"), max_length=12)
    rank = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField(_("since"))
    begins = models.DateTimeField(_("from"), null=True)
    """Nothing where it waits already, so that a clock that is wrong hides nobody."""
    until = models.DateTimeField(_("until"), null=True)
    patient_id: UUID
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+", db_index=False)
    """The chart that goes on."""
    ref = models.UUIDField()
    """The row that waits: a check-in, a plan, a session, a recall."""

    objects = Waitings.as_manager()

    class Meta:
        db_table = "waiting_index"  # outside the tables that the log watches
        verbose_name = _("what somebody waits for")
        verbose_name_plural = _("what people wait for")
        constraints = [
            models.UniqueConstraint(fields=["patient", "kind", "ref", "site"], name="waits_once"),
        ]
        indexes = [
            # All that counting asks of it, in the order in which a page shows it.
            models.Index(
                fields=["site", "kind", "rank", "since", "id", "begins", "until"], name="waiting_in_order"
            ),
            models.Index(fields=["kind", "ref"], name="waiting_by_row"),
        ]
