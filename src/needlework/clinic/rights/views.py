"""What patients may ask: all about themselves, who has looked, erasure and restriction; and what is due."""

from itertools import islice
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from needlework.clinic import access, audit, once, streamed
from needlework.clinic.models.base import Record
from needlework.clinic.models.rights import Decision, Jurisdiction, RetentionRule
from needlework.clinic.rights import actions, export, record
from needlework.clinic.rights.due import MOST, due
from needlework.clinic.rights.forms import GROUNDS, DecisionForm, LawForm, RuleForm
from needlework.clinic.thread import who
from needlework.records.why import Refusal

LOOKS = 200


@require_http_methods(["GET"])
@access.needs("patient.reads")
def reads(request: access.Request, patient: UUID) -> HttpResponse:
    """Who has looked at this record."""
    person = access.patient(request, patient)
    context = {
        **who(person, on=timezone.localdate()), "patient": person, "looks": record.looks(person, most=LOOKS)
    }  # fmt: skip
    return TemplateResponse(request, "clinic/rights/reads.html", context)


@require_http_methods(["GET"])
@access.needs("rights.manage")
def rights(request: access.Request, patient: UUID) -> HttpResponse:
    """All items of a record with what was decided about each; and all of it to take away."""
    person = access.patient(request, patient)
    found = record.rows(person)
    decided = Decision.of([row for rows in found.values() for row in rows])
    parts = [
        (part, [_item(row, decided) for row in rows])
        for part, rows in found.items()
        if rows and issubclass(part.model, Record)
    ]
    context = {
        **who(person, on=timezone.localdate()), "patient": person, "parts": parts,
        "law": Jurisdiction.current(),
    }  # fmt: skip
    return TemplateResponse(request, "clinic/rights/rights.html", context)


def _item(row: Any, decided: dict[Any, Decision]) -> dict[str, Any]:
    return {"row": row, "at": getattr(row, "created_at", None), "decision": decided.get(row.pk)}


@require_http_methods(["GET", "POST"])
@access.fresh
@access.needs("rights.manage")
def rights_item(request: access.Request, patient: UUID, kind: str, item: UUID) -> HttpResponse:
    """One item: what it says, what was decided about it, and the decision."""
    person = access.patient(request, patient)
    part = next((one for one in record.parts() if one.name == kind), None)
    row = part.of(person).filter(pk=item).first() if part else None
    if part is None or row is None:
        raise Http404(_("There is no such page."))
    audit.read(row, detail="rights")
    erasable = actions.may_erase(row)
    form = DecisionForm(request.POST or None, erasable=erasable)
    if form.is_bound and form.is_valid():
        made = actions.decide(
            patient=part.owner(row), item=row, by=request.user, at=timezone.now(), **form.cleaned_data
        )
        if not isinstance(made, Refusal):
            messages.success(request, _("Decided: %(what)s.") % {"what": made.get_what_display()})
            return redirect("rights", patient=person.pk)
        once.refused(form, made)
    about = Decision.objects.filter(table_name=row._meta.db_table, row_id=audit.row_id(row))
    context = {
        **who(person, on=timezone.localdate()), "patient": person, "form": form, "part": part,
        "made_at": getattr(row, "created_at", None),
        "said": [pair for pair in export.told(record.plain(row)) if pair[0] not in {"id", "patient"}],
        "erasable": erasable, "grounds": GROUNDS,
        "decisions": about.select_related("created_by"),
    }  # fmt: skip
    return TemplateResponse(request, "clinic/rights/item.html", context, status=_status(form))


@require_http_methods(["POST"])
@access.fresh
@access.needs("rights.manage")
def rights_export(request: access.Request, patient: UUID) -> HttpResponseBase:
    """Everything about one person leaves the clinic: to read, or for a program."""
    person = access.patient(request, patient)
    all_ = export.everything(person, at=timezone.now())
    reading = request.POST.get("as") == "page"
    audit.note("export", person, detail="person.html" if reading else "person.zip")
    content = (text.encode() for text in export.page(all_)) if reading else export.archive(all_)
    kind = ("text/html; charset=utf-8", "html") if reading else ("application/zip", "zip")
    name = f"{person.number}-{timezone.localdate(all_.at)}.{kind[1]}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(streamed.here(content), content_type=kind[0], headers=headers)


@require_http_methods(["GET", "POST"])
@access.fresh
@access.needs("rights.manage")
def retention(request: access.Request) -> HttpResponse:
    """How long each kind of record is kept, under which law, and what is due."""
    sent = request.POST.get("say", "")
    law_now = Jurisdiction.current()
    law = LawForm(request.POST if sent == "law" else None, initial={"name": law_now.name, "law": law_now.law})
    rule = RuleForm(request.POST if request.method == "POST" and sent != "law" else None)
    if law.is_bound and law.is_valid():
        actions.say_law(**law.cleaned_data, by=request.user)
        return redirect("retention")
    if rule.is_bound and rule.is_valid():
        actions.keep_for(**rule.cleaned_data, by=request.user)
        return redirect("retention")
    titles = {part.name: part.title for part in record.parts()}
    rules = [(titles.get(one.kind, one.kind), one) for one in RetentionRule.objects.all()]
    found = list(islice(due(on=timezone.localdate()), MOST))
    audit.note("list", "due", detail=str(len(found)))
    context = {"law": law, "rule": rule, "rules": rules, "due": found, "most": MOST}
    bound = law.is_bound or rule.is_bound
    return TemplateResponse(request, "clinic/rights/retention.html", context, status=422 if bound else 200)


def _status(form: Any) -> int:
    return 422 if form.is_bound else 200
