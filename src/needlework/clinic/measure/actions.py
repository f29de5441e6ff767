"""Keep a photograph; have two compared, which a worker does, since it takes seconds."""

import threading
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import TaskContext, TaskResultStatus, task
from django_tasks.signals import task_finished

from needlework.clinic import audit, consented, current, storage
from needlework.clinic.measure import faces, look, takes
from needlework.clinic.models.measuring import Measuring, Stage
from needlework.clinic.models.people import Patient, User
from needlework.clinic.models.photographs import Comparison, Photograph
from needlework.clinic.models.planning import Plan
from needlework.clinic.models.rights import Decision, What
from needlework.clinic.once import kept, used
from needlework.clinic.templatetags.format import day as written
from needlework.imaging import photo, quality, regions
from needlework.imaging.items import Mark
from needlework.loop import measure
from needlework.records.why import Reason, Refusal

PAGE_PX, PAGE_QUALITY = 1600, 88
EARLIEST = date(1990, 1, 1)
"""Before this nobody took a digital photograph of skin: the year is a slip."""

ONE_AT_A_TIME = threading.Lock()
"""A photograph of 88 megapixels takes over a gigabyte to read: a second one waits its turn."""


def keep(
    *,
    patient: Patient,
    data: bytes,
    taken_on: date | None,
    once: UUID,
    by: User,
    at: datetime,
    view: str = "",
) -> Photograph | Refusal:
    """
    Keep a photograph, byte for byte, with a copy for the pages.

    Decoded and judged before anything is kept: what cannot be measured is refused with what to do. The same
    photograph of the same person, sent again, is the one that is there.
    """
    if reasons := tuple(consented.against_photographs(patient, "record")):
        return Refusal(reasons)
    with ONE_AT_A_TIME:
        return _kept(patient=patient, data=data, taken_on=taken_on, once=once, by=by, at=at, view=view)


def _kept(
    *,
    patient: Patient,
    data: bytes,
    taken_on: date | None,
    once: UUID,
    by: User,
    at: datetime,
    view: str = "",
) -> Photograph | Refusal:
    decoded = photo.decode(data)
    if isinstance(decoded, Refusal):
        return decoded
    on = timezone.localdate(at)
    day = taken_on or (decoded.taken_at.date() if decoded.taken_at else on)
    if day < EARLIEST:
        return Refusal((Reason("taken_on", f"is {day}, which is too long ago.", "Check the year."),))
    if day > on:
        return Refusal(
            (Reason("taken_on", f"is {day}, which is yet to come.", "Give the day it was taken."),)
        )
    if erased := _erased(patient, decoded.sha256):
        return erased
    seen = quality.examine(decoded, face=faces.seen(decoded) if view in takes.FACE else None, view=view)
    if reasons := seen.marked(Mark.REFUSED):
        return Refusal(reasons)
    made = Photograph(
        patient=patient,
        sha256=decoded.sha256,
        format=decoded.format,
        width=decoded.width,
        height=decoded.height,
        taken_on=day,
        camera=decoded.camera,
        view=view,
        cautions=[f"{one.problem} {one.do}" for one in seen.marked(Mark.CAUTION)],
        once=once,
        created_by=by,
        created_at=at,
    )
    storage.keep(made.original, data)
    storage.keep(made.working, photo.working_copy(decoded, longest_px=PAGE_PX, quality=PAGE_QUALITY))
    return _entered(made)


def _erased(patient: Patient, sha256: str) -> Refusal | None:
    """Why this very photograph is not kept again: its row stays, and says that it was erased."""
    there = Photograph.objects.filter(patient=patient, sha256=sha256).first()
    decided = Decision.of([there]).get(there.pk) if there else None
    if decided is None or decided.what != What.ERASED:
        return None
    says = _("was erased on %(day)s, at the person’s request.") % {"day": written(decided.created_at)}
    return Refusal((Reason(_("photograph"), says, _("Take a new one, if they agree to that.")),))


@transaction.atomic
def _entered(made: Photograph) -> Photograph | Refusal:
    """The row, or the one that is there already for this photograph of this person."""
    sent = kept(Photograph, made.once)
    there = Photograph.objects.filter(patient=made.patient, sha256=made.sha256).first()
    if there is not None:
        return there
    if sent:
        return used()
    made.save()
    return made


@transaction.atomic
def ask(
    *,
    before: Photograph,
    after: Photograph,
    plan: Plan | None,
    zones: str,
    mm_per_px: float | None,
    once: UUID,
    by: User,
    at: datetime,
    repeats: tuple[Photograph, ...] = (),
) -> Measuring | Refusal:
    """
    Have two photographs of one person compared, on the whole skin area or on zones drawn on the earlier one.

    What is asked and its place in the queue are kept together or not at all; a worker does the rest.
    """
    if sent := kept(Measuring, once):
        return sent if sent.patient_id == before.patient_id else used()
    if reasons := tuple(consented.against_photographs(before.patient, "shown")):
        return Refusal(reasons)
    chosen = regions.parse(zones) if zones.strip() else ()
    if isinstance(chosen, Refusal):
        return chosen
    outside = regions.within(chosen, width=before.width, height=before.height)
    if reasons := (*_against(before, after, repeats), *outside):
        return Refusal(reasons)
    asked = Measuring.objects.create(
        patient=before.patient,
        plan=plan,
        before=before,
        after=after,
        repeats=[str(one.pk) for one in repeats],
        zones=[{"name": one.name, "polygon": one.polygon} for one in chosen] or None,
        mm_per_px=mm_per_px,
        once=once,
        created_by=by,
        created_at=at,
    )
    measured_in_turn.enqueue(str(asked.pk))
    return asked


def _against(before: Photograph, after: Photograph, repeats: tuple[Photograph, ...]) -> list[Reason]:
    if any(one.patient_id != before.patient_id for one in (after, *repeats)):
        return [Reason("after", "is a photograph of somebody else.", "Choose two of the same person.")]
    if before.pk == after.pk:
        return [Reason("after", "is the same photograph.", "Choose two different photographs.")]
    if before.taken_on > after.taken_on:
        return [
            Reason("after", "was taken before the other one.", "Choose the earlier photograph as before.")
        ]
    if any(one.taken_on not in (before.taken_on, after.taken_on) for one in repeats):
        do = "Choose further photographs of one of the two days, taken anew with nothing done in between."
        return [Reason("repeats", "were not taken on the day of either photograph.", do)]
    return []


# ── what a worker does ───────────────────────────────────────────────────────────────────────────────


@task(takes_context=True)
def measured_in_turn(context: TaskContext, asked: str) -> None:
    measured(UUID(asked), attempt=context.attempt)


@receiver(task_finished)
def given_up(task_result: Any, **signal: Any) -> None:
    """The queue has given a task of ours up, so its page must not wait for ever."""
    if task_result.task.func is measured_in_turn.func and task_result.status == TaskResultStatus.FAILED:
        asked = Measuring.objects.get(pk=task_result.args[0])
        with audit.acting(asked.created_by):
            asked.move(Stage.FAILED, attempt=task_result.attempts, at=timezone.now())


def measured(asked: UUID, *, attempt: int) -> Comparison | None:
    """
    Measure what was asked, and keep what came of it; None where that was done, or is done elsewhere.

    The measuring stands outside any transaction: it takes seconds, and a writer must never wait for it. The
    comparison has the id of what was asked, and is kept only if no later attempt has begun since.
    """
    row = Measuring.objects.select_related("before", "after", "plan", "created_by").get(pk=asked)
    with audit.acting(row.created_by):
        if not row.move(Stage.MEASURING, attempt=attempt, at=timezone.now()):
            return None
        knowledge = current.protocol().measure
        with ONE_AT_A_TIME:
            seen = look.at(row)
        made = Comparison.from_record(
            row.before,
            row.after,
            measure.compare(seen.observation, knowledge, repeats=seen.repeats),
            plan=row.plan,
            zones=row.zones,
            mm_per_px=seen.scale.mm_per_px,
            edition=knowledge.edition,
            pictures=list(seen.pictures),
            id=row.pk,
            once=row.once,
            created_by=row.created_by,
            created_at=row.created_at,
        )
        for name, data in seen.pictures.items():
            storage.keep(made.picture(name), data)
        return made if _stands(made, row, attempt=attempt) else None


@transaction.atomic
def _stands(made: Comparison, row: Measuring, *, attempt: int) -> bool:
    """
    Whether what was measured may be kept: not by a worker that was given up, nor of a photograph that was
    erased or restricted while it was measured.
    """
    Patient.objects.select_for_update(no_key=True).get(pk=row.patient_id)  # as whoever decides holds it
    shut = {row.before_id, row.after_id} & set(Decision.shut(row.patient, Photograph))
    if not row.move(Stage.FAILED if shut else Stage.DONE, attempt=attempt, at=timezone.now()):
        return False
    if shut:
        transaction.on_commit(lambda: [storage.shred(made.picture(name)) for name in made.pictures])
        return False
    made.save()
    return True
