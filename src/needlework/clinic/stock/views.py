"""Stock: cartridges, devices and what is called back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from needlework.clinic import access, counted, current, fit, once, permissions
from needlework.clinic.models.stock import CartridgeIn, Recall, StockRules, Unit
from needlework.clinic.stock import actions, forms
from needlework.records.why import Refusal

LATELY = 12
"""Rows of what was taken in last, to see that the scanner was heard."""


def _kept(request: access.Request, form: django_forms.Form, act: Callable[..., Any], **also: Any) -> Any:
    """What the action kept; None where the form or the action says why not, which the form then shows."""
    if not form.is_bound or not form.is_valid():
        return None
    said = form.said() if isinstance(form, forms.Once) else form.cleaned_data
    kept = act(by=request.user, **({"at": timezone.now()} if "once" in said else {}), **said, **also)
    if isinstance(kept, Refusal):
        once.refused(form, kept)
        return None
    return kept


def _status(*shown: django_forms.Form) -> int:
    return 422 if any(form.is_bound for form in shown) else 200


# ── cartridges ───────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@access.needs("stock.read")
def stock(request: access.Request) -> HttpResponse:
    """What is left of each lot; POST takes cartridges in or counts them otherwise."""
    today, rules = timezone.localdate(), StockRules.current()
    changing = request.method == "POST" and "change" in request.POST
    sent = request.POST if request.method == "POST" else None
    taking = forms.CartridgesForm(None if changing else sent, auto_id="in-%s")
    change = forms.ChangeForm(sent if changing else None, auto_id="change-%s")
    if changing and (kept := _kept(request, change, actions.change)):
        messages.success(request, _("Counted: lot %(lot)s, %(n)+d.") % {"lot": kept.lot, "n": kept.change})
        return redirect("stock")
    if not changing and (kept := _kept(request, taking, actions.take_in)):
        words = _("Taken in: %(n)d of lot %(lot)s, expires %(day)s.")
        messages.success(request, words % {"n": kept.quantity, "lot": kept.lot, "day": kept.expires})
        return redirect("stock")
    found, days = counted.lots(on=today), rules.expiry_warning_days
    lots = [(lot, lot.tone(today, days=days)) for lot in found]
    lately = access.listed(request, "stock", CartridgeIn.objects.select_related("created_by")[:LATELY])
    context = {
        "lots": lots, "lately": lately, "taking": taking, "change": change, "today": today, "rules": rules,
        "pressing": counted.pressing(found, on=today, days=days),
        "never_taken_in": counted.never_taken_in(), "here": "stock",
    }  # fmt: skip
    return TemplateResponse(request, "clinic/stock/stock.html", context, status=_status(taking, change))


# ── devices ──────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET"])
@access.needs("stock.read")
def units(request: access.Request) -> HttpResponse:
    """The clinic's devices and handpieces, and what stands against using each."""
    today, rules = timezone.localdate(), StockRules.current()
    rows = access.listed(request, "units", Unit.objects.with_standing())
    names = {one.id: one.name for one in current.protocol().devices.device}
    recalled = fit.standing()
    shown = [
        {"unit": unit, "model": names.get(unit.device, unit.device), **_told(unit, today, rules, recalled)}
        for unit in rows
    ]
    return TemplateResponse(request, "clinic/stock/units.html", {"rows": shown, "here": "units"})


def _told(unit: Unit, today, rules: StockRules, recalled: list[Recall]) -> dict[str, Any]:
    stands, reasons = unit.standing(), list(fit.against_unit(unit, on=today, among=recalled))
    soon = stands.due_on is not None and (stands.due_on - today).days <= rules.service_warning_days
    tone = "absolute" if reasons else "caution" if soon else "clear"
    return {
        "stands": stands,
        "reasons": reasons,
        "soon": soon,
        "tone": tone,
        "overdue": stands.past_due(today),
    }


@require_http_methods(["GET", "POST"])
@access.needs("stock.units")
def unit_new(request: access.Request) -> HttpResponse:
    """Enter a device or a handpiece."""
    form = forms.UnitForm(request.POST or None, initial={"part": "device"})
    if kept := _kept(request, form, actions.add_unit):
        messages.success(request, _("Saved: %(unit)s.") % {"unit": kept})
        return redirect("unit", unit=kept.pk)
    return TemplateResponse(request, "clinic/stock/unit_new.html", {"form": form}, status=_status(form))


@require_http_methods(["GET", "POST"])
@access.needs("stock.units")
def unit(request: access.Request, unit: UUID) -> HttpResponse:
    """One device: its label, its services, whether it is in use. POST adds a service or a state."""
    found = access.get(request, Unit.objects.with_standing(), unit)
    today = timezone.localdate()
    using = request.method == "POST" and "state" in request.POST
    sent = request.POST if request.method == "POST" else None
    service = forms.ServiceForm(None if using else sent, unit=found, on=today, auto_id="service-%s")
    use = forms.UseForm(sent if using else None, auto_id="use-%s")
    kept = (
        _kept(request, use, actions.set_use, unit=found, on=today)
        if using
        else _kept(request, service, actions.serviced, unit=found)
    )
    if kept:
        messages.success(request, _("Saved."))
        return redirect("unit", unit=found.pk)
    device = next((one for one in current.protocol().devices.device if one.id == found.device), None)
    context = {
        "unit": found, "device": device, "service": service, "use": use, "recalls": fit.recalled(found),
        "services": found.services.select_related("created_by", "corrected_by"),
        "states": found.states.select_related("created_by"),
        **_told(found, today, StockRules.current(), fit.standing()),
    }  # fmt: skip
    return TemplateResponse(request, "clinic/stock/unit.html", context, status=_status(service, use))


@require_http_methods(["GET", "POST"])
@access.needs("stock.rules")
def stock_rules(request: access.Request) -> HttpResponse:
    """What this clinic does about services that are past due, and when it warns."""
    now = StockRules.current()
    known = {name: getattr(now, name) for name in forms.RulesForm.base_fields}
    form = forms.RulesForm(request.POST or None, initial=known)
    if _kept(request, form, actions.keep_rules):
        messages.success(request, _("Saved."))
        return redirect("units")
    return TemplateResponse(request, "clinic/stock/rules.html", {"form": form}, status=_status(form))


# ── recalls ──────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET"])
@access.needs("stock.read")
def recalls(request: access.Request) -> HttpResponse:
    """What is called back, and what was."""
    rows = Recall.objects.select_related("unit", "created_by", "withdrawn__created_by")
    found = access.listed(request, "recalls", rows[:200])
    standing = [one for one in found if not hasattr(one, "withdrawn")]
    context = {
        "standing": standing,
        "ended": [one for one in found if hasattr(one, "withdrawn")],
        "here": "recalls",
    }
    return TemplateResponse(request, "clinic/stock/recalls.html", context)


@require_http_methods(["GET", "POST"])
@access.needs("recall.enter")
def recall_new(request: access.Request) -> HttpResponse:
    """Call something back, at once."""
    today = timezone.localdate()
    form = forms.RecallForm(
        request.POST or None, on=today, initial={"issued_on": today, **request.GET.dict()}
    )
    if kept := _kept(request, form, actions.recall):
        messages.success(request, _("Recalled. It is refused from this moment on."))
        return redirect("recall", recall=kept.pk)
    return TemplateResponse(request, "clinic/stock/recall_new.html", {"form": form}, status=_status(form))


@require_http_methods(["GET", "POST"])
@access.needs("recall.enter")
def recall(request: access.Request, recall: UUID) -> HttpResponse:
    """One recall: what it covers, who was exposed, and its end. POST withdraws it, where the role may."""
    rows = Recall.objects.select_related("unit", "created_by", "withdrawn__created_by")
    found = access.get(request, rows, recall)
    form = forms.WithdrawForm(request.POST or None)
    if request.method == "POST" and not permissions.may(request.user, "recall.withdraw"):
        raise permissions.refused("recall.withdraw", _("Only the medical director withdraws a recall."))
    if _kept(request, form, actions.withdraw, recall=found):
        messages.success(request, _("Withdrawn."))
        return redirect("recall", recall=found.pk)
    context = {"recall": found, "form": form}
    return TemplateResponse(request, "clinic/stock/recall.html", context, status=_status(form))
