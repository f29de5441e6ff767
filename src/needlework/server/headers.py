"""What a browser is told beside Django's headers: which of its powers a page may use, and who may read it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

OURS = ("camera", "accelerometer", "gyroscope", "magnetometer", "screen-wake-lock", "fullscreen",
        "publickey-credentials-get", "publickey-credentials-create", "clipboard-write")  # fmt: skip
"""Photographs and their level, a clock that stays lit, passkeys, and a patient's link to be copied."""
NOBODYS = ("microphone", "geolocation", "payment", "usb", "serial", "hid", "midi", "display-capture",
           "browsing-topics", "clipboard-read")  # fmt: skip
PERMISSIONS = ", ".join([*(f"{one}=(self)" for one in OURS), *(f"{one}=()" for one in NOBODYS)])


class Headers:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
