"""Measure: the photographs, taking one, a pair of them, and what changed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRefresh
from uuid_utils.compat import uuid7

from needlework.clinic import access, audit, consented, once, spared, storage
from needlework.clinic.measure import actions, faces, look, report, shown, takes
from needlework.clinic.measure.forms import MeasureForm, PairForm, PhotographForm, TakeForm
from needlework.clinic.models.measuring import Measuring, Stage
from needlework.clinic.models.people import Patient
from needlework.clinic.models.photographs import Comparison, Photograph
from needlework.clinic.models.rights import Decision
from needlework.clinic.thread import about
from needlework.imaging import photo
from needlework.records.why import Refusal

FACE_PX = 224
"""Of 56 px on a page, for screens of several dots a pixel, with the edges cut off."""
SLOW_S = 60
"""After so long somebody who waits is told where to look."""


# ── photographs ──────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@access.needs("measure.upload")
def photographs(request: access.Request, patient: UUID) -> HttpResponse:
    """A person's photographs: add one, choose two."""
    person, today = access.patient(request, patient), timezone.localdate()
    form = PhotographForm(request.POST or None, request.FILES or None, initial={"once": uuid7()})
    if form.is_bound and form.is_valid():
        kept = actions.keep(
            patient=person,
            data=form.cleaned_data["photograph"].read(),
            taken_on=form.cleaned_data["taken_on"],
            view=form.cleaned_data["view"],
            once=form.cleaned_data["once"],
            by=request.user,
            at=timezone.now(),
        )
        if not isinstance(kept, Refusal):
            return redirect("measure", patient=person.pk)
        once.refused(form, kept)
    rows = list(Photograph.open_of(person).order_by("taken_on", "created_at"))
    context = {
        **about(person, here="measure", on=today),
        **spared.map_of(spared.shown(person, on=today)),
        "form": form,
        "not_agreed": [
            *consented.against_photographs(person, "record"),
            *consented.against_photographs(person, "shown"),
        ],
        "photographs": [
            {"photograph": one, "label": _label(one, person), "view": takes.name(one.view)} for one in rows
        ],
        "pair": _pair_form(person, rows),
        "waiting": person.measurings.exclude(stage=Stage.DONE)
        .exclude(pk__in=Decision.shut(person, Measuring))
        .select_related("before", "after"),
        "comparisons": person.comparisons.exclude(pk__in=Decision.shut(person, Comparison)).select_related(
            "before", "after"
        ),
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "clinic/measure/photographs.html", context, status=status)


@require_http_methods(["GET", "POST"])
@access.needs("measure.upload")
def camera(request: access.Request, patient: UUID) -> HttpResponse:
    """Take the photographs of this visit, each held against the same view of an earlier day."""
    person, today = access.patient(request, patient), timezone.localdate()
    form = TakeForm(request.POST or None, request.FILES or None)
    if form.is_bound and form.is_valid():
        view = form.cleaned_data["view"]
        kept = actions.keep(
            patient=person, data=form.cleaned_data["photograph"].read(), taken_on=today, view=view,
            once=form.cleaned_data["once"], by=request.user, at=timezone.now(),
        )  # fmt: skip
        if not isinstance(kept, Refusal):
            messages.success(request, _("Kept: %(view)s.") % {"view": takes.name(view)})
            for caution in kept.cautions:
                messages.warning(request, caution)
            return redirect("camera", patient=person.pk)
        once.refused(form, kept)
    views = takes.of(person, on=today)
    asked = request.POST.get("view") or request.GET.get("view", "")
    chosen = asked if takes.known(asked) else next((one.view for one in views if not one.done), views[0].view)
    held = takes.ghost(person, chosen, on=today)
    context = {
        **about(person, here="measure", on=today),
        "form": form,
        "not_agreed": list(consented.against_photographs(person, "record")),
        "once": uuid7(),
        "views": views,
        "chosen": chosen,
        "chosen_name": takes.name(chosen),
        "ghost": held,
        "ghost_url": _image(held) if held else "",
        "ghost_label": _label(held, person) if held else "",
        "frame": takes.frame(held) if held else None,
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "clinic/measure/camera.html", context, status=status)


@require_http_methods(["GET"])
@access.needs("measure.read")
def photograph_image(request: access.Request, photograph: UUID) -> HttpResponse:
    """The working copy: upright, smaller, without metadata. The original leaves only by export."""
    found = access.get(request, Photograph, photograph)
    return HttpResponse(storage.read(found.working), content_type="image/jpeg")


@require_http_methods(["GET"])
@access.needs("measure.read")
def photograph_face(request: access.Request, photograph: UUID) -> HttpResponse:
    """The same so small that it fits into the head of a page."""
    found = access.get(request, Photograph, photograph, detail="head")
    small = photo.smaller(storage.read(found.working), longest_px=FACE_PX)
    return HttpResponse(small, content_type="image/jpeg")


# ── a pair ───────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@access.needs("measure.upload")
def compare(request: access.Request, patient: UUID) -> HttpResponse:
    """What to measure on a pair: the whole skin area, or zones drawn or found on the earlier photograph."""
    person, today = access.patient(request, patient), timezone.localdate()
    pair = PairForm(person, request.GET)
    if not pair.is_valid():
        return redirect("measure", patient=person.pk)
    before, after = pair.cleaned_data["before"], pair.cleaned_data["after"]
    sought = faces.found(before) if "find" in request.POST else None
    given = request.POST.copy() if request.method == "POST" else None
    if given is not None and isinstance(sought, faces.Zones):
        given.setlist("area", ["drawn"])
        given.setlist("zones", [sought.text])
    form = MeasureForm(before, after, given, initial={"once": uuid7(), "area": "whole"})
    if form.is_bound and sought is None and form.is_valid():
        asked = actions.ask(
            before=before, after=after, plan=person.plans.filter(replaced_by=None).first(),
            zones=form.cleaned_data["zones"], mm_per_px=form.cleaned_data["mm_per_px"],
            repeats=tuple(form.cleaned_data["repeats"]),
            once=form.cleaned_data["once"], by=request.user, at=timezone.now(),
        )  # fmt: skip
        if not isinstance(asked, Refusal):
            return redirect("comparison", comparison=asked.pk)
        once.refused(form, asked)
    context = {
        **about(person, here="measure", on=today),
        "form": form,
        "before": before,
        "before_label": _label(before, person),
        "after_label": _label(after, person),
        "photo_url": _image(before),
        "after_url": _image(after),
        "repeats": _repeats(form, person),
        "sought": sought,
    }
    status = 422 if form.is_bound and not isinstance(sought, faces.Zones) else 200
    return TemplateResponse(request, "clinic/measure/compare.html", context, status=status)


@require_http_methods(["GET"])
@access.needs("measure.read")
def comparison(request: access.Request, comparison: UUID) -> HttpResponse:
    """What a pair shows; until it is measured, how far that is."""
    if Measuring.objects.filter(pk=comparison).exclude(stage=Stage.DONE).exists():
        return _progress(request, access.get(request, _measurings(), comparison))
    if request.htmx and "progress" in request.GET:
        return HttpResponseClientRefresh()
    rows = Comparison.objects.select_related("before", "after", "patient", "plan")
    found = access.get(request, rows, comparison)
    seen, layers = found.as_record(), shown.layers(found)
    laid = shown.laid(layers, request.GET.get("show", ""))
    measure = laid.get("id", "").removesuffix("-change")
    measure = "" if measure == shown.PHOTOGRAPHS else measure
    context = {
        **about(found.patient, here="measure", on=timezone.localdate()),
        "comparison": found,
        "seen": seen,
        "groups": shown.groups(seen),
        "layers": layers,
        "laid": laid,
        "before_url": laid.get("before") or _image(found.before),
        "after_url": laid.get("after") or _image(found.after),
        "before_label": _label(found.before, found.patient),
        "after_label": _label(found.after, found.patient),
        "zones": shown.on_map(seen, measure),
        "map_of": shown.title(measure) if measure else "",
        "off_map": shown.off_map(seen),
        "likeness": shown.likeness(seen),
        "scale": shown.scale(found, seen),
        "reference": shown.REFERENCES.get(seen.reference, ""),
        "early": shown.early(found, seen),
    }
    return TemplateResponse(request, "clinic/measure/comparison.html", context)


@require_http_methods(["GET"])
@access.needs("measure.read")
def comparison_image(request: access.Request, comparison: UUID, which: str) -> HttpResponse:
    found = access.get(request, Comparison, comparison)
    if which not in found.pictures:
        raise Http404
    return HttpResponse(storage.read(found.picture(which)), content_type="image/jpeg")


@require_http_methods(["GET"])
@access.needs("measure.report")
def comparison_report(request: access.Request, comparison: UUID) -> HttpResponse:
    """The comparison as one page of PDF. It leaves the clinic, so the log says who took it."""
    found = access.get(request, Comparison.objects.select_related("before", "after", "patient"), comparison)
    made = report.of(found, on=timezone.localdate())
    if isinstance(made, Refusal):
        messages.error(request, " ".join(f"{one.problem} {one.do}" for one in made.reasons))
        return redirect("comparison", comparison=found.pk)
    audit.note("export", found, detail="report.pdf")
    response = HttpResponse(made, content_type="application/pdf")
    name = f"{found.patient.number}-{found.before.taken_on}-{found.after.taken_on}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _measurings() -> Any:
    return Measuring.objects.select_related("before", "after", "patient")


def _progress(request: access.Request, asked: Measuring) -> HttpResponse:
    context = {
        **about(asked.patient, here="measure", on=timezone.localdate()),
        "asked": asked,
        "before_url": _image(asked.before),
        "after_url": _image(asked.after),
        "before_label": _label(asked.before, asked.patient),
        "after_label": _label(asked.after, asked.patient),
        "slow": asked.is_open and (timezone.now() - asked.created_at).total_seconds() > SLOW_S,
    }
    return TemplateResponse(request, "clinic/measure/progress.html", context)


# ── words and addresses ──────────────────────────────────────────────────────────────────────────────


def _image(photograph: Photograph) -> str:
    return reverse("photograph-image", args=[photograph.pk])


def _pair_form(person: Patient, rows: list[Photograph]) -> dict[str, Any] | None:
    """The first and the last photograph, ready to be compared; None with fewer than two."""
    if len(rows) < 2:
        return None
    first, last = _alike(rows)
    form = PairForm(person, initial={"before": first.pk, "after": last.pk})
    fields: dict[str, Any] = form.fields
    for name in ("before", "after"):
        fields[name].label_from_instance = lambda one: _named(one, person)
    asked = urlencode({"before": str(first.pk), "after": str(last.pk)})
    return {"form": form, "link": f"{reverse('compare', args=[person.pk])}?{asked}"}


def _alike(rows: list[Photograph]) -> tuple[Photograph, Photograph]:
    """The last photograph, and the first of the same view before it; the first of all where there is none."""
    last = rows[-1]
    same = [one for one in rows[:-1] if one.view == last.view]
    return (same or rows)[0], last


def _repeats(form: MeasureForm, person: Patient) -> Any:
    """The field of repeat photographs, its choices by day and view; None where there is nothing to choose."""
    field: Any = form.fields["repeats"]
    if not field.queryset.exists():
        return None
    field.label_from_instance = lambda one: _named(one, person)
    return form["repeats"]


def _named(photograph: Photograph, person: Patient) -> str:
    """A photograph in a list: its view where one was said, and its label."""
    view = takes.name(photograph.view)
    return f"{view}, {_label(photograph, person)}" if view else _label(photograph, person)


def _label(photograph: Photograph, person: Patient) -> str:
    """The day, and how many days after the last session it lies."""
    day = photograph.taken_on
    last = look.last_session(person, on=day)
    told = f"{day.day} {day:%b %Y}"
    if last is None:
        return _("%(day)s, before treatment") % {"day": told}
    if last == day:  # nobody knows which came first
        return _("%(day)s, the day of a session") % {"day": told}
    days = (day - last).days
    words = ngettext("%(day)s, %(n)d day after a session", "%(day)s, %(n)d days after a session", days)
    return words % {"day": told, "n": days}
