"""The report of a comparison, one page for the person and for a colleague."""

from datetime import date

from needlework.clinic import consented, storage
from needlework.clinic.measure import shown
from needlework.clinic.models.people import Clinic
from needlework.clinic.models.photographs import Comparison, Photograph
from needlework.exchange import report
from needlework.imaging import catalogue
from needlework.records.why import Refusal

SCALES = {"given": "whoever measured", "card": "the card", "iris": "the width of the irises", "": ""}


def of(found: Comparison, *, on: date) -> bytes | Refusal:
    """
    As a PDF file. It names the person by the clinic's number alone: whose it is, who hands it out knows.
    """
    if reasons := tuple(consented.against_photographs(found.patient, "shown")):
        return Refusal(reasons)
    seen = found.as_record()
    about = report.Circumstances(
        on=on,
        edition=found.edition,
        titles={name: shown.title(name) for name in catalogue.MEASURES},
        person=found.patient.number,
        clinic=Clinic.current().name,
        mm_per_px=found.mm_per_px,
        scale_from=SCALES[shown.scale_from(found, seen)],
        cautions=(str(shown.early(found, seen)),),
    )
    pictures = (_picture(found, found.before, "before"), _picture(found, found.after, "after"))
    return report.write(seen, about, pictures=pictures)


def _picture(found: Comparison, photograph: Photograph, side: str) -> report.Picture:
    """Aligned where it could be, else as the pages show it."""
    aligned = f"{shown.PHOTOGRAPHS}-{side}"
    file = found.picture(aligned) if aligned in found.pictures else photograph.working
    return report.Picture(storage.read(file), photograph.taken_on, sha256=photograph.sha256)
