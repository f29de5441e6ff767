"""How each kind of row is told in the timeline: one line, and under it what was added to it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model, Prefetch, Q, QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from needlework.clinic import measured, spared
from needlework.clinic.models.consent import ConsentAnswer, ConsentText
from needlework.clinic.models.merging import Merge
from needlework.clinic.models.people import Patient, PatientDetails, User
from needlework.clinic.models.recovery import AftercareSheet, CheckIn
from needlework.clinic.models.rights import Decision, What, shows
from needlework.clinic.models.safety import Told
from needlework.clinic.models.treatment import Session, SessionEntry
from needlework.clinic.templatetags.format import day as written
from needlework.clinic.templatetags.format import moment
from needlework.records.treat import EventKind

Entry = dict[str, Any]
Lines = Iterator[tuple[Model, Entry]]

CALLED = {
    EventKind.CHECKED: gettext_lazy("a check"),
    EventKind.NUMBED: gettext_lazy("numbing cream"),
    EventKind.WIPED: gettext_lazy("its removal"),
    EventKind.PASS: gettext_lazy("a pass"),
    EventKind.ENDPOINT: gettext_lazy("what was seen"),
    EventKind.TOPICAL: gettext_lazy("a product"),
    EventKind.NOTE: gettext_lazy("a note"),
    EventKind.ADVERSE: gettext_lazy("an adverse event"),
}


def entry(
    mark: str, text: str, url: str, by: User | None, added: Sequence[Entry] = (), *, more: str = ""
) -> Entry:
    name = by.full_name if by else ""
    return {"mark": mark, "text": text, "url": url, "by": name, "corrections": list(added), "more": more}


def added(label: str, at: datetime, text: str, by: User | None, *, mark: str = "") -> Entry:
    """What was decided or done about an entry, or corrected of it, told under it."""
    return {"label": label, "at": at, "text": text, "by": by.full_name if by else "", "mark": mark}


# ── rows that lead to the person by way of something else ────────────────────────────────────────────


def texts_of(patient: Patient) -> QuerySet[ConsentText]:
    return ConsentText.objects.filter(plan__patient__in=patient.charts)


def answers_of(patient: Patient) -> QuerySet[ConsentAnswer]:
    return ConsentAnswer.objects.filter(text__plan__patient__in=patient.charts)


def sessions_of(patient: Patient) -> QuerySet[Session]:
    return Session.objects.filter(plan__patient__in=patient.charts)


def sheets_of(patient: Patient) -> QuerySet[AftercareSheet]:
    return AftercareSheet.objects.filter(session__plan__patient=patient)


def check_ins_of(patient: Patient) -> QuerySet[CheckIn]:
    return CheckIn.objects.filter(session__plan__patient__in=patient.charts)


def notices_of(patient: Patient) -> QuerySet[Told]:
    return Told.objects.filter(patient__in=patient.charts)


def merges_of(patient: Patient) -> QuerySet[Merge]:
    """Of both charts, those that were undone as well."""
    return Merge.objects.filter(Q(patient__in=patient.charts) | Q(into__in=patient.charts))


# ── what was restricted or erased ────────────────────────────────────────────────────────────────────


def shut(patient: Patient) -> dict[tuple[str, str], Decision]:
    """The items of a person that are erased or restricted, by table and row."""
    standing = Decision.newest().filter(patient__in=patient.family, what__in=[What.ERASED, What.RESTRICTED])
    return {(one.table_name, one.row_id): one for one in standing}


def closed(row: Model, told: Entry, decided: dict[tuple[str, str], Decision], *, sees_shut: bool) -> Entry:
    """The line, or where its row was restricted or erased, that it was, and nothing of what stood there."""
    about = [(row._meta.db_table, row.pk), *((shown._meta.db_table, getattr(row, f"{name}_id"))
             for name, shown in shows(type(row)).items())]  # fmt: skip
    decision = next((one for table, key in about if (one := decided.get((table, key.hex)))), None)
    if decision is None:
        return told
    open_ = sees_shut and decision.what == What.RESTRICTED
    name = str(row._meta.verbose_name).capitalize()
    words = f"{name}: {decision.get_what_display().lower()}"
    why = [added(decision.get_what_display(), decision.created_at, decision.ground, decision.created_by)]
    return {**told, "text": words, "url": told["url"] if open_ else "", "more": "", "corrections": why}


# ── each kind ────────────────────────────────────────────────────────────────────────────────────────


def own_answers(rows: list[Any]) -> Lines:
    prefetch_related_objects(rows, "screening")
    for row in rows:
        read = getattr(row, "screening", None)
        url = reverse("screening", args=[read.pk]) if read else ""
        url = url or f"{reverse('screen', args=[row.patient_id])}?said={row.pk}"
        yield row, entry("clear", _("Answered by phone"), url, None)


def screenings(rows: list[Any]) -> Lines:
    prefetch_related_objects(rows, "created_by", "overrides__created_by")
    for row in rows:
        n = len(row.as_verdict().findings)
        words = ngettext("Screened: %(word)s, %(n)d finding", "Screened: %(word)s, %(n)d findings", n)
        decided = [
            added(_("Treats in spite of it"), made.created_at, made.reason, made.created_by)
            for made in row.overrides.all()
        ]
        url = reverse("screening", args=[row.pk])
        yield row, entry(row.outcome, words % {"word": row.outcome, "n": n}, url, row.created_by, decided)


def plans(rows: list[Any]) -> Lines:
    prefetch_related_objects(rows, "created_by", "replaces", "replaced_by__created_by")
    for row in rows:
        course = row.as_record()
        zones = ", ".join(zone.name.lower() for zone in course.zones)
        text = _("Planned: %(n)d sessions with %(device)s on %(zones)s") % {
            "n": course.sessions, "device": course.device_name, "zones": zones,
        }  # fmt: skip
        more = _("Replaces the plan of %s.") % written(row.replaces.created_at) if row.replaces_id else ""
        newer = getattr(row, "replaced_by", None)
        why = newer.change_reason if newer else ""
        later = [added(_("Replaced"), newer.created_at, why, newer.created_by)] if newer else []
        url = reverse("plan", args=[row.pk])
        yield row, entry("clear", text, url, row.created_by, later, more=more)


def consent_texts(rows: list[Any]) -> Lines:
    prefetch_related_objects(rows, "created_by")
    for row in rows:
        text = _("Consent given to read, version %d") % row.number
        yield row, entry("clear", text, reverse("consent", args=[row.plan_id]), row.created_by)


def consent_answers(rows: list[Any]) -> Lines:
    prefetch_related_objects(rows, "created_by", "text")
    marks = {ConsentAnswer.Said.SIGNED: "clear"}
    for row in rows:
        text = _("Consent, version %(n)d: %(said)s") % {"n": row.text.number, "said": row.get_said_display()}
        opens = reverse("consent", args=[row.text.plan_id])
        url = reverse("consent-document", args=[row.pk]) if row.document else opens
        yield row, entry(marks.get(row.said, "caution"), text, url, row.created_by, more=row.why)


def photo_consents(rows: list[Any]) -> Lines:
    prefetch_related_objects(rows, "created_by")
    for row in rows:
        said = _("agreed") if row.given else _("refused or taken back")
        text = _("Photographs, %(what)s: %(said)s") % {"what": row.words.split(".")[0], "said": said}
        url = reverse("photo-consent", args=[row.patient_id])
        yield row, entry("clear" if row.given else "caution", text, url, row.created_by)


TOLD_OF = (EventKind.SIGNED, EventKind.STRUCK, EventKind.ADVERSE, EventKind.ADDENDUM)


def sessions(rows: list[Any]) -> Lines:
    """Each session with what went wrong in it, what was struck, and what was added after the signature."""
    told_of = Q(kind__in=[one.value for one in TOLD_OF]) | Q(late__isnull=False)
    few = SessionEntry.objects.filter(told_of).select_related("created_by", "late")
    prefetch_related_objects(rows, "created_by", Prefetch("entries", few, to_attr="told_of"))
    struck = [one.data["corrects"] for row in rows for one in row.told_of if one.kind == EventKind.STRUCK]
    wrong = (
        {str(one.pk): one for one in SessionEntry.objects.filter(pk__in=map(UUID, struck))} if struck else {}
    )
    for row in rows:
        signed = any(one.kind == EventKind.SIGNED for one in row.told_of)
        words = _("Session %(n)d, signed") if signed else _("Session %(n)d, not signed yet")
        later = [_of_session(one, wrong) for one in row.told_of if one.kind != EventKind.SIGNED]
        mark = "clear" if signed else "caution"
        url = reverse("session", args=[row.pk])
        yield row, entry(mark, words % {"n": row.number}, url, row.created_by, later)


def _of_session(one: SessionEntry, wrong: dict[str, SessionEntry]) -> Entry:
    data = one.data
    if one.kind == EventKind.ADVERSE:
        return added(_("Adverse event"), one.at, str(data.get("what", "")), one.created_by, mark="urgent")
    if one.put_down:
        label = _("Late, in words")
        return added(label, one.at, str(data.get("text", "")), one.created_by, mark="caution")
    if one.kind == EventKind.ADDENDUM:
        return added(_("Addendum"), one.at, str(data.get("text", "")), one.created_by)
    before = wrong.get(str(data["corrects"]))
    what = CALLED.get(EventKind(before.kind), before.kind) if before else _("an entry")
    label = _("Struck, %(what)s of %(when)s") % {"what": what, "when": moment(before.at) if before else ""}
    return added(label, one.at, str(data.get("reason", "")), one.created_by)


def sheets(rows: list[Any]) -> Lines:
    prefetch_related_objects(rows, "created_by", "session")
    for row in rows:
        text = _("Aftercare sheet after session %d") % row.session.number
        yield row, entry("clear", text, reverse("aftercare", args=[row.session_id]), row.created_by)


def check_ins(rows: list[Any]) -> Lines:
    prefetch_related_objects(rows, "created_by", "taken__created_by")
    for row in rows:
        taken = getattr(row, "taken", None)
        answer = [added(_("Taken up"), taken.created_at, taken.note, taken.created_by)] if taken else []
        text = _("Check-in: %s") % row.urgency.replace("-", " ")
        yield row, entry(row.urgency, text, reverse("recover", args=[row.session_id]), row.created_by, answer)


def photographs(rows: list[Any]) -> Lines:
    prefetch_related_objects(rows, "created_by")
    for row in rows:
        text = _("Photograph of %s") % written(row.taken_on)
        yield row, entry("clear", text, reverse("measure", args=[row.patient_id]), row.created_by)


def comparisons(rows: list[Any]) -> Lines:
    prefetch_related_objects(rows, "created_by")
    for row in rows:
        seen = row.as_record()
        text = _("Measured: %s") % (measured.told(seen.changes) if seen.comparable else _("not comparable"))
        mark = "clear" if seen.comparable else "caution"
        yield row, entry(mark, text, reverse("comparison", args=[row.pk]), row.created_by)


def marks(rows: list[Any]) -> Lines:
    """A place that is left out, with what was corrected of it and when it ended."""
    prefetch_related_objects(rows, "created_by", "corrects", "corrected_by__created_by", "ended__created_by")
    for row in rows:
        heir, ended = getattr(row, "corrected_by", None), getattr(row, "ended", None)
        later = [added(_("Corrected"), heir.created_at, spared.says(heir), heir.created_by)] if heir else []
        later += [added(_("Ended"), ended.created_at, ended.why, ended.created_by)] if ended else []
        more = _("Corrects: %s") % spared.says(row.corrects) if row.corrects_id else row.note
        text = _("To be left out: %s") % spared.says(row)
        yield row, entry("caution", text, reverse("mark", args=[row.pk]), row.created_by, later, more=more)


def incidents(rows: list[Any]) -> Lines:
    prefetch_related_objects(rows, "created_by", "versions__created_by", "closed__created_by")
    for row in rows:
        first, *later = sorted(row.versions.all(), key=lambda one: one.id)
        text = _("Incident: %s") % first.get_severity_display()
        told = [
            added(_("Corrected"), one.created_at, one.get_severity_display(), one.created_by) for one in later
        ]
        ended = getattr(row, "closed", None)
        told += [added(_("Closed"), ended.created_at, ended.reason, ended.created_by)] if ended else []
        url = reverse("incident", args=[row.pk])
        yield row, entry("clear" if ended else "urgent", text, url, row.created_by, told)


def notices(rows: list[Any]) -> Lines:
    prefetch_related_objects(rows, "created_by", "look_back")
    marks = {True: "clear", False: "caution"}
    for row in rows:
        text = _("Told about %(what)s: %(how)s") % {
            "what": row.look_back.title, "how": row.get_outcome_display(),
        }  # fmt: skip
        url = reverse("look-back", args=[row.look_back_id])
        yield row, entry(marks[row.outcome in Told.REACHED], text, url, row.created_by, more=row.answer)


def merges(rows: list[Any]) -> Lines:
    prefetch_related_objects(rows, "patient", "into", "created_by", "undone__created_by")
    for row in rows:
        text = _("%(gone)s goes on in %(into)s, the same person") % {
            "gone": row.patient.number, "into": row.into.number,
        }  # fmt: skip
        undone = getattr(row, "undone", None)
        parted = [added(_("Undone"), undone.created_at, undone.reason, undone.created_by)] if undone else []
        yield (
            row,
            entry("", text, reverse("merge-undo", args=[row.pk]), row.created_by, parted, more=row.reason),
        )


def details(rows: list[Any]) -> Lines:
    """The first version is the admission; a later one says what it corrects, both readable."""
    prefetch_related_objects(rows, "created_by", "corrects")
    for row in rows:
        url = reverse("patient-details", args=[row.patient_id])
        was = row.corrects
        if was is None:
            yield row, entry("clear", _("Admitted"), url, row.created_by)
            continue
        told = [added(_("Was"), was.created_at, "; ".join(_corrected(was, row)), None)]
        yield row, entry("clear", _("Details corrected"), url, row.created_by, told)


DETAILS = ("full_name", "born_on", "sex", "phone", "email", "note")


def _corrected(was: PatientDetails, now: PatientDetails) -> Iterator[str]:
    """Each field that was corrected, as it was and as it is."""
    for name in DETAILS:
        before, after = _value(was, name), _value(now, name)
        if before != after:
            field = PatientDetails._meta.get_field(name)
            yield f"{getattr(field, 'verbose_name', name)}: {before or '–'} → {after or '–'}"


def _value(row: PatientDetails, name: str) -> str:
    shown = getattr(row, f"get_{name}_display", None)
    value = shown() if shown else getattr(row, name)
    return written(value) if name == "born_on" else str(value)
