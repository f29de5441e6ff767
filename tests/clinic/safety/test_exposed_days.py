"""Everybody of a period is counted by sums over days: they are what the charts say, whatever happens."""

import itertools
import random
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from clinic import charted
from needlework.clinic import exposed_days, exposures
from needlework.clinic.merging import actions as merging
from needlework.clinic.models.exposure import Exposure, ExposureDay, ExposureZone
from needlework.clinic.models.people import Patient, PatientDetails
from needlework.clinic.models.stock import CartridgeIn
from needlework.clinic.models.treatment import Session, SessionEntry
from needlework.clinic.safety import exposed
from needlework.clinic.safety.asked import Asked
from needlework.loop.traces import EVERY_VISIT, Trace, TraceKind

FIRST, DAYS = date(2026, 3, 1), 40
OF_PRODUCT = Trace(TraceKind.PRODUCT, "09506000134352")
LOTS, GTIN = ("L1", "L2", "L3"), OF_PRODUCT.key


def somebody(n):
    made = Patient.objects.admit()
    PatientDetails.objects.create(
        patient=made, full_name=f"P {n}", born_on="1990-01-01", phone="1" if n % 2 else ""
    )
    return made


class Archive:
    """Some people whose sessions come in no order, and who turn out to be one and two again."""

    def __init__(self, *, by, rng):
        self.by, self.rng = by, rng
        self.plans = [charted.planned(somebody(n), by=by) for n in range(6)]
        self.rooms = [charted.a_room("A", site="Here"), charted.a_room("B", site="There")]
        self.merges = []

    def visit(self):
        at = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=self.rng.randrange(DAYS * 1440))
        plan = self.rng.choice(self.plans)
        plan.refresh_from_db()
        number = plan.sessions.count() + 1
        session = Session.objects.create(
            plan=plan, room=self.rng.choice(self.rooms), number=number, once=uuid4(), created_by=self.by,
            created_at=at,
        )  # fmt: skip
        exposures.opened(session)
        exposures.opened(session)  # twice is once
        if self.rng.random() < 0.7:
            data = {"lot": self.rng.choice(LOTS), "serial": f"S{Session.objects.count()}"}
            exposures.charted(
                SessionEntry.objects.create(
                    session=session, number=1, kind="cartridge", at=at, data=data, once=uuid4()
                )
            )

    def read(self):
        """The code of a lot is read, mostly after somebody had it."""
        CartridgeIn.objects.create(lot=self.rng.choice(LOTS), gtin=GTIN, expires="2030-01-01")

    def merge(self):
        one, other = (Patient.objects.get(pk=plan.patient_id) for plan in self.rng.sample(self.plans, 2))
        made = merging.merge(
            patient=one, into=other, reason="Same person", once=uuid4(), by=self.by, at=timezone.now()
        )
        if hasattr(made, "pk"):
            self.merges.append(made)

    def part(self):
        if self.merges:
            undone = self.merges.pop(self.rng.randrange(len(self.merges)))
            undone.refresh_from_db()
            merging.undo(merge=undone, reason="Two people", once=uuid4(), by=self.by, at=timezone.now())

    @staticmethod
    def has(session, trace):
        if trace.kind != TraceKind.PRODUCT:
            return True
        known = set(CartridgeIn.objects.filter(gtin=GTIN).values_list("lot", flat=True))
        return any(entry.data["lot"] in known for entry in session.entries.all())

    def plainly(self, asked):
        """By the charts alone: whose sessions lie on these days, and how many they are."""
        found = []
        for one in Session.objects.select_related("plan__patient", "room"):
            day = timezone.localdate(one.created_at)
            inside = (not asked.since or asked.since <= day) and (not asked.until or day <= asked.until)
            if inside and asked.site in (None, one.room.site_id) and self.has(one, asked.every[0]):
                found.append((Patient.objects.get(pk=one.plan.patient_id).survivor.pk, one.pk))
        return found


@pytest.fixture
def zone(settings):
    settings.TIME_ZONE = "Pacific/Auckland"
    timezone.get_default_timezone.cache_clear()
    yield settings.TIME_ZONE
    settings.TIME_ZONE = "UTC"
    timezone.get_default_timezone.cache_clear()


def periods(rng):
    for _n in range(6):
        since = FIRST + timedelta(days=rng.randrange(-1, DAYS))
        yield since, since + timedelta(days=rng.randrange(DAYS))
    yield None, FIRST + timedelta(days=rng.randrange(DAYS))
    yield FIRST + timedelta(days=rng.randrange(DAYS)), None
    yield None, None


def test_the_sums_are_what_the_charts_say_whatever_happens(practitioner, zone, monkeypatch):
    monkeypatch.setattr(exposed, "A_PAGE", 2)
    rng = random.Random(4711)
    archive = Archive(by=practitioner, rng=rng)
    for step in [archive.visit] * 8 + rng.choices(
        [archive.visit, archive.merge, archive.part, archive.read], [6, 2, 1, 1], k=30
    ):
        step()
        assert exposed_days.differing() == 0
    assert ExposureZone.objects.get().zone == zone and not list(exposures.drift())
    sites = (None, archive.rooms[0].site_id)
    for (since, until), site in itertools.product(periods(rng), sites):
        trace = rng.choice([EVERY_VISIT, Trace(TraceKind.MODEL, charted.DEVICE), OF_PRODUCT])
        what = Asked((trace,), (), since, until, site=site)
        for asker in (zone, "America/New_York"):  # whose day begins while the clinic's is nearly over
            with timezone.override(asker):
                plain = archive.plainly(what)
                people = {person for person, _session in plain}
                assert exposed.counts(what) == (len(people), len(plain))
        shown = [one.patient.pk for one in exposed.all_of(what)]
        plain = archive.plainly(what)
        assert shown == sorted({person for person, _session in plain})
        for one in exposed.all_of(what):
            assert one.sessions == sum(person == one.patient.pk for person, _s in plain)


def test_sums_that_are_wrong_are_found_and_mended(practitioner, patient, capsys):
    from django.core.management import CommandError, call_command

    charted.opened(charted.planned(patient, by=practitioner), by=practitioner)
    call_command("exposures")
    ExposureDay.objects.filter(kind="visit").update(sessions=2)
    with pytest.raises(CommandError):
        call_command("exposures")
    call_command("exposures", "--mend")
    call_command("exposures")
    assert exposed.counts(Asked((EVERY_VISIT,))) == (1, 1)
    Exposure.objects.filter(kind="visit").update(patient=somebody(1))
    with pytest.raises(CommandError):
        call_command("exposures")
    call_command("exposures", "--mend")
    assert set(Exposure.objects.values_list("patient", flat=True)) == {patient.pk}
    call_command("exposures")


def test_where_nothing_is_summed_the_rows_are_counted(practitioner, patient):
    """Before the sums were made: slower, and as exact."""
    charted.opened(charted.planned(patient, by=practitioner), by=practitioner)
    model = Asked((Trace(TraceKind.MODEL, charted.DEVICE),))
    assert exposed_days.kept() and exposed.counts(model) == (1, 1)
    ExposureZone.objects.all().delete()
    ExposureDay.objects.all().delete()
    other = somebody(1)
    charted.opened(charted.planned(other, by=practitioner), by=practitioner)
    assert not ExposureDay.objects.exists() and exposed.counts(model) == (2, 2)
    assert Exposure.objects.filter(kind="visit").count() == 2
    assert exposed.without_phone(model) == 0
    charted.opened(charted.planned(somebody(2), by=practitioner), by=practitioner)
    assert exposed.without_phone(model) == 1
