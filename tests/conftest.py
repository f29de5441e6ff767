"""
What the tests of the clinic may ask for.

    director, prescriber, practitioner, front_desk    users, one a role; their password is PASSWORD
    users                                             the same four, by role
    patient                                           Ada Lindqvist, N-0001, born on 12 May 1986
    signed_in(user)                                   a new test client in which this user is signed in
    as_director, as_prescriber, as_practitioner, as_front_desk
                                                      a client of each
    client                                            pytest-django's: a stranger
    at_noon                                           the clock stands at noon of the day of treatment

All of them bring the database along (`db`). A test that needs real commits or threads marks itself
`@pytest.mark.django_db(transaction=True)`. The database is a file in a folder that goes; see clinic_settings.
What a test writes is logged as by "console"; `with audit.acting(user):` makes it somebody's.
"""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client

PASSWORD = "needle-and-thread"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def emptied_between_tests():
    """
    Tests with real commits empty the tables afterwards, which the log's triggers refuse. So they go first;
    the signal that Django sends after emptying puts them back.
    """
    from needlework.clinic import audit

    operations_in_use = type(connection.ops)
    flush = operations_in_use.execute_sql_flush

    def without_triggers(operations, statements):
        operations.connection.ensure_connection()
        raw = operations.connection.connection
        audit.remove(raw)
        flush(operations, audit.emptied(raw, statements))

    operations_in_use.execute_sql_flush = without_triggers
    yield
    operations_in_use.execute_sql_flush = flush


@pytest.fixture(autouse=True)
def logged_at_once(request):
    """On PostgreSQL lines join the log at the commit, which most tests never come to: there, each at once."""
    if "db" in request.fixturenames and connection.vendor == "postgresql":
        request.getfixturevalue("db")
        if connection.in_atomic_block:
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS audit_chain IMMEDIATE")


def _user(username, full_name, role):
    from needlework.clinic.models.people import Membership, User, first_site

    made = User.objects.create_user(username, PASSWORD, full_name=full_name)
    Membership.objects.create(user=made, site=first_site(), role=role, begins_at=LONG_AGO)
    if role != "front-desk":
        trained(made), trained(made, "kind:roller")
    return made


def trained(user, device="kind:pen", *, level="trained", on=date(2020, 1, 1), expires=date(2090, 1, 1)):
    """A training of this person's; whoever treats in the tests has one for every device."""
    from needlework.clinic.models.training import Training

    return Training.objects.create(
        professional=user, device=device, level=level, on=on, expires=expires, given_by="The tests"
    )


@pytest.fixture
def at_noon():
    """The clock stands at noon of the day on which the cast is treated."""
    from clinic import charted

    with time_machine.travel(charted.NOON, tick=False):
        yield


@pytest.fixture
def director(db):
    return _user("director", "Dr Mara Weiss", "medical-director")


@pytest.fixture
def prescriber(db):
    return _user("prescriber", "Dr Tomas Okafor", "prescriber")


@pytest.fixture
def practitioner(db):
    return _user("practitioner", "Ines Duarte", "practitioner")


@pytest.fixture
def front_desk(db):
    return _user("frontdesk", "Sam Petrov", "front-desk")


@pytest.fixture
def users(director, prescriber, practitioner, front_desk):
    return {user.role: user for user in (director, prescriber, practitioner, front_desk)}


@pytest.fixture
def patient(db):
    from needlework.clinic.models.people import Patient, PatientDetails

    somebody = Patient.objects.admit()
    PatientDetails.objects.create(
        patient=somebody,
        full_name="Ada Lindqvist",
        born_on=date(1986, 5, 12),
        sex="female",
        phone="+44 20 7946 0001",
    )
    return somebody


@pytest.fixture
def photographed(patient, practitioner):
    """The patient agrees to photographs, for the record and to be shown what changed."""
    from clinic import charted

    return charted.agreed(patient, by=practitioner)


@pytest.fixture
def signed_in():
    def sign_in(user):
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def as_director(director, signed_in):
    return signed_in(director)


@pytest.fixture
def as_prescriber(prescriber, signed_in):
    return signed_in(prescriber)


@pytest.fixture
def as_practitioner(practitioner, signed_in):
    return signed_in(practitioner)


@pytest.fixture
def as_front_desk(front_desk, signed_in):
    return signed_in(front_desk)
