"""
Who was exposed to what: an index over the charts, one narrow row for each session, kind and key.

It is written in the transaction of the entry that it stands for, and `needlework manage exposures` shows that
it equals what the entries say. Being an index, it has no lines in the log: what it is made of has.
"""

from functools import reduce
from operator import or_

from django.db import models

from needlework.clinic.models.people import Patient
from needlework.clinic.models.treatment import Session
from needlework.loop.traces import TraceKind

WIDE = (
    TraceKind.VISIT,
    TraceKind.SITE,
    TraceKind.MODEL,
    TraceKind.TOPICAL,
    TraceKind.PRODUCT,
    TraceKind.TOGETHER,
)
"""The kinds with so few keys that each is in a good part of all sessions."""
OF_WIDE = reduce(or_, (models.Q(kind=kind.value) for kind in WIDE))
"""One kind after another, so that one of them implies it, which SQLite does not see of a list."""


class Exposure(models.Model):
    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=12)
    key = models.CharField(max_length=90)
    at = models.DateTimeField()
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+", db_index=False)
    session = models.ForeignKey(Session, models.PROTECT, related_name="exposures", db_index=False)

    class Meta:
        db_table = "exposure_index"  # outside the tables that the log watches
        constraints = [models.UniqueConstraint(fields=["session", "kind", "key"], name="exposed_once")]
        indexes = [
            # All that a look-back asks of it, so that the table itself is not read.
            models.Index(fields=["kind", "key", "at", "patient", "session"], name="exposure_looked_back"),
            # Page by page through what nearly everybody had: the next fifty people, and no others.
            models.Index(
                fields=["kind", "key", "patient", "at"], condition=OF_WIDE, name="exposure_by_person"
            ),
        ]


class ExposureDay(models.Model):
    """
    Of what many are exposed to: how many sessions of a day, by the day on which their people had it before.

    Who had it within a period for the first time had it before on a day before the period. So the people of a
    period are a sum over its days, and nobody is counted twice (clinic/exposed_days.py).
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=12)
    key = models.CharField(max_length=140)
    """Of one site alone: the key, an @ and the site."""
    day = models.DateField()
    before = models.DateField()
    """`date.min` where they never had it before."""
    sessions = models.IntegerField()

    class Meta:
        db_table = "exposure_days"
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "day", "before"], name="exposure_summed_once")
        ]


class ExposureZone(models.Model):
    """The time zone by which the days of `ExposureDay` begin; nothing is summed while there is none."""

    zone = models.CharField(max_length=60, primary_key=True)

    class Meta:
        db_table = "exposure_zone"
