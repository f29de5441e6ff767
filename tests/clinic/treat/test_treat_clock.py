"""When an entry was made, whatever the tablet's clock says."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from needlework.clinic.treat import tablet

OPENED = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
NOW = OPENED + timedelta(minutes=20)


def test_a_clock_that_is_a_day_fast_still_says_how_long_ago():
    fast = timedelta(days=1)
    made = NOW - timedelta(minutes=3)
    told = tablet.told(
        {"at": (made + fast).isoformat(), "clock": (NOW + fast).isoformat()}, opened=OPENED, now=NOW
    )
    assert told.at == made and told.said_at == made + fast


@pytest.mark.parametrize(
    "at", ["1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "soon", "", "2026-11-20T12:05:00"]
)
def test_nonsense_is_held_between_the_opening_and_now(at):
    told = tablet.told({"at": at, "clock": NOW.isoformat()}, opened=OPENED, now=NOW)
    assert OPENED <= told.at <= NOW


@settings(suppress_health_check=[HealthCheck.too_slow])  # the first draw reads the time zones
@given(
    at=st.datetimes(timezones=st.just(UTC)), clock=st.one_of(st.none(), st.datetimes(timezones=st.just(UTC))),
    n=st.text(max_size=12),
)  # fmt: skip
def test_whatever_is_said_the_moment_lies_in_the_session(at, clock, n):
    sent = {"at": at.isoformat(), "clock": clock.isoformat() if clock else "", "tablet": "t", "n": n}
    told = tablet.told(sent, opened=OPENED, now=NOW)
    assert OPENED <= told.at <= NOW and (told.n is None) == (told.tablet == "")


def test_the_order_of_one_tablet_stays_whatever_its_clock():
    slow = timedelta(hours=-5)
    sent = [
        {"at": (NOW + slow - timedelta(minutes=m)).isoformat(), "clock": (NOW + slow).isoformat()}
        for m in (9, 5, 1)
    ]
    moments = [tablet.told(one, opened=OPENED, now=NOW).at for one in sent]
    assert moments == sorted(moments) and isinstance(moments[0], datetime)
