"""How much one request may bring along, and in which letters."""

from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext

BAD = 400
CHUNK = 256 * 1024
TIMES = 4
"""How many times the largest request is still listened to, so that whoever sent it hears the answer."""


class UploadLimit:
    """
    Refuse a request that says it is larger than NEEDLEWORK_UPLOAD_MB, before any of it is looked at.

    Django limits a form's fields but not its files. A request without a length has no body under WSGI. What
    is refused is listened to and thrown away, piece by piece: a browser that is cut off while it sends shows
    that the connection broke, and not the words.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > settings.UPLOAD_MB * 1024 * 1024:
            _listen(request)
            words = gettext("This is larger than %(limit)d MB. Nothing was saved; send less at a time.")
            return HttpResponse(
                words % {"limit": settings.UPLOAD_MB}, status=413, content_type="text/plain; charset=utf-8"
            )
        response = self.get_response(request)
        if response.status_code >= BAD:  # as for a form without files that is larger than Django takes
            _listen(request)
        return response


def _listen(request: HttpRequest) -> None:
    left = TIMES * settings.UPLOAD_MB * 1024 * 1024
    with suppress(OSError):  # whoever sends has gone
        while left > 0 and (piece := request.read(min(CHUNK, left))):
            left -= len(piece)


class Letters:
    """
    Refuse a form that is not in UTF-8, and an address with a NUL in it, which no database looks up.

    No browser sends either here; Django would fail over them half way.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise Http404
        named = (request.content_params or {}).get("charset", "utf-8")
        if named.strip("\"' ").lower() not in {"utf-8", "utf8"}:
            words = gettext("This form is not in UTF-8. Nothing was saved; send it from the page itself.")
            return HttpResponse(words, status=400, content_type="text/plain; charset=utf-8")
        return self.get_response(request)
