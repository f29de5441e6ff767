"""
Who may be the same person as somebody: two of name, date of birth and phone are the same, after folding.

A candidate shares the day of birth or the phone, which few people do, and both are keys of the search; the
rest is compared row by row. So it costs the same few queries for one person as for a page of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from needlework.clinic.models import finding
from needlework.clinic.models.finding import SearchKey
from needlework.clinic.models.merging import TwoPeople
from needlework.clinic.models.people import ERASED, Patient, PatientDetails

MOST = 2000
"""Rows of the index that are looked at; a day of birth that stands for "unknown" may have more."""
ENOUGH = 2
PHONE_DIGITS = 9
"""So many last digits are the phone, however the country is spelt."""
LEAST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Known:
    """What tells two people apart, folded."""

    name: frozenset[str]
    born_on: date
    phone: str

    @classmethod
    def of(cls, *, full_name: str, born_on: date, phone: str) -> "Known":
        digits = finding.digits(phone)
        name = "" if full_name == ERASED else full_name
        return cls(
            frozenset(finding.words(name)),
            born_on,
            digits[-PHONE_DIGITS:] if len(digits) >= LEAST_DIGITS else "",
        )

    @property
    def keys(self) -> set[str]:
        return {f"b:{self.born_on}"} | ({f"p:{self.phone}"} if self.phone else set())

    def same(self, other: "Known") -> tuple[str, ...]:
        """In what two are the same: of `name`, `born`, `phone`. A shorter name of two words fits a longer."""
        shorter, longer = sorted((self.name, other.name), key=len)
        named = bool(shorter) and (shorter == longer or (len(shorter) >= ENOUGH and shorter < longer))
        found = {
            "name": named,
            "born": self.born_on == other.born_on,
            "phone": bool(self.phone) and self.phone == other.phone,
        }
        return tuple(name for name, alike in found.items() if alike)


@dataclass(frozen=True, slots=True)
class Alike:
    """Somebody who may be the same person, and in what."""

    patient: Patient
    same: tuple[str, ...]


def to(*, full_name: str, born_on: date, phone: str) -> list[Alike]:
    """Those who are alike to somebody who is about to be added."""
    known = Known.of(full_name=full_name, born_on=born_on, phone=phone)
    return _found({None: known}).get(None, [])


def among(people: Iterable[Patient]) -> dict[UUID | None, list[Alike]]:
    """For each of these people, with their details at hand, those who are alike and were not told apart."""
    return _found({one.pk: _known(one.details) for one in people})


def _known(details: PatientDetails) -> Known:
    return Known.of(full_name=details.full_name, born_on=details.born_on, phone=details.phone)


def _found(asked: dict[UUID | None, Known]) -> dict[UUID | None, list[Alike]]:
    by_key: dict[str, set[UUID]] = {}
    wanted = {key for known in asked.values() for key in known.keys}
    for key, patient in SearchKey.objects.filter(key__in=wanted).values_list("key", "patient")[:MOST]:
        by_key.setdefault(key, set()).add(patient)
    near = {one for people in by_key.values() if len(people) > 1 or None in asked for one in people}
    people = {one.pk: one for one in Patient.objects.with_details().filter(pk__in=near)}
    apart = TwoPeople.pairs(near) if near else set()
    found: dict[UUID | None, list[Alike]] = {}
    for who, known in asked.items():
        others = {one for key in known.keys for one in by_key.get(key, ())} - {who}
        for other in sorted(others & people.keys(), key=lambda one: people[one].ordinal):
            same = known.same(_known(people[other].details))
            if len(same) >= ENOUGH and frozenset((who, other)) not in apart:
                found.setdefault(who, []).append(Alike(people[other], same))
    return found
