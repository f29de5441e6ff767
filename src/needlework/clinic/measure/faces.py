"""The zones of a face, sought on a photograph and given as a form takes drawn ones."""

import json
from dataclasses import dataclass

from django.conf import settings

from needlework.clinic import storage
from needlework.clinic.models.photographs import Photograph
from needlework.imaging import face as face_of
from needlework.imaging import photo, zones
from needlework.imaging.face import Face
from needlework.imaging.photo import Photo
from needlework.records.why import Reason, Refusal


@dataclass(frozen=True, slots=True)
class Zones:
    """What was found: zones as JSON in pixels of the photograph, and why others could not be seen."""

    text: str
    names: tuple[str, ...]
    unseen: tuple[Reason, ...]


def seen(decoded: Photo) -> Face | None:
    """The one face of a photograph; None where there is none, or the networks that find one are missing."""
    models = settings.FACE_MODELS()
    face = face_of.find(decoded, models) if not isinstance(models, Refusal) else models
    return None if isinstance(face, Refusal) else face


def found(photograph: Photograph) -> Zones | Refusal:
    """The zones of the one face in a photograph, or what to do about it: draw them."""
    models = settings.FACE_MODELS()
    if isinstance(models, Refusal):
        return models
    decoded = photo.decode(storage.read(photograph.original))
    if isinstance(decoded, Refusal):
        return decoded
    here = zones.found(decoded, models)
    if isinstance(here, Refusal):
        return here
    drawn = [
        {"name": one.name, "polygon": [[round(x), round(y)] for x, y in one.polygon or ()]}
        for one in here.regions
    ]
    return Zones(json.dumps({"zones": drawn}), tuple(one.name for one in here.regions), here.unseen)
