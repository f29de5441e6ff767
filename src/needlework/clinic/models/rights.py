"""What was decided about one item of somebody's record, at their request or when its time was over."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from needlework.clinic.models.base import Record
from needlework.clinic.models.once import SentOnce
from needlework.clinic.models.people import Patient


class What(models.TextChoices):
    ERASED = "erased", _("Erased")
    RESTRICTED = "restricted", _("Restricted")
    LIFTED = "lifted", _("Restriction lifted")
    KEPT = "kept", _("Kept")


class Decision(SentOnce):
    """
    One item was erased, restricted or kept, by whom and on which ground.

    The database lets a sealed row lose what its model's ERASES names, and that alone, where a decision of
    this table says that it is erased (see `ledger`). So nothing is erased without a line that says by whom.
    """

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="decisions", editable=False)
    table_name = models.CharField(max_length=80, editable=False)
    row_id = models.CharField(max_length=40, editable=False)
    """As the log calls the row."""
    what = models.CharField(_("decision"), max_length=12, choices=What)
    ground = models.TextField(_("ground"))
    """The article by which it is erased, restricted or kept."""
    until = models.DateField(_("until"), null=True, blank=True)
    """How long it is kept or restricted, where that is known."""

    class Meta:
        verbose_name = _("decision about an item")
        verbose_name_plural = _("decisions about items")
        ordering = ["-id"]
        indexes = [models.Index(fields=["table_name", "row_id", "what"], name="decision_by_row")]
        constraints = [
            models.CheckConstraint(condition=~Q(ground=""), name="decided_on_a_ground"),
            models.UniqueConstraint(
                fields=["table_name", "row_id"], condition=Q(what="erased"), name="erased_once"
            ),
        ]

    @classmethod
    def of(cls, rows: "list[models.Model]") -> "dict[UUID, Decision]":
        """The decision that counts about each of these rows: the newest."""
        ids = {row.pk.hex: row.pk for row in rows if isinstance(row, Record)}
        tables = {row._meta.db_table for row in rows}
        found = cls.objects.filter(table_name__in=tables, row_id__in=ids).select_related("created_by")
        return {ids[one.row_id]: one for one in found.order_by("id")}

    @classmethod
    def shut_of(cls, rows: "Collection[models.Model]") -> set[UUID]:
        """Of these rows, those that are erased or restricted, or show what is."""
        about = {row.pk: [row, *(getattr(row, name) for name in shows(type(row)))] for row in rows}
        decided = cls.of([one for each in about.values() for one in each])
        shut = {key for key, one in decided.items() if one.what in (What.ERASED, What.RESTRICTED)}
        return {key for key, each in about.items() if any(one.pk in shut for one in each)}

    @classmethod
    def newest(cls) -> "models.QuerySet[Decision]":
        """The decision that counts about each item; an erased one stays erased whatever is said later."""
        newer = cls.objects.filter(
            table_name=OuterRef("table_name"), row_id=OuterRef("row_id"), pk__gt=OuterRef("pk")
        )
        return cls.objects.exclude(Exists(newer))

    @classmethod
    def shut(cls, patient: Patient, model: type[models.Model]) -> list[UUID]:
        """The rows of a person that are erased or restricted: nothing lists or measures them."""
        return cls.shut_in(patient.family, model)

    @classmethod
    def shut_in(cls, charts: Collection[UUID], model: type[models.Model]) -> list[UUID]:
        """The same of all these charts."""
        return cls._shut(cls.newest().filter(patient__in=charts), model)

    @classmethod
    def shut_anywhere(cls, model: type[models.Model]) -> list[UUID]:
        """The same of everybody."""
        return cls._shut(cls.newest(), model)

    @classmethod
    def _shut(cls, decisions: "models.QuerySet[Decision]", model: type[models.Model]) -> list[UUID]:
        """By a decision of their own, or by one about what they show."""
        standing = decisions.filter(table_name=model._meta.db_table, what__in=[What.ERASED, What.RESTRICTED])
        found = {UUID(one) for one in standing.values_list("row_id", flat=True)}
        for name, shown in shows(model).items():
            by_it = model._default_manager.filter(**{f"{name}__in": cls._shut(decisions, shown)})
            found |= set(by_it.order_by().values_list("pk", flat=True))
        return list(found)


class RetentionRule(Record):
    """How long one kind of record is kept after somebody's last visit, and on which ground."""

    kind = models.CharField(_("kind of record"), max_length=80, unique=True)
    years = models.PositiveSmallIntegerField(_("years after the last visit"))
    ground = models.TextField(_("ground"))

    class Meta:
        verbose_name = _("period of retention")
        verbose_name_plural = _("periods of retention")
        ordering = ["kind"]

    def __str__(self) -> str:
        return f"{self.kind}: {self.years}"


class Jurisdiction(Record):
    """Under which law the clinic answers what patients ask: one row; unsaid until it is there."""

    name = models.CharField(_("jurisdiction"), max_length=120)
    law = models.TextField(_("law"), blank=True)
    only = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(only=True), name="one_jurisdiction")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> "Jurisdiction":
        return cls.objects.first() or cls()


def erases(model: type[models.Model]) -> dict[str, Any]:
    """What a row of this model may lose, and what stands there afterwards; nothing where it may not."""
    return getattr(model, "ERASES", {})


def shows(model: type[models.Model]) -> dict[str, type[models.Model]]:
    """What a row of this model shows of other rows, by field: it is shut where one of them is."""
    return {name: model._meta.get_field(name).related_model for name in getattr(model, "SHOWS", ())}  # type: ignore[misc]


def erasable() -> dict[str, dict[str, Any]]:
    """For each table that has it, what its rows may lose."""
    return {
        model._meta.db_table: erases(model)
        for model in apps.get_app_config("clinic").get_models()
        if erases(model)
    }
