"""How much one request may bring along, and in which letters."""

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext


class UploadLimit:
    """
    Refuse a request that says it is larger than NEEDLEWORK_UPLOAD_MB, before any of it is read.

    Django limits a form's fields but not its files. A request without a length has no body under WSGI.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > settings.UPLOAD_MB * 1024 * 1024:
            words = gettext("This is larger than %(limit)d MB. Nothing was saved; send less at a time.")
            return HttpResponse(
                words % {"limit": settings.UPLOAD_MB}, status=413, content_type="text/plain; charset=utf-8"
            )
        return self.get_response(request)


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
