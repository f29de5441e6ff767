"""
The clinic's record, a file for each column of the loop.

Django finds models by importing this package, so this `__init__` names them; everyone else imports the
module that he means.
"""

from needlework.clinic.models import (
    account,
    asked,
    audit,
    consent,
    editions,
    emergency,
    exposure,
    finding,
    marks,
    measuring,
    merging,
    people,
    photographs,
    places,
    planning,
    recovery,
    rights,
    safety,
    screening,
    skin,
    stock,
    training,
    treatment,
    visits,
    waiting,
)

__all__ = [
    "account",
    "asked",
    "audit",
    "consent",
    "editions",
    "emergency",
    "exposure",
    "finding",
    "marks",
    "measuring",
    "merging",
    "people",
    "photographs",
    "places",
    "planning",
    "recovery",
    "rights",
    "safety",
    "screening",
    "skin",
    "stock",
    "training",
    "treatment",
    "visits",
    "waiting",
]
