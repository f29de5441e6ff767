"""
What somebody takes home after a session: composed once, at the signature, and kept in the words given.

It is made of what was charted, not of what was planned, and of the edition that was in use that day; another
edition changes no sheet that was given.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID, uuid5

import msgspec
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from needlework.clinic import current
from needlework.clinic.models.people import Clinic, User
from needlework.clinic.models.places import Site
from needlework.clinic.models.recovery import AftercareSheet
from needlework.clinic.models.treatment import Session
from needlework.clinic.templatetags.format import day, number
from needlework.exchange.aftersheet import Line, Part, Sheet
from needlework.loop import recover, treat
from needlework.protocol.schema.protocol import Protocol
from needlework.records.plan import Plan
from needlework.records.recover import Timetable, Treatment
from needlework.records.treat import Chart, Event, EventKind, LatePass, Pass


def keep(session: Session, *, by: User, at: datetime) -> AftercareSheet | None:
    """The sheet of a session that was just signed; None where nothing was needled. Made once."""
    treatment = session.as_treatment()
    if treatment is None:
        return None
    if kept := AftercareSheet.objects.filter(session=session).first():
        return kept
    sheet = compose(session, treatment)
    row = AftercareSheet(
        session=session, words=msgspec.to_builtins(sheet), edition=sheet.edition, once=_key(session.pk),
        created_by=by, created_at=at,
    )  # fmt: skip
    row.save()
    return row


def of(session: Session) -> Sheet | None:
    """The sheet as it was given; of a session that was signed before there were any, as of today."""
    if kept := AftercareSheet.objects.filter(session=session).first():
        return msgspec.convert(kept.words, Sheet)
    treatment = session.as_treatment()
    return compose(session, treatment) if treatment else None


def compose(session: Session, treatment: Treatment) -> Sheet:
    """The sheet by what was charted and by the edition in use."""
    protocol, site = current.protocol(), session.room.site
    events, plan = session.as_events(), session.plan.as_record()
    chart = treat.chart(events, plan)
    times = recover.timetable(treatment, protocol.recover)
    return Sheet(
        title=_("After your session"),
        under=(site.name, session.patient.number, day(treatment.treated_at)),
        at=timezone.localtime(chart.signed_at or treatment.treated_at),
        parts=(
            Part("done", _("What was done"), tuple(_done(chart, events, plan, protocol))),
            *_calls(protocol, site),
            Part("normal", _("What is normal, and until when"), tuple(_normal(times))),
            Part("holds", _("What to do, what to leave alone"), tuple(_holds(times))),
            Part("next", _("Your next session"), (_next(times),)),
        ),
        edition=times.edition,
    )


def _done(chart: Chart, events: Sequence[Event], plan: Plan, protocol: Protocol) -> Iterator[Line]:
    for zone in plan.zones:
        passes: list[Pass | LatePass] = [one for one in chart.passes if one.zone == zone.zone]
        passes += [one for one in chart.late if one.zone == zone.zone]
        if passes:
            deepest, many = max(one.set_depth_mm for one in passes), sum(one.passes for one in passes)
            words = _("needles set to %(mm)s mm at the deepest, %(n)d passes") % {
                "mm": number(deepest),
                "n": many,
            }
            yield Line(f"{zone.name}:", f"{words}.")
    for opened in chart.cartridges:
        said = {"lot": opened.lot, "serial": opened.serial}
        words = _("opened for you alone and not used again; lot %(lot)s, serial %(serial)s.") % said
        yield Line(_("Sterile cartridge:"), words)
    creams = {one.id: one.name for one in protocol.treat.anaesthetic}
    for cream in dict.fromkeys(one.use.anaesthetic for one in chart.numbed):
        yield Line(_("Numbing cream:"), f"{creams.get(cream, cream) or _('put down without its name')}.")
    listed = {one.id: one for one in protocol.treat.topical}
    used = [one for one in events if one.kind is EventKind.TOPICAL and one.id not in chart.struck]
    for topical in dict.fromkeys(str(one.data["topical"]) for one in used):
        known = listed.get(topical)
        yield Line(_("On your skin:"), f"{known.name}. {known.tell}" if known else f"{topical}.")


def _calls(protocol: Protocol, site: Site) -> Iterator[Part]:
    """What cannot wait, before everything that reassures; with the numbers of the site."""
    alarms, words = recover.alarms(protocol.recover), protocol.recover.words
    us = site.phone or Clinic.current().phone
    for urgency, says, phone in (
        ("emergency", words.emergency, site.emergency_phone),
        ("urgent", words.urgent, us),
    ):
        lines = [Line("", one) for one in alarms[urgency]]
        if phone:
            lines.append(Line(_("Number: %(phone)s") % {"phone": phone}))
        yield Part(urgency, says, tuple(lines), tone=urgency)


def _normal(times: Timetable) -> Iterator[Line]:
    for one in times.expectations:
        yield Line(f"{one.title}, {_until(one.until_at)}:", one.tell)
    gone = _("Redness should be gone by %(when)s. If not, tell us.")
    yield Line("", gone % {"when": _moment(times.redness_gone_by)})


def _holds(times: Timetable) -> Iterator[Line]:
    for one in times.holds:
        begins = "" if one.from_at <= times.treatment.treated_at else _from(one.from_at)
        yield Line(f"{one.title}, {begins}{_until(one.until_at)}:", one.tell)


def _next(times: Timetable) -> Line:
    return Line(_("Not before %(day)s.") % {"day": date_format(times.next_session_from, "l j M Y")})


def _until(at: datetime) -> str:
    return _("until %(when)s") % {"when": _moment(at)}


def _from(at: datetime) -> str:
    return _("from %(when)s ") % {"when": _moment(at)}


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "D j M Y, H:i")


def _key(session: UUID) -> UUID:
    """One sheet a session, whoever asks."""
    return uuid5(session, "aftercare")
