"""Measure: the photographs, a pair of them, and what changed."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods
from uuid_utils.compat import uuid7

from needlework.clinic import access, current, once, storage
from needlework.clinic.measure import actions
from needlework.clinic.measure.forms import MeasureForm, PairForm, PhotographForm
from needlework.clinic.models.people import Patient
from needlework.clinic.models.photographs import Comparison, Photograph
from needlework.clinic.models.treatment import SessionEntry
from needlework.clinic.thread import about
from needlework.records import WHOLE, Change, Refusal

COUNTED = {
    "wrinkles-before": gettext_lazy("Lines counted before"),
    "wrinkles-after": gettext_lazy("Lines counted after"),
    "redness-change": gettext_lazy("Redness: less in blue, more in red"),
}
"""The pictures of a comparison that show what was counted, in the order of the page."""


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
            once=form.cleaned_data["once"],
            by=request.user,
            at=timezone.now(),
        )
        if not isinstance(kept, Refusal):
            return redirect("measure", patient=person.pk)
        once.refused(form, kept)
    shown = list(person.photographs.order_by("taken_on", "created_at"))
    context = {
        **about(person, here="measure", on=today),
        "form": form,
        "photographs": [{"photograph": one, "label": _label(one, person)} for one in shown],
        "pair": _pair_form(person, shown),
        "comparisons": person.comparisons.select_related("before", "after"),
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "clinic/measure/photographs.html", context, status=status)


@require_http_methods(["GET"])
@access.needs("measure.read")
def photograph_image(request: access.Request, photograph: UUID) -> HttpResponse:
    """The working copy: upright, smaller, without metadata. The original leaves only by export."""
    found = access.get(request, Photograph, photograph)
    return HttpResponse(storage.read(found.working), content_type="image/jpeg")


@require_http_methods(["GET", "POST"])
@access.needs("measure.upload")
def compare(request: access.Request, patient: UUID) -> HttpResponse:
    """What to measure on a pair: the whole skin area, or zones drawn on the earlier photograph."""
    person, today = access.patient(request, patient), timezone.localdate()
    pair = PairForm(person, request.GET)
    if not pair.is_valid():
        return redirect("measure", patient=person.pk)
    before, after = pair.cleaned_data["before"], pair.cleaned_data["after"]
    form = MeasureForm(request.POST or None, initial={"once": uuid7(), "area": "whole"})
    if form.is_bound and form.is_valid():
        made = actions.compare(
            before=before, after=after, plan=person.plans.filter(replaced_by=None).first(),
            zones=form.cleaned_data["zones"], mm_per_px=form.cleaned_data["mm_per_px"],
            once=form.cleaned_data["once"], by=request.user, at=timezone.now(),
        )  # fmt: skip
        if not isinstance(made, Refusal):
            return redirect("comparison", comparison=made.pk)
        once.refused(form, made)
    context = {
        **about(person, here="measure", on=today),
        "form": form,
        "before": before,
        "before_label": _label(before, person),
        "after_label": _label(after, person),
        "photo_url": _image(before),
        "after_url": _image(after),
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "clinic/measure/compare.html", context, status=status)


@require_http_methods(["GET"])
@access.needs("measure.read")
def comparison(request: access.Request, comparison: UUID) -> HttpResponse:
    """What a pair shows: the slider, each change with its interval, and what was counted."""
    found = access.get(request, Comparison.objects.select_related("before", "after", "patient"), comparison)
    seen = found.as_record()
    pair = {
        side: _picture(found, f"aligned-{side}") if found.pictures else _image(photograph)
        for side, photograph in (("before", found.before), ("after", found.after))
    }
    context = {
        **about(found.patient, here="measure", on=timezone.localdate()),
        "comparison": found,
        "seen": seen,
        "changes": [_drawn(change) for change in seen.changes],
        "before_url": pair["before"],
        "after_url": pair["after"],
        "before_label": _label(found.before, found.patient),
        "after_label": _label(found.after, found.patient),
        "counted": [
            {"title": title, "url": _picture(found, name)}
            for name, title in COUNTED.items()
            if name in found.pictures
        ],
    }
    return TemplateResponse(request, "clinic/measure/comparison.html", context)


@require_http_methods(["GET"])
@access.needs("measure.read")
def comparison_image(request: access.Request, comparison: UUID, which: str) -> HttpResponse:
    found = access.get(request, Comparison, comparison)
    if which not in found.pictures:
        raise Http404
    return HttpResponse(storage.read(found.picture(which)), content_type="image/jpeg")


def _image(photograph: Photograph) -> str:
    return reverse("photograph-image", args=[photograph.pk])


def _picture(found: Comparison, which: str) -> str:
    return reverse("comparison-image", args=[found.pk, which])


def _pair_form(person: Patient, shown: list[Photograph]) -> dict | None:
    """The first and the last photograph, ready to be compared; None with fewer than two."""
    if len(shown) < 2:
        return None
    form = PairForm(person, initial={"before": shown[0].pk, "after": shown[-1].pk})
    fields: dict[str, Any] = form.fields
    for name in ("before", "after"):
        fields[name].label_from_instance = lambda one: _label(one, person)
    asked = urlencode({"before": str(shown[0].pk), "after": str(shown[-1].pk)})
    return {"form": form, "link": f"{reverse('compare', args=[person.pk])}?{asked}"}


def _label(photograph: Photograph, person: Patient) -> str:
    """The day, and how many days after the last session it lies."""
    day = photograph.taken_on
    last = last_session(person, on=day)
    told = f"{day.day} {day:%b %Y}"
    if last is None:
        return _("%(day)s, before treatment") % {"day": told}
    if last == day:  # nobody knows which came first
        return _("%(day)s, the day of a session") % {"day": told}
    days = (day - last).days
    words = ngettext("%(day)s, %(n)d day after a session", "%(day)s, %(n)d days after a session", days)
    return words % {"day": told, "n": days}


def last_session(person: Patient, *, on: date) -> date | None:
    """The day of the last needling up to and with a day."""
    needled = SessionEntry.objects.filter(session__plan__patient=person, kind="pass", at__date__lte=on)
    last = needled.order_by("-at").first()
    return timezone.localdate(last.at) if last else None


def _drawn(change: Change) -> dict:
    """A change with the places of its drawing, 0 to 100 from left to right, zero in the middle."""
    reach = 1.15 * max(
        abs(change.interval[0]), abs(change.interval[1]), abs(change.smallest_detectable), 1e-9
    )

    def place(value: float) -> float:
        return round(50 + 50 * max(-1.0, min(1.0, value / reach)), 2)

    band = abs(change.smallest_detectable)
    bar = {
        "zero": 50,
        "low": place(change.interval[0]),
        "high": place(change.interval[1]),
        "point": place(change.change),
        "band_low": place(-band),
        "band_high": place(band),
    }
    known = current.protocol().measure.noise.get(change.measure)
    title = known.title if known else change.measure
    zone = _("whole skin area") if change.zone == WHOLE else change.zone
    return {"change": change, "bar": bar, "title": title, "zone": zone, "digits": _digits(change)}


def _digits(change: Change) -> int:
    """Decimals that the noise leaves any meaning to: about two figures of the smallest detectable change."""
    size = abs(change.smallest_detectable)
    return 0 if size >= 10 else 1 if size >= 1 else 2 if size >= 0.1 else 3
