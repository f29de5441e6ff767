"""Look back from a lot, device, room, operator, topical or period to everyone exposed, and tell them."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from needlework.clinic import access, audit, once, streamed
from needlework.clinic.cells import text
from needlework.clinic.models.people import Clinic, Patient, Role
from needlework.clinic.models.places import Site
from needlework.clinic.models.safety import Incident, LookBack
from needlework.clinic.models.stock import Recall
from needlework.clinic.safety import actions, asked, exposed, forms, unread
from needlework.clinic.safety.asked import Asked
from needlework.clinic.templatetags.format import day as written
from needlework.clinic.templatetags.format import zone_names
from needlework.records.why import Refusal

MOST_PRINTED = 1000
LATELY = 20


@require_http_methods(["GET"])
@access.needs("lookback.read")
def safety(request: access.Request) -> HttpResponse:
    """What to look for; everybody who was exposed; what is under way."""
    form, what, recall = _asked(request)
    context: dict[str, Any] = {"form": form, "asked": what, "recall": recall, "here": "safety"}
    if what is not None:
        context |= _found(request, what)
        context["unread"] = unread.of(recall, site=what.site)
        title = "; ".join(what.told)
        context["begin"] = forms.BeginForm(initial={"title": title[:160], "letter": _letter(recall)})
    else:
        cases = access.listed(request, "look-backs", LookBack.objects.select_related("created_by")[:LATELY])
        told = exposed.told_of(cases)
        theirs = [(case, _theirs(request, Asked.restored(case.asked))) for case in cases]
        context["cases"] = [
            {
                "case": case,
                "told": exposed.progress(case, what)[0]
                if what.site and case.pk in told
                else told.get(case.pk, 0),
                "people": exposed.how_many(what),
            }
            for case, what in theirs
        ]
        context["waiting"] = Incident.open().count()
    status = 422 if form.is_bound and not form.is_valid() else 200
    return TemplateResponse(request, "clinic/safety/safety.html", context, status=status)


@require_http_methods(["POST"])
@access.needs("lookback.read")
def look_back_new(request: access.Request) -> HttpResponse:
    """Begin to tell those who were found."""
    _form, what, recall = _asked(request)
    form = forms.BeginForm(request.POST)
    if what is None:
        return redirect("safety")
    if form.is_valid():
        kept = actions.begin(
            asked=what, recall=recall, by=request.user, at=timezone.now(), **form.cleaned_data
        )
        if not isinstance(kept, Refusal):
            return redirect("look-back", case=kept.pk)
        once.refused(form, kept)
    context = {"form": _form, "asked": what, "recall": recall, "begin": form, **_found(request, what)}
    return TemplateResponse(request, "clinic/safety/safety.html", context, status=422)


@require_http_methods(["GET", "POST"])
@access.needs("lookback.read")
def look_back(request: access.Request, case: UUID) -> HttpResponse:
    """Those who are to be told, one by one; POST keeps that somebody was."""
    found = access.get(request, LookBack.objects.select_related("recall", "created_by"), case)
    what, show = _theirs(request, Asked.restored(found.asked)), request.GET.get("show", "untold")
    refused = None
    if request.method == "POST":
        form = forms.TellForm(request.POST)
        if form.is_valid():
            person = access.patient(request, form.cleaned_data["patient"])
            said = {name: form.cleaned_data[name] for name in ("how", "outcome", "answer", "once")}
            kept = actions.tell(case=found, patient=person, by=request.user, at=timezone.now(), **said)
            if not isinstance(kept, Refusal):
                messages.success(request, _("Kept: %(who)s.") % {"who": person.details.full_name})
                return redirect(request.get_full_path())
            once.refused(form, kept)
        refused = form
    context = _found(request, what, case=found, show=show)
    told, lost = exposed.progress(found, what)
    people = [
        (one, forms.TellForm(number=n, initial={"patient": one.patient.pk}))
        for n, one in enumerate(context["found"])
    ]
    context |= {
        "case": found, "asked": what, "told": told, "lost": lost, "show": show, "rows": people,
        "unread": unread.of(found.recall, site=what.site),
        "left": context["people"] - told, "refused": refused, "shows": SHOWS,
    }  # fmt: skip
    status = 422 if refused is not None else 200
    return TemplateResponse(request, "clinic/safety/look_back.html", context, status=status)


SHOWS = (
    ("untold", gettext_lazy("To be told")),
    ("unreachable", gettext_lazy("Cannot be reached")),
    ("unseen", gettext_lazy("Not seen yet")),
    ("told", gettext_lazy("Told")),
    ("", gettext_lazy("Everybody")),
)


@require_http_methods(["GET"])
@access.needs("lookback.read")
def look_back_print(request: access.Request, case: UUID) -> HttpResponse:
    """The list and the letter, for paper."""
    found = access.get(request, LookBack.objects.select_related("recall", "created_by"), case)
    what = _theirs(request, Asked.restored(found.asked))
    people, sessions = exposed.counts(what)
    shown = list(exposed.all_of(what, case=found)) if people <= MOST_PRINTED else []
    audit.note("list", "look-back on paper", detail=f"people: {len(shown)}")
    context = {
        "case": found, "asked": what, "people": people, "sessions": sessions, "rows": shown,
        "unread": unread.of(found.recall, site=what.site), "too_many": people > MOST_PRINTED,
        "most": MOST_PRINTED,
    }  # fmt: skip
    return TemplateResponse(request, "clinic/safety/look_back_print.html", context)


@require_http_methods(["GET"])
@access.fresh
@access.needs("lookback.export")
def look_back_csv(request: access.Request) -> HttpResponseBase:
    """Everybody who was found, with phone and email, as a file that is written while it is sent."""
    case = None
    if request.GET.get("case"):
        case = access.get(request, LookBack, request.GET["case"])
        what: Asked | None = _theirs(request, Asked.restored(case.asked))
    else:
        _form, what, _recall = _asked(request)
    if what is None:
        return redirect("safety")
    people, _sessions = exposed.counts(what)
    audit.note("export", "look-back", detail=f"people: {people}")
    lines = _lines(what, case)
    response = StreamingHttpResponse(streamed.here(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="look-back-{timezone.localdate():%Y-%m-%d}.csv"'
    return response


def _theirs(request: access.Request, what: Asked) -> Asked:
    """As far as they may look: the medical director into every site, others into the one they work at."""
    if request.user.role == Role.MEDICAL_DIRECTOR or Site.objects.count() < 2:
        return what
    return replace(what, site=request.user.site.pk if request.user.site else None)


class _Line:
    """What csv writes to, and gives back at once."""

    def write(self, line: str) -> str:
        return line


def _lines(what: Asked, case: LookBack | None) -> Iterator[str]:
    writer = csv.writer(_Line(), lineterminator="\r\n")
    yield writer.writerow((
        "number", "name", "phone", "email", "sessions", "first", "last",
        "zones and set depth, mm (last sessions)", "last told", "how", "outcome",
    ))  # fmt: skip
    for one in exposed.all_of(what, case=case):
        zones = "; ".join(
            f"{written(seen.at)}: "
            + ", ".join(f"{zone_names([zone])} {depth:g}" for zone, depth in seen.zones)
            + (f" ({_('charted late, in words')})" if seen.late else "")
            for seen in one.seen
        )
        last = one.told[0] if one.told else None
        yield writer.writerow([
            one.patient.number, text(one.details.full_name), text(one.details.phone), text(one.details.email),
            one.sessions, timezone.localdate(one.first), timezone.localdate(one.last), text(zones),
            last.at.isoformat(timespec="minutes") if last else "", last.how if last else "",
            last.outcome if last else "",
        ])  # fmt: skip


def _asked(request: access.Request) -> tuple[forms.LookBackForm, Asked | None, Recall | None]:
    """The form as it came, what it asks for, and the recall that asks it."""
    if given := request.GET.get("recall"):
        recall = access.get(request, Recall.objects.select_related("unit"), given)
        return forms.LookBackForm(), _theirs(request, asked.by_recall(recall)), recall
    wanted = set(forms.LookBackForm.base_fields) & set(request.GET)
    form = forms.LookBackForm(request.GET if wanted else None)
    good = form.is_bound and form.is_valid()
    return form, (_theirs(request, asked.of(form.cleaned_data)) if good else None), None


def _found(
    request: access.Request, what: Asked, *, case: LookBack | None = None, show: str = ""
) -> dict[str, Any]:
    people, sessions = exposed.counts(what)
    after = _uuid(request.GET.get("after", ""))
    page = exposed.page(what, after=after, case=case, show=show)
    shown = page[: exposed.A_PAGE]
    rows = access.listed(
        request, "look-back", Patient.objects.with_details().filter(pk__in=[one["patient"] for one in shown])
    )
    query = request.GET.copy()
    query.pop("after", None)
    return {
        "people": people,
        "sessions": sessions,
        "found": exposed.persons(what, shown, case=case, people=rows),
        "next": shown[-1]["patient"] if len(page) > exposed.A_PAGE else None,
        "after": after,
        "query": query.urlencode(),
        "without_phone": exposed.without_phone(what),
    }


def _uuid(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None


def _letter(recall: Recall | None) -> str:
    """The words to begin with. They name nobody: each letter has its own address."""
    clinic = Clinic.current()
    why = recall.todo if recall else _("[say here what happened, and what it may mean]")
    return _(
        "Dear patient,\n\nyou were treated at %(clinic)s. Something that was used in your treatment has come "
        "under question. This letter tells you what is known and what to do.\n\n%(why)s\n\nPlease call us at "
        "%(phone)s, also if you feel well. If you have fever, spreading redness, pus or severe pain, call "
        "today.\n\n%(clinic)s"
    ) % {"clinic": clinic.name, "phone": clinic.phone or _("[phone]"), "why": why}
