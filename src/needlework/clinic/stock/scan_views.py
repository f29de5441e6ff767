"""Taking a delivery in with a scanner: one code after the other, each answered on a line of its own."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from needlework.clinic import access, counted
from needlework.clinic.models.stock import CartridgeIn
from needlework.clinic.stock import actions, intake
from needlework.clinic.stock.forms import ScanForm
from needlework.records.why import Reason, Refusal

LATELY = 60

TONES = {"in": "clear", "before": "none", "ask": "caution", "refused": "absolute"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one code: taken in, counted before, waits for an answer, or refused and why."""

    state: str
    row: CartridgeIn | None = None
    said: dict[str, Any] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    form: ScanForm | None = None
    left: int | None = None
    code: str = ""
    """What was scanned, where it could not be read."""

    @property
    def tone(self) -> str:
        return TONES[self.state]


@require_http_methods(["GET", "POST"])
@access.needs("stock.read")
def scan(request: access.Request) -> HttpResponse:
    """Take packs in by their codes. A script sends each code by itself and is given its line alone."""
    answer = _answered(request) if request.method == "POST" else None
    status = 422 if answer and answer.state in {"ask", "refused"} else 200
    if answer and request.htmx:
        return TemplateResponse(request, "clinic/stock/scan_line.html", {"answer": answer}, status=status)
    if answer and answer.row and answer.state == "in":
        messages.success(request, _("Taken in: lot %(lot)s.") % {"lot": answer.row.lot})
        return redirect("stock-scan")
    rows = CartridgeIn.objects.select_related("created_by").filter(
        created_by=request.user, created_at__date=timezone.localdate()
    )
    lately = access.listed(request, "stock", rows[:LATELY])
    context = {
        "form": ScanForm(on=timezone.localdate()), "answer": answer, "here": "stock",
        "lately": [Answer("in", row=one) for one in lately],
    }  # fmt: skip
    return TemplateResponse(request, "clinic/stock/scan.html", context, status=status)


def _answered(request: access.Request) -> Answer:
    key = request.POST.get("once", "")[:36]
    form = ScanForm(request.POST, on=timezone.localdate(), auto_id=f"scan-{key}-%s")
    if not form.is_valid():
        fatal = {"scan", "once"} & set(form.errors)
        words = " ".join(str(one) for name in fatal for one in form.errors[name])
        unread = (Reason("scan", words or _("Nothing came. Scan it again.")),)
        return (
            Answer("refused", reasons=unread, code=request.POST.get("scan", "")[:200])
            if fatal
            else _asked(form)
        )
    if form.missing:
        return _asked(form)
    kept = actions.take_in(by=request.user, at=timezone.now(), **form.said())
    if isinstance(kept, CartridgeIn):
        return Answer("in", row=kept, left=counted.left_of(kept))
    return _refused(form, kept)


def _refused(form: ScanForm, refusal: Refusal) -> Answer:
    said = form.cleaned_data
    if before := intake.counted_before(said):
        return Answer("before", row=before, said=said)
    if all(one.key == intake.SURE for one in refusal.reasons):
        for one in refusal.reasons:
            form.add_error(intake.SURE, f"{one.problem} {one.do}")
        return _asked(form, said)
    return Answer("refused", reasons=refusal.reasons, said=said)


def _asked(form: ScanForm, said: dict[str, Any] | None = None) -> Answer:
    return Answer("ask", form=form, said=said or form.cleaned_data)
