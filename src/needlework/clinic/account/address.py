"""From which address a request comes, also where proxies stand in front."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def of(request: HttpRequest) -> str | None:
    """
    The address of whoever asks; None where it cannot be known.

    Each proxy of ours adds to the right of X-Forwarded-For whom it heard. What stands further left was
    written by the asker, and is not believed.
    """
    heard = [request.META.get("REMOTE_ADDR") or ""]
    if settings.PROXIES:
        heard = [*request.META.get("HTTP_X_FORWARDED_FOR", "").split(","), *heard]
    told = [one for one in map(_address, heard) if one]
    return told[-1 - min(settings.PROXIES, len(told) - 1)] if told else None


def _address(text: str) -> str:
    text = text.strip()
    if text.startswith("["):  # [::1]:443
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:  # 192.0.2.1:443
        text = text.partition(":")[0]
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""
