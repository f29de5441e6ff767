"""
Reporting times that a clinic may take over, each with the text that it stands in.

None counts until the clinic says that it applies here: who must report what differs by country, and whether
this clinic is a user facility in the law's sense is for its lawyer to say.
"""

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _


class Suggested(NamedTuple):
    name: Any
    whom: Any
    serious: tuple[str, ...]
    days: int
    work_days: bool
    source: str


SUGGESTED = (
    Suggested(
        _("User facility, death"), _("FDA and the manufacturer"), ("death",), 10, True,
        "21 CFR 803.30(a)(1): no more than 10 work days after the day of becoming aware",
    ),
    Suggested(
        _("User facility, serious injury"), _("The manufacturer; FDA where it is not known"), ("serious",),
        10, True, "21 CFR 803.30(a)(2): no later than 10 work days after the day of becoming aware",
    ),
    Suggested(
        _("Tell the manufacturer, death or serious harm"), _("The manufacturer"),
        ("death", "serious", "public-health"), 1, False,
        "house: the maker’s own times under Regulation (EU) 2017/745, Art. 87 run from when it knows: "
        "15 days, 10 for a death or an unanticipated serious deterioration, 2 for a serious public health "
        "threat",
    ),
    Suggested(
        _("Review by the medical director"), _("The medical director"),
        ("death", "serious", "public-health", "other", "near-miss"), 3, True, "house",
    ),
)  # fmt: skip
