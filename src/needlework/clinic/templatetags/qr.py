"""An address as a code that a phone's camera reads. {% load qr %}"""

import segno
from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def qr(address: str) -> SafeString:
    """The address as a QR code, drawn in the page: no request goes anywhere for it."""
    code = segno.make(address, error="m", micro=False)
    return mark_safe(
        code.svg_inline(
            scale=5, border=4, svgclass="qr", lineclass=None, omitsize=False, dark="#000", light="#fff"
        )
    )
