"""The code of a pack read off a photograph: nothing of it is kept, and no record is opened for it."""

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from needlework.clinic import access
from needlework.imaging import codes
from needlework.loop import gs1
from needlework.records.why import Refusal


@require_http_methods(["POST"])
@access.needs("stock.read")
def pack_read(request: access.Request) -> HttpResponse:
    """What the code says, as a scanner would type it; or why it cannot be read."""
    photograph = request.FILES.get("photograph")
    if photograph is None or (photograph.size or 0) > codes.BYTES_MAX:
        return _refused(_("Send one photograph of the pack, of 20 MB at most."))
    code = codes.read(photograph.read())
    if isinstance(code, Refusal):
        return _refused(_words(code))
    said = gs1.read(code, on=timezone.localdate())
    return _refused(_words(said)) if isinstance(said, Refusal) else JsonResponse({"scan": code})


def _words(refusal: Refusal) -> str:
    names = {"photograph": _("The photograph"), "scan": _("The code"), "file": ""}
    told = (f"{names.get(one.key, one.key)} {one.problem} {one.do}".strip() for one in refusal.reasons)
    return " ".join(told)


def _refused(says: str) -> JsonResponse:
    return JsonResponse({"says": says}, status=422)
