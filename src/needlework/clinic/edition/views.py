"""The protocol as the clinic reads and signs it, and the log of who did what."""

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from needlework.clinic import access
from needlework.clinic.edition import actions
from needlework.clinic.models.audit import AuditLine
from needlework.clinic.models.editions import EditionSignature
from needlework.clinic.models.people import User
from needlework.protocol import check, load
from needlework.records import Refusal

LINES = 100


@require_http_methods(["GET"])
@access.needs("edition.read")
def edition(request: access.Request) -> HttpResponse:
    """Every rule, device, zone and hold of the edition, and who signed it."""
    protocol = load.default()
    context = {
        "protocol": protocol,
        "signature": EditionSignature.under(protocol.edition),
        "overdue": check.overdue(protocol, on=timezone.localdate()),
    }
    return TemplateResponse(request, "clinic/edition/edition.html", context)


@require_http_methods(["POST"])
@access.needs("edition.sign")
def edition_sign(request: access.Request) -> HttpResponse:
    made = actions.sign(digest=request.POST.get("digest", ""), by=request.user, at=timezone.now())
    if isinstance(made, Refusal):
        messages.error(request, " ".join(f"{one.key} {one.problem} {one.do}" for one in made.reasons))
    else:
        messages.success(request, _("Edition %(id)s is signed.") % {"id": made.edition})
    return redirect("edition")


@require_http_methods(["GET"])
@access.needs("edition.read")
def source(request: access.Request, key: str) -> HttpResponse:
    """One source: what it is, its grade, how much of it was read."""
    found = load.default().sources.get(key)
    if found is None:
        raise Http404
    return TemplateResponse(request, "clinic/edition/source.html", {"source": found})


@require_http_methods(["GET"])
@access.needs("audit.read")
def audit(request: access.Request) -> HttpResponse:
    """The log, newest first."""
    page = Paginator(AuditLine.objects.all(), LINES).get_page(request.GET.get("page"))
    lines = access.listed(request, "log", cast("QuerySet[AuditLine]", page.object_list))
    names = {f"user:{user.pk}": user.full_name for user in User.objects.all()}
    rows = [{"line": line, "actor": names.get(line.actor, line.actor)} for line in lines]
    return TemplateResponse(request, "clinic/edition/audit.html", {"page": page, "rows": rows})
