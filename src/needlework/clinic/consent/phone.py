"""A consent on somebody's own phone: read, then signed or declined, once; it shows nothing else of them."""

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from uuid_utils.compat import uuid7

from needlework.clinic import access, consented, once
from needlework.clinic.consent import actions
from needlework.clinic.consent.forms import AnswerForm
from needlework.clinic.models.consent import ConsentAnswer, ConsentText
from needlework.clinic.models.people import PatientLink
from needlework.records.why import Refusal


@access.by_link(PatientLink.CONSENT)
@require_http_methods(["GET", "POST"])
def patient_consent(request: HttpRequest, link: PatientLink) -> HttpResponse:
    """The text as it was given, with the signature below; once it is answered, that it was, no more."""
    text = ConsentText.objects.select_related("plan__patient").get(pk=str(link.object_id))
    if used := ConsentAnswer.objects.filter(link=link).first():
        return _page(request, "answered", {"answer": used})
    if request.method == "POST" and request.POST.get("do") not in {"sign", "decline"}:
        raise SuspiciousOperation("There is nothing of that name to do.")
    now = consented.standing(text.plan)
    if now.text is None or now.text.pk != text.pk or not now.waits:
        return _page(request, "ended", {}, status=409 if request.method == "POST" else 200)
    if request.method == "GET":
        return _read(request, text, AnswerForm(initial={"once": uuid7(), "sha256": text.sha256}))
    form = AnswerForm(request.POST)
    made = _answered(form, text, link, request.POST["do"]) if form.is_valid() else None
    if isinstance(made, ConsentAnswer):
        return _page(request, "answered", {"answer": made})
    return _read(request, text, form, status=422)


def _answered(form: AnswerForm, text: ConsentText, link: PatientLink, do: str) -> ConsentAnswer | None:
    if do == "sign" and not form.cleaned_data["agree"]:
        form.add_error("agree", _("Is not ticked. Tick it if you agree."))
        return None
    said = form.said(do)
    if said["how"] not in {"", ConsentAnswer.How.DRAWN, ConsentAnswer.How.TYPED}:
        said["how"] = ConsentAnswer.How.DRAWN  # paper and spoken are for staff, who saw it
    made = actions.answer(text=text, once=form.cleaned_data["once"], link=link, at=timezone.now(), **said)
    if isinstance(made, Refusal):
        once.refused(form, made)
        return None
    return made


def _read(request: HttpRequest, text: ConsentText, form: AnswerForm, *, status: int = 200) -> HttpResponse:
    waiting = text.may_sign_from > timezone.now()
    context = {"text": text, "shown": text.as_record(), "form": form, "waiting": waiting}
    return _page(request, "read", context, status=status)


def _page(request: HttpRequest, step: str, context: dict, *, status: int = 200) -> HttpResponse:
    return TemplateResponse(request, "clinic/consent/phone.html", {"step": step, **context}, status=status)
