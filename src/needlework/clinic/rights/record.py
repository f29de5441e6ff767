"""
Everything that the clinic has about one person, found by the models themselves.

A model belongs to a person when it leads to `Patient` by its own foreign keys. So a model that is added later
is in the export by itself, and `tests/clinic/rights` fails where one is not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import ForeignKey, Model, QuerySet

from needlework.clinic.audit import row_id
from needlework.clinic.models.audit import AuditLine
from needlework.clinic.models.base import Record
from needlework.clinic.models.consent import ConsentAnswer
from needlework.clinic.models.people import Patient, PatientLink, User
from needlework.clinic.models.photographs import Comparison, Photograph

SECRETS = {"token_sha256", "browser_sha256", "once"}
"""What a row holds for the program alone: the hashes of keys, and the sender's own key of a form."""
FIRST = ("patient", "patientdetails")


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of row about a person, and how it leads to them."""

    model: type[Model]
    path: str

    @property
    def name(self) -> str:
        return self.model._meta.model_name or ""

    @property
    def title(self) -> str:
        return str(self.model._meta.verbose_name_plural).capitalize()

    @property
    def one(self) -> str:
        return str(self.model._meta.verbose_name).capitalize()

    def of(self, patient: Patient) -> "QuerySet[Any]":
        """All of this person, in whichever of their charts it stands."""
        rows: QuerySet[Any] = self.model._default_manager.filter(**{f"{self.path}__in": patient.family})
        return rows.order_by("pk").distinct()

    def owner(self, row: Any) -> Patient:
        """In whose chart a row stands."""
        for name in self.path.split("__") if self.path != "pk" else ():
            row = getattr(row, name)
        return row


@cache
def parts() -> tuple[Part, ...]:
    """Every kind of row about a person, by the shortest way to them: who they are first, then by name."""
    found: dict[type[Model], str] = {Patient: "pk"}
    models = [model for model in apps.get_app_config("clinic").get_models() if model is not AuditLine]
    while new := dict(_leading(models, found)):
        found |= new
    rank = {name: number for number, name in enumerate(FIRST)}
    ordered = sorted(found, key=lambda one: (rank.get(one._meta.model_name or "", 9), one.__name__))
    return tuple(Part(model, found[model]) for model in ordered)


def _leading(models: list[type[Model]], found: dict[type[Model], str]) -> Iterator[tuple[type[Model], str]]:
    """The models one step further from the person. What others share, such as a recall, leads nowhere."""
    for model in models:
        if model in found:
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, ForeignKey) and field.related_model in found:
                path = found[field.related_model]
                yield model, field.name if path == "pk" else f"{field.name}__{path}"
                break


def rows(patient: Patient) -> dict[Part, list[Any]]:
    """All rows about a person, part by part, in the order in which they were made."""
    return {part: list(part.of(patient)) for part in parts()}


def plain(row: Model) -> dict[str, Any]:
    """A row as plain values, by the names of its fields; whoever did something by their name."""
    return {field.name: _said(row, field) for field in row._meta.concrete_fields if field.name not in SECRETS}


def _said(row: Model, field: Any) -> Any:
    value = getattr(row, field.attname)
    if isinstance(field, ForeignKey) and value is not None and field.related_model is User:
        return getattr(row, field.name).full_name
    return value.isoformat() if isinstance(value, date | datetime) else _text(value)


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value


def files(patient: Patient) -> Iterator[tuple[str, str]]:
    """Each file about a person: its name in the export, and where it lies (`storage`)."""
    for photograph in Photograph.objects.filter(patient__in=patient.family).order_by("pk"):
        name = f"{photograph.taken_on}-{photograph.sha256[:12]}"
        yield f"photographs/{name}.{photograph.format.lower()}", photograph.original
    for comparison in Comparison.objects.filter(patient__in=patient.family).order_by("pk"):
        for which in comparison.pictures:
            yield f"comparisons/{comparison.pk}/{which}.jpg", comparison.picture(which)
    for answer in ConsentAnswer.objects.filter(text__plan__patient__in=patient.family).order_by("pk"):
        if answer.document:
            yield f"consents/{answer.pk}-{answer.said}.pdf", answer.document


# ── who has looked ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody has read something of a person's record."""

    at: datetime
    who: str
    part: str
    emergency: bool
    identity: bool


def looks(patient: Patient, *, most: int | None = None) -> list[Look]:
    """
    Who has looked, at what, newest first, from the log.

    Asked by the rows of this person, so that it takes as long with ten people as with a million.
    """
    titles = {part.model._meta.db_table: part.one for part in parts()}
    lines: list[AuditLine] = []
    for part in parts():
        ids = [row_id(row) for row in part.of(patient).only("pk")] if issubclass(part.model, Record) else []
        table, acts = part.model._meta.db_table, ["read", "emergency", "export"]
        found = AuditLine.objects.filter(table_name=table, row_id__in=ids, action__in=acts)
        lines += found[:most] if ids else []
    lines = sorted(lines, key=lambda line: line.seq, reverse=True)[:most]
    names = _names(lines)
    return [
        Look(
            datetime.fromisoformat(line.at), names.get(line.actor, line.actor),
            titles.get(line.table_name, line.table_name),
            emergency=line.action == "emergency" or "emergency" in line.detail.split(),
            identity=line.detail == "identity",
        )
        for line in lines
    ]  # fmt: skip


def _names(lines: list[AuditLine]) -> dict[str, str]:
    users = {line.actor.removeprefix("user:") for line in lines if line.actor.startswith("user:")}
    links = {line.actor.removeprefix("link:") for line in lines if line.actor.startswith("link:")}
    named = {f"user:{one.pk}": one.full_name for one in User.objects.filter(pk__in=users)}
    sent = PatientLink.objects.filter(pk__in=links)
    return {**named, **{f"link:{one.pk}": f"the patient, by a link ({one.purpose})" for one in sent}}
