"""A plan on paper: the same words for the page that is printed and for the PDF."""

from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from needlework.clinic import current, spared
from needlework.clinic.models.editions import EditionSignature
from needlework.clinic.models.people import Clinic
from needlework.clinic.models.planning import Plan
from needlework.clinic.plan.changed import told
from needlework.clinic.templatetags.format import day, moment, number
from needlework.exchange.plansheet import Paper, Part, Row
from needlework.loop import consent, learn
from needlework.protocol.schema.protocol import Protocol
from needlework.records.consent import ConsentLine
from needlework.records.plan import Minutes, ZonePlan
from needlework.records.plan import Plan as Course
from needlework.records.screen import Finding
from needlework.records.why import Refusal


def paper(plan: Plan, *, newer: Plan | None, bars: Iterable[Finding]) -> Paper:
    """All of a plan in words, by the edition that it was made with."""
    course, clinic = plan.as_record(), Clinic.current()
    protocol = current.planned(course)
    return Paper(
        title=_("Treatment plan"),
        on=timezone.localdate(plan.created_at),
        under="  ·  ".join(
            (
                clinic.name,
                _("planned on %(day)s") % {"day": day(plan.created_at)},
                _("protocol %(edition)s") % {"edition": plan.edition},
            )
        ),
        person=tuple(_person(plan, course)),
        warnings=tuple(_warnings(plan, course, newer, bars)),
        course=tuple(_course(course)),
        zones=_("Zone by zone, at each session"),
        heads=(
            _("Zone"), _("Set depth, mm"), _("Limit, mm"), _("Passes"), _("Punctures per cm²"),
            _("Area, cm²"), _("Needling, min"), _("Until one sees"),
        ),
        rows=tuple(_row(zone) for zone in course.zones),
        parts=tuple(part for part in _parts(plan, course, protocol) if part.lines),
        made=tuple(_made(plan, course)),
        questions=_("My questions"),
        ask=_ask(clinic.phone),
        foot=_("A plan may change: the newest one in the clinic’s record holds. No consent, and no promise."),
        page=_("page {n} of {of}"),
    )  # fmt: skip


def _ask(phone: str) -> str:
    if not phone:
        return _("Write down what you would like to ask, and bring it along.")
    return _("Write down what you would like to ask, or call: %(phone)s.") % {"phone": phone}


# ── the head ─────────────────────────────────────────────────────────────────────────────────────────


def _person(plan: Plan, course: Course) -> Iterator[Row]:
    details = plan.patient.details
    yield _("Name"), details.full_name
    yield _("Born"), day(details.born_on)
    yield _("Number"), plan.patient.number
    yield _("Skin type"), _("%(type)s (Fitzpatrick)") % {"type": course.person.skin_type}


def _warnings(plan: Plan, course: Course, newer: Plan | None, bars: Iterable[Finding]) -> Iterator[str]:
    edition = current.planned(course).edition
    if EditionSignature.under(edition) is None:
        yield _("The protocol behind this plan is a draft: no medical director has signed it.")
    if edition.mark != plan.edition:
        words = _("Edition %(made)s is not kept here: what to expect and aftercare stand by %(now)s.")
        yield words % {"made": plan.edition, "now": edition.mark}
    if newer:
        yield _("This plan was replaced on %(day)s. Treat by the newer one.") % {"day": day(newer.created_at)}
    for bar in bars:
        wait = _("Not before %(day)s.") % {"day": day(bar.until)} if bar.until else _("Not yet.")
        yield f"{wait} {bar.tell}"


def _course(course: Course) -> Iterator[Row]:
    protocol = current.planned(course)
    names = {one.id: one.name for one in protocol.plan.concern}
    yield _("For"), ", ".join(names.get(one, one) for one in course.concerns)
    yield _("Device"), course.device_name
    yield _("Needles"), _needles(course)
    yield _("Sessions"), _sessions(course)
    yield _("A visit"), _("about %(n)s minutes") % {"n": number(course.minutes.total, 0)}
    yield _("Of these"), _minutes(course.minutes)
    yield (
        _("Redness"),
        ngettext("%(n)d day at most", "%(n)d days at most", course.recovery_days)
        % {"n": course.recovery_days},
    )
    yield _("Judged"), _("%(n)d days after the last session, not before") % {"n": course.judge_after_days}


def _needles(course: Course) -> str:
    device = current.planned_device(course)
    if device is None or device.needles is None:
        return _("how many was not seen in any source: no dose can be reckoned")
    return str(device.needles)


def _sessions(course: Course) -> str:
    if course.sessions == 1:
        return _("one")
    words = _("%(n)d, %(days)d days apart")
    return words % {"n": course.sessions, "days": course.interval_days}


def _minutes(minutes: Minutes) -> str:
    words = _("%(p)s preparing, %(a)s numbing, %(n)s needling, %(c)s aftercare")
    parts = (minutes.preparation, minutes.anaesthetic, minutes.needling, minutes.aftercare)
    return words % dict(zip("panc", (number(part, 0) for part in parts), strict=True))


def _row(zone: ZonePlan) -> tuple[str, ...]:
    return (
        zone.name,
        number(zone.set_depth_mm),
        number(zone.wall.limit_mm),
        str(zone.passes),
        _("not known") if zone.target_per_cm2 is None else number(zone.target_per_cm2, 0),
        number(zone.area_cm2, 1),
        number(zone.needling_s / 60, 1),
        zone.endpoint,
    )


# ── the parts ────────────────────────────────────────────────────────────────────────────────────────


def _parts(plan: Plan, course: Course, protocol: Protocol) -> Iterator[Part]:
    said = {
        part.id: part
        for part in consent.compose(
            course, protocol, planner=_planner(plan), off_label_reason=plan.off_label_reason
        ).sections
    }
    lines = said["label"].lines if "label" in said else ()
    label = tuple(_once(lines))
    title = _("Outside the label") if course.off_label else _("Within the label")
    yield Part("label", title, label, weighs=bool(course.off_label))
    yield Part("spared", _("What is left out"), tuple(_spared(plan)), weighs=True)
    yield Part("walls", _("Why this deep, and no deeper"), tuple(_walls(course)))
    yield Part("changes", _("Otherwise than the protocol proposes, and why"), tuple(_changes(plan, course)))
    yield Part("skin", _("Your skin"), tuple(_skin(course)))
    yield Part("forecast", _("What to expect, and what nobody knows"), tuple(_forecasts(course, protocol)))
    yield Part("after", _("Afterwards, in short"), tuple(_after(course, protocol)))


def _spared(plan: Plan) -> Iterator[Row]:
    """The marks that count today, by the numbers of the map, with the view on which each was drawn."""
    for one in spared.shown(plan.patient, on=timezone.localdate()):
        drawn = _("Drawn on the %(view)s.") % {"view": one["view"]}
        known = one["kind"]
        says = [drawn, known.say if known else "", one["mark"].note]
        yield f"{one['n']} {spared.says(one['mark'])}", " ".join(word for word in says if word)


def _once(lines: Iterable[ConsentLine]) -> Iterator[Row]:
    """The lines of a part, a word that many begin with said by the first alone."""
    before = ""
    for line in lines:
        yield "" if line.head == before else line.head, line.text
        before = line.head


def _walls(course: Course) -> Iterator[Row]:
    yield "", _("Set depth is how far the needles stand out, not how deep they go.")
    for zone in course.zones:
        skin = _("Mean skin here: %(mm)s\u202fmm.") % {"mm": number(zone.skin_mm)} if zone.skin_mm else ""
        limit = _("%(mm)s\u202fmm at most (%(wall)s).") % {
            "mm": number(zone.wall.limit_mm),
            "wall": zone.wall.name,
        }
        yield zone.name, " ".join(word for word in (limit, zone.wall.says, skin) if word)


def _changes(plan: Plan, course: Course) -> Iterator[Row]:
    names = {zone.zone: zone.name for zone in course.zones}
    for one in plan.judged():
        yield capfirst(told(one, names)), one.breaks or _("Within what the protocol allows.")
    if plan.change_reason:
        yield _("The reason"), f"{plan.change_reason} ({_planner(plan)})"


def _skin(course: Course) -> Iterator[Row]:
    for note in course.notes:
        if note.id in consent.ABOUT_SKIN:
            yield "", note.tell


def _forecasts(course: Course, protocol: Protocol) -> Iterator[Row]:
    for id_ in course.concerns:
        found = learn.forecast(id_, protocol)
        if not isinstance(found, Refusal):
            yield found.name, found.tell
    yield "", _("These are studies of groups of people. What one person’s skin will do nobody can foretell.")


def _after(course: Course, protocol: Protocol) -> Iterator[Row]:
    """Those that last alike in one line, the shortest first."""
    together: dict[str, list[str]] = {}
    for hold, from_h, until_h in sorted(consent.aftercare(course, protocol), key=lambda one: one[1:]):
        together.setdefault(_lasts(from_h, until_h), []).append(hold.title)
    yield from ((lasts, f"{'; '.join(titles)}.") for lasts, titles in together.items())
    yield "", _("After each session you get your own timetable, with days and hours.")


def _lasts(from_h: float, until_h: float) -> str:
    if from_h <= 0:
        return _("For %(span)s") % {"span": consent.span(until_h)}
    return _("From %(start)s to %(end)s") % {"start": consent.span(from_h), "end": consent.span(until_h)}


def _made(plan: Plan, course: Course) -> Iterator[Row]:
    yield _("Planned by"), _planner(plan)
    yield _("On"), moment(plan.created_at)
    if course.led_by != "practitioner":
        yield _("Led by"), course.led_by
    yield _("Protocol"), plan.edition


def _planner(plan: Plan) -> str:
    return plan.created_by.full_name if plan.created_by else _("your clinic")
