"""The aftercare sheet of a session: a page and a PDF for staff, and the PDF behind the patient's own link."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from needlework.clinic import access, aftercare, audit
from needlework.clinic.models.people import PatientLink
from needlework.clinic.models.treatment import Session
from needlework.clinic.recover import actions
from needlework.clinic.thread import about
from needlework.exchange import aftersheet
from needlework.records.why import Refusal

SESSIONS = Session.objects.select_related("plan__patient", "room__site")


@require_http_methods(["GET"])
@access.needs("recover.read")
def aftercare_sheet(request: access.Request, session: UUID) -> HttpResponse:
    """The sheet as it was given, to read and to print."""
    found = access.get(request, SESSIONS.all(), session)
    context = {
        **about(found.patient, here="recover", on=timezone.localdate()),
        "session": found,
        "sheet": _sheet(found),
        "links": list(actions.open_links(found, at=timezone.now())),
    }
    return TemplateResponse(request, "clinic/recover/aftercare.html", context)


@require_http_methods(["GET"])
@access.needs("recover.read")
def aftercare_pdf(request: access.Request, session: UUID) -> HttpResponse:
    """The same as a file."""
    found = access.get(request, SESSIONS.all(), session, detail="aftercare")
    audit.note("export", found, detail="aftercare")
    return _pdf(found, link="")


@access.by_link(actions.LINK)
@require_http_methods(["GET"])
def patient_aftercare(request: HttpRequest, link: PatientLink) -> HttpResponse:
    """The patient's own sheet, with the code that leads back to their page."""
    assert request.resolver_match is not None
    token = request.resolver_match.kwargs["token"]
    address = request.build_absolute_uri(reverse("patient-recover", args=[token]))
    found = SESSIONS.get(pk=access.get(request, SESSIONS.all(), str(link.object_id)).pk)
    return _pdf(found, link=address)


def _sheet(found: Session) -> aftersheet.Sheet:
    sheet = aftercare.of(found)
    if sheet is None:
        raise Http404(_("There is no aftercare sheet: nothing was needled, or it is not signed yet."))
    return sheet


def _pdf(found: Session, *, link: str) -> HttpResponse:
    says = _("Your own page, to tell us how you are. Whoever has this code can open it.")
    made = aftersheet.write(_sheet(found), link=link, link_says=says, language=get_language() or "en")
    if isinstance(made, Refusal):
        words = " ".join(f"{one.key} {one.problem} {one.do}" for one in made.reasons)
        return HttpResponse(words, status=500, content_type="text/plain; charset=utf-8")
    answer = HttpResponse(made, content_type="application/pdf")
    name = f"aftercare-{found.patient.number}-{found.day:%Y-%m-%d}.pdf"
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer
