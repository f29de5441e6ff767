"""Whoever is photographed here has agreed to it."""

import pytest

from clinic import charted


@pytest.fixture
def patient(patient, practitioner):
    return charted.agreed(patient, by=practitioner)
