"""Who waits for what, clinic-wide: read from its index, the most urgent first, all of them counted."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from needlework.clinic import access, permissions
from needlework.clinic.models.people import Patient
from needlework.clinic.models.places import Site
from needlework.clinic.models.planning import Plan
from needlework.clinic.models.recovery import CheckIn
from needlework.clinic.models.rights import Decision
from needlework.clinic.models.stock import Recall
from needlework.clinic.models.training import Supervision
from needlework.clinic.models.waiting import Waiting, Waitings
from needlework.loop.waits import WaitKind

FEW = 5
"""Of one kind on Today; all are counted, and stand on a page of their own."""
PRESSING = 8
"""Of those who need a person now."""
A_PAGE = 50
PLACE = re.compile(r"(\d{1,2})-(\d{1,17})-(\d{1,18})", re.ASCII)
EPOCH, A_MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind is told: its title, the reason beside each name, and the page that answers it."""

    title: Any
    why: Any
    tone: str
    page: str
    """The address, of the person or of the row; empty where `_of` says."""
    whose: str = "ref"


KINDS: dict[WaitKind, Kind] = {
    WaitKind.CALL: Kind(_("Needs a person now"), "", "", ""),
    WaitKind.TELL: Kind(_("Exposed to what is called back, not told yet"), "", "urgent", "recall"),
    WaitKind.READ: Kind(_("Answered by phone"), _("Read it with them"), "clear", ""),
    WaitKind.SIGN: Kind(_("To be signed"), _("Session is open"), "caution", "session"),
    WaitKind.COSIGN: Kind(_("Waits for co-signature"), "", "caution", ""),
    WaitKind.AGAIN: Kind(_("The wait has ended"), _("Screen again"), "clear", "screen", "patient"),
    WaitKind.CONSENT: Kind(_("Waits for consent"), _("Consent is not signed"), "caution", "plan"),
    WaitKind.BEGIN: Kind(_("Planned, not begun"), "", "", "plan"),
    WaitKind.PHOTOGRAPHS: Kind(_("Photographs are due"), "", "", "camera", "patient"),
    WaitKind.CHECK_IN: Kind(_("No check-in yet"), _("Ask how they are"), "caution", "check-in"),
    WaitKind.ASK: Kind(_("Not screened yet"), _("Ask the questions"), "", "screen", "patient"),
}
NEED_A_PERSON = (WaitKind.CALL,)
PHOTOGRAPHS = (_("Before the first session"), _("The result can be judged"))
"""By rank."""


@dataclass(frozen=True, slots=True)
class Row:
    """One person who waits, why, since when, and the page that answers it."""

    patient: Patient
    why: Any
    tone: str
    since: datetime
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    kind: WaitKind
    title: Any
    rows: tuple[Row, ...]
    count: int
    """All of them."""
    next: str = ""
    """Where its next page begins."""

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


def groups(request: access.Request, *, at: datetime) -> list[Group]:
    """What somebody waits for, the most pressing first: of each kind the first rows, and how many in all."""
    waiting, n = Waiting.objects.at(request.user.site).now(at), counts(request.user.site, at=at)
    found = {
        kind: list(waiting.filter(kind=kind).in_order()[: PRESSING if kind in NEED_A_PERSON else FEW])
        for kind in WaitKind
        if n[kind] and kind is not WaitKind.TELL  # told recall by recall
    }
    told = _told(request, [row for rows in found.values() for row in rows])
    return [
        Group(kind, KINDS[kind].title, tuple(told[row.pk] for row in rows), n[kind])
        for kind, rows in found.items()
    ]


def counts(site: Site | None, *, at: datetime) -> dict[WaitKind, int]:
    """How many wait for what at a site, exactly; in the order in which they are shown."""
    rows = Waiting.objects.at(site).now(at).order_by().values("kind")
    n = dict(rows.annotate(n=Count("id")).values_list("kind", "n"))
    return {kind: n.get(kind, 0) for kind in WaitKind}


def page(request: access.Request, kind: WaitKind, *, at: datetime, after: str, over: bool) -> Group:
    """Some of one kind, from where the page before ended; or those whom nobody waits for any more."""
    all_ = Waiting.objects.at(request.user.site).filter(kind=kind)
    all_ = all_.over(at) if over else all_.now(at)
    found = list(_after(all_, after).in_order()[: A_PAGE + 1])
    rows, told = found[:A_PAGE], _told(request, found[:A_PAGE])
    then = _place(rows[-1]) if len(found) > A_PAGE else ""
    return Group(kind, KINDS[kind].title, tuple(told[row.pk] for row in rows), all_.count(), then)


def passed(request: access.Request, kind: WaitKind, *, at: datetime) -> int:
    """How many nobody waits for any more."""
    return Waiting.objects.at(request.user.site).filter(kind=kind).over(at).count()


def _place(row: Waiting) -> str:
    return f"{row.rank}-{(row.since - EPOCH) // A_MICROSECOND}-{row.pk}"


def _after(rows: Waitings, place: str) -> Waitings:
    """Those that come after a place in the list; from the start where it says none."""
    if not (said := PLACE.fullmatch(place)):
        return rows
    rank, micros, pk = (int(part) for part in said.groups())
    since = EPOCH + micros * A_MICROSECOND
    then = Q(rank=rank, since=since, pk__gt=pk)
    return rows.filter(Q(rank__gt=rank) | Q(rank=rank, since__gt=since) | then)


# ── each row in words ────────────────────────────────────────────────────────────────────────────────


def _told(request: HttpRequest, rows: Sequence[Waiting]) -> dict[int, Row]:
    """Rows in words, in a question for the people and one for each kind that has words of its own."""
    people = Patient.objects.with_details().filter(pk__in={row.patient_id for row in rows})
    known = {one.pk: one for one in access.listed(request, "today", people)}
    said = dict(_said(rows, sees_shut=permissions.may(request.user, "rights.manage")))
    return {row.pk: _row(row, known[row.patient_id], said.get(row.ref)) for row in rows}


def _row(row: Waiting, patient: Patient, said: tuple[Any, str, str] | None) -> Row:
    kind = KINDS[WaitKind(row.kind)]
    why, tone, url = said or (kind.why, kind.tone, "")
    if row.kind == WaitKind.PHOTOGRAPHS:
        why = PHOTOGRAPHS[row.rank]
    return Row(patient, why, tone, row.since, url or reverse(kind.page, args=[getattr(row, _key(kind))]))


def _key(kind: Kind) -> str:
    return "patient_id" if kind.whose == "patient" else "ref"


def _said(rows: Sequence[Waiting], *, sees_shut: bool) -> Iterator[tuple[UUID, tuple[Any, str, str]]]:
    """By row what is to be said of it beside its kind: why, in which tone, and the page."""
    refs: dict[str, list[UUID]] = {}
    for row in rows:
        refs.setdefault(row.kind, []).append(row.ref)
        if row.kind == WaitKind.READ:
            kind = KINDS[WaitKind.READ]
            yield row.ref, (kind.why, kind.tone, f"{reverse('screen', args=[row.patient_id])}?said={row.ref}")
    if ids := refs.get(WaitKind.CALL):
        yield from _called_for(ids, sees_shut=sees_shut)
    if ids := refs.get(WaitKind.BEGIN):
        for pk, device in Plan.objects.filter(pk__in=ids).values_list("pk", "plan__device_name"):
            yield pk, (device, "", "")
    if ids := refs.get(WaitKind.COSIGN):
        yield from _cosigned(ids)
    if ids := refs.get(WaitKind.TELL):
        for recall in Recall.objects.filter(pk__in=ids):
            named = (recall.lot, recall.gtin, recall.device, recall.topical, recall.source)
            yield recall.pk, (" · ".join(name for name in named if name), "urgent", "")


def _called_for(ids: Sequence[UUID], *, sees_shut: bool) -> Iterator[tuple[UUID, tuple[Any, str, str]]]:
    """Of a check-in that is restricted only that somebody has to call."""
    rows = CheckIn.objects.filter(pk__in=ids).select_related("session")
    shut = set() if sees_shut else Decision.shut_of(rows)
    for one in rows:
        signs = one.as_triage().signs
        words: Any = signs[0].say if signs else one.urgency
        if one.pk in shut:
            words = _("A restricted check-in: ask the medical director")
        yield one.pk, (words, one.urgency, reverse("recover", args=[one.session_id]))


def _cosigned(ids: Sequence[UUID]) -> Iterator[tuple[UUID, tuple[Any, str, str]]]:
    rows = Supervision.objects.filter(pk__in=ids).select_related("session", "trainee", "supervisor")
    words = _("session %(n)d by %(who)s, supervised by %(supervisor)s")
    for row in rows.prefetch_related("session__cosignatures"):
        who = {"n": row.session.number, "who": row.trainee.full_name, "supervisor": row.supervisor.full_name}
        refused = row.answer is not None
        why = (_("Co-signature refused: %s") % (words % who)) if refused else words % who
        yield (
            row.pk,
            (why, "absolute" if refused else "caution", reverse("session-cosign", args=[row.session_id])),
        )
