"""Today counts those who wait, as far as that helps anybody, and at one's own site alone."""

from datetime import date

import pytest

from clinic import charted
from needlework.clinic.models.people import Patient, PatientDetails
from needlework.clinic.patients import waiting


@pytest.fixture
def newcomers(practitioner):
    """Four who were asked nothing yet, and two more at another site."""
    elsewhere = charted.a_room("Two", site="The other house").site
    for n, site in enumerate([None] * 4 + [elsewhere] * 2):
        person = Patient.objects.admit(site=site)
        PatientDetails(patient=person, full_name=f"Bea {n}", born_on=date(1990, 3, 12), phone="1").save()


@pytest.mark.parametrize(
    ("counted", "says"), [(500, "and 2 more"), (4, "and 2 more"), (3, "and over 1 more")]
)
def test_the_rest_is_counted_up_to_a_bound(counted, says, newcomers, as_practitioner, monkeypatch):
    monkeypatch.setattr(waiting, "MOST", 2)
    monkeypatch.setattr(waiting, "COUNTED", counted)
    assert as_practitioner.get("/").content.decode().count(says) == 1
