"""What a look-back asks for: keys of one or several kinds, and a period."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from needlework.clinic import current, fit, recalled
from needlework.clinic.models.stock import Recall
from needlework.clinic.templatetags.format import day as written
from needlework.loop.traces import EVERY_VISIT, Trace, TraceKind

ORDER = tuple(TraceKind)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whoever has all of `every` and, where there are some, at least one of `some`, within the period."""

    every: tuple[Trace, ...] = ()
    some: tuple[Trace, ...] = ()
    since: date | None = None
    until: date | None = None
    told: tuple[str, ...] = field(default=(), compare=False)
    """What is asked, in words."""
    site: UUID | None = field(default=None, compare=False)
    """The one site that who asks may look into; None for all of them. Never stored: it is the reader's."""

    def stored(self) -> dict[str, Any]:
        return {
            "every": [list(one) for one in self.every],
            "some": [list(one) for one in self.some],
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "told": list(self.told),
        }

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> "Asked":
        since, until = (
            date.fromisoformat(stored[key]) if stored[key] else None for key in ("since", "until")
        )
        every, some = (
            tuple(Trace(TraceKind(kind), str(key)) for kind, key in stored[name])
            for name in ("every", "some")
        )
        return cls(every, some, since, until, tuple(stored["told"]))

    def from_(self) -> datetime | None:
        return midnight(self.since) if self.since else None

    def before(self) -> datetime | None:
        return midnight(self.until + timedelta(days=1)) if self.until else None


def of(said: Mapping[str, Any]) -> Asked:
    """What a form asks for. Only after is_valid()."""
    every, told = [], []
    for kind, key, words in _said(said):
        every.append(Trace(kind, key))
        told.append(words)
    since, until = said.get("since"), said.get("until")
    period = _period(since, until)
    ordered = tuple(sorted(every, key=lambda one: ORDER.index(one.kind)))
    return Asked(ordered or (EVERY_VISIT,), (), since, until, (*told, *([period] if period else [])))


def by_recall(recall: Recall) -> Asked:
    """Whoever was exposed to what is called back, however it was entered then."""
    told = (
        _("recall of %(day)s by %(source)s") % {"day": written(recall.issued_on), "source": recall.source},
    )
    return Asked(some=tuple(sorted(recalled.traces(recall))), told=told)


def _said(said: Mapping[str, Any]):
    if said.get("lot"):
        yield TraceKind.LOT, said["lot"], _("lot %(lot)s") % said
    if said.get("unit"):
        yield TraceKind.UNIT, said["unit"], _("device %(unit)s") % said
    if said.get("handpiece"):
        yield TraceKind.HANDPIECE, said["handpiece"], _("handpiece %(handpiece)s") % said
    if said.get("operator"):
        yield TraceKind.OPERATOR, str(said["operator"].pk), said["operator"].full_name
    if said.get("room"):
        yield TraceKind.ROOM, str(said["room"].pk), _("room %(room)s") % said
    if said.get("topical") and said.get("topical_lot"):
        key, name = f"{said['topical']}/{said['topical_lot']}", _topical(said)
        yield (
            TraceKind.TOPICAL_LOT,
            key,
            _("%(name)s, lot %(lot)s") % {"name": name, "lot": said["topical_lot"]},
        )
    elif said.get("topical"):
        yield TraceKind.TOPICAL, said["topical"], _topical(said)
    if said.get("model"):
        names = {one.id: one.name for one in current.protocol().devices.device}
        yield TraceKind.MODEL, said["model"], names.get(said["model"], said["model"])


def _topical(said: Mapping[str, Any]) -> str:
    return dict(fit.on_skin()).get(said["topical"], said["topical"])


def _period(since: date | None, until: date | None) -> str:
    if since and until:
        return _("%(since)s to %(until)s") % {"since": written(since), "until": written(until)}
    if since:
        return _("since %(day)s") % {"day": written(since)}
    return _("until %(day)s") % {"day": written(until)} if until else ""


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min)).astimezone(UTC)
