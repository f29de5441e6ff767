"""consent.toml: what somebody is asked to agree to."""

from dataclasses import dataclass
from typing import Literal

from needlework.protocol.schema.edition import Basis, Reviewed
from needlework.records.why import Citation


@dataclass(frozen=True, slots=True)
class ConsentPart:
    """A part of the consent, in the order in which it is read."""

    id: Literal["what", "risks", "label", "alternatives", "after", "numbing", "who", "unknown", "rights"]
    title: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of the consent. What stands in braces, such as {device}, comes from the plan."""

    id: str
    part: Literal["what", "risks", "label", "alternatives", "after", "numbing", "who", "unknown", "rights"]
    tell: str
    basis: Basis
    sources: tuple[Citation, ...] = ()
    concerns: tuple[str, ...] = ()
    only: Literal["always", "off-label", "on-label", "numbed", "not-numbed", "beyond-skin", "many-zones"] = (
        "always"
    )


@dataclass(frozen=True, slots=True)
class PhotoPurpose:
    """What photographs may be used for, each agreed to by itself."""

    id: Literal["record", "shown", "teaching", "publication", "research"]
    title: str
    tell: str
    basis: Basis
    sources: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Consenting:
    reviewed: Reviewed
    part: tuple[ConsentPart, ...]
    passage: tuple[Passage, ...]
    photo_purpose: tuple[PhotoPurpose, ...]
    edition: str = ""
