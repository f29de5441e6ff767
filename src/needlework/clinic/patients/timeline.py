"""
Everything that happened with one person, newest first, a page at a time.

One query asks every kind of row for its moment and its key and takes the newest of all of them after a place
in time; only those are then read, one query or two a kind. So the first page costs as much for a person of
five entries as for one of five hundred. A page begins where the one before it ended, by moment and key, not
by counting: what is added meanwhile moves nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, Model, Q, QuerySet, Value
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from needlework.clinic.models.asked import PatientAnswers
from needlework.clinic.models.consent import PhotoConsent
from needlework.clinic.models.marks import Mark
from needlework.clinic.models.people import Patient, PatientDetails
from needlework.clinic.models.photographs import Comparison, Photograph
from needlework.clinic.models.planning import Plan
from needlework.clinic.models.safety import Incident
from needlework.clinic.models.screening import Screening
from needlework.clinic.patients import told

A_PAGE = 25


class Place(NamedTuple):
    """Where a page ended: the moment and the key of its last entry."""

    at: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.id.hex}"

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """The place that was written; None where nothing that makes sense was."""
        at, _between, key = text.partition("~")
        try:
            found, id_ = parse_datetime(at), UUID(key)
            aware = found is not None and found.tzinfo is not None
            return cls(found.astimezone(UTC), id_) if found is not None and aware else None
        except (ValueError, OverflowError):  # no database keeps the first and the last hours there are
            return None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of entry: its rows of a person, when each was, how they are told, and what shows it."""

    rows: Callable[[Patient], QuerySet[Any]]
    tell: Callable[[list[Any]], Iterable[tuple[Model, told.Entry]]]
    show: str
    at: str = "created_at"


SHOWS = {
    "screen": _("Answers"),
    "plan": _("Plans"),
    "treat": _("Sessions"),
    "recover": _("Recovery"),
    "measure": _("Photographs and results"),
    "papers": _("Documents"),
    "person": _("The person"),
}
"""What can be shown alone."""


def kinds() -> dict[str, Kind]:
    return {
        "own-answers": Kind(_in_charts(PatientAnswers), told.own_answers, "screen"),
        "screening": Kind(_in_charts(Screening), told.screenings, "screen"),
        "plan": Kind(_in_charts(Plan), told.plans, "plan"),
        "consent-text": Kind(told.texts_of, told.consent_texts, "papers"),
        "consent-answer": Kind(told.answers_of, told.consent_answers, "papers"),
        "photo-consent": Kind(_in_charts(PhotoConsent), told.photo_consents, "papers"),
        "session": Kind(told.sessions_of, told.sessions, "treat"),
        "aftercare": Kind(told.sheets_of, told.sheets, "papers"),
        "check-in": Kind(told.check_ins_of, told.check_ins, "recover", at="at"),
        "photograph": Kind(_in_charts(Photograph), told.photographs, "measure"),
        "comparison": Kind(_in_charts(Comparison), told.comparisons, "measure"),
        "mark": Kind(_in_charts(Mark), told.marks, "person"),
        "incident": Kind(_in_charts(Incident), told.incidents, "treat"),
        "told": Kind(told.notices_of, told.notices, "person"),
        "details": Kind(_in_charts(PatientDetails), told.details, "person"),
        "merge": Kind(told.merges_of, told.merges, "person"),
    }


def _in_charts(model: type[Any]) -> Callable[[Patient], QuerySet[Any]]:
    """The rows of a person's own chart, and of those that were merged into it."""
    return lambda person: model.objects.filter(patient__in=person.charts)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the timeline; `older` is where the next begins, empty where this is the last."""

    entries: list[dict[str, Any]]
    older: str
    shown: str
    begins: bool
    """Whether it is the newest page."""


def page(patient: Patient, *, before: str = "", show: str = "", sees_shut: bool = False) -> Page:
    """The entries after a place in time, of all kinds or of those of one show."""
    every, place = kinds(), Place.read(before)
    show = show if show in SHOWS else ""
    wanted = {name: kind for name, kind in every.items() if show in ("", kind.show)}
    found = list(_newest(patient, wanted, place)[: A_PAGE + 1])
    on_page = found[:A_PAGE]
    entries = _told(patient, on_page, every, sees_shut=sees_shut)
    last = on_page[-1] if len(found) > A_PAGE else None
    return Page(entries, str(Place(last[0], last[2])) if last else "", show, place is None)


def _newest(patient: Patient, wanted: dict[str, Kind], place: Place | None) -> QuerySet[Any]:
    """(moment, kind, key) of each entry after the place, newest first: one query for all kinds."""
    parts = [_part(kind.rows(patient), name, kind.at, place) for name, kind in wanted.items()]
    return parts[0].union(*parts[1:], all=True).order_by("-moment", "-pk")


def _part(rows: QuerySet[Any], name: str, at: str, place: Place | None) -> QuerySet[Any]:
    rows = rows.order_by().annotate(moment=F(at), told_as=Value(name))
    if place is not None:
        rows = rows.filter(Q(moment__lt=place.at) | Q(moment=place.at, pk__lt=place.id))
    return rows.values_list("moment", "told_as", "pk")


def _told(
    patient: Patient, found: list[tuple[datetime, str, UUID]], every: dict[str, Kind], *, sees_shut: bool
) -> list[dict[str, Any]]:
    by_kind: dict[str, list[UUID]] = {}
    for _at, name, key in found:
        by_kind.setdefault(name, []).append(key)
    shut = told.shut(patient)
    lines: dict[UUID, dict[str, Any]] = {}
    for name, keys in by_kind.items():
        kind = every[name]
        for row, entry in kind.tell(list(kind.rows(patient).filter(pk__in=keys))):
            lines[row.pk] = told.closed(row, entry, shut, sees_shut=sees_shut)
    return [{**lines[key], "at": at} for at, _name, key in found if key in lines]
