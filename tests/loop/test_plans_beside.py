"""Two plans side by side: every difference is in it, what is alike as well, and why."""

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

import cast
from needlework.loop import beside, plan
from needlework.protocol import load
from needlework.records.plan import Changes, Goals, Plan

PROTOCOL = load.default()
NAMES = {one.id: one.name for one in PROTOCOL.plan.concern}


def course(
    who="priya", *, concerns=("acne-scars",), zones=("cheeks", "forehead"), device="skinpen-precision"
):
    made = plan.propose(Goals(concerns, zones, device), cast.person(who), PROTOCOL)
    assert hasattr(made, "zones"), made
    return made


def rows(found, where="course"):
    if where == "course":
        return {one.what: one for one in found.course}
    return {one.what: one for one in next(things for id_, _name, things in found.zones if id_ == where)}


def test_a_plan_beside_itself_differs_in_nothing_and_says_all_of_it():
    found = beside.compare(course(), course(), names=NAMES)
    every = [*found.course, *(one for _id, _name, things in found.zones for one in things)]
    assert not any(one.differs or one.why for one in every) and len(every) == 13 + 2 * 7
    assert found.gone == found.came == () and found.shared > 0


def test_another_depth_says_by_how_much_and_which_walls_stand_there():
    first = course()
    second = plan.review(first, Changes(depth_mm={"cheeks": 1.0}), PROTOCOL).plan
    depth = rows(beside.compare(first, second), "cheeks")["depth-mm"]
    assert (depth.before, depth.after, depth.moved) == (1.5, 1.0, -0.5)
    assert any(first.zones[0].wall.says in why for why in depth.why)
    assert not rows(beside.compare(first, second), "forehead")["depth-mm"].differs


def test_a_zone_of_one_plan_alone_stands_with_nothing_beside_it():
    found = beside.compare(course(zones=("cheeks", "chin")), course(zones=("cheeks", "forehead")))
    assert [id_ for id_, _name, _things in found.zones] == ["cheeks", "chin", "forehead"]
    assert rows(found, "chin")["passes"].after is None and rows(found, "forehead")["passes"].before is None
    assert rows(found, "chin")["passes"].moved is None


def test_another_device_changes_label_and_dose_and_says_why():
    found = beside.compare(course(), course(device="dermapen-4"), names=NAMES)
    course_rows = rows(found)
    assert course_rows["device"].differs and course_rows["label"].after == "off label"
    assert course_rows["label"].why and set(course_rows["label"].why) <= set(found.came)
    assert rows(found, "cheeks")["per-cm2"].why


def test_more_sessions_further_apart_and_another_skin_are_told():
    first = course()
    second = replace(
        plan.review(first, Changes(sessions=5, interval_days=42), PROTOCOL).plan, person=cast.person("amara")
    )
    told = rows(beside.compare(first, second))
    assert told["sessions"].moved == 1 and told["interval-days"].moved == 42 - first.interval_days
    assert (told["skin-type"].before, told["skin-type"].after) == ("IV", "VI")


DEVICES = [device.id for device in PROTOCOL.devices.device]
WHERE = ["cheeks", "forehead", "chin", "temples", "jawline"]
WHOSE = st.tuples(
    st.sampled_from(sorted(cast.PEOPLE)),
    st.lists(st.sampled_from(WHERE), min_size=1, max_size=3, unique=True),
    st.sampled_from(DEVICES),
)


def _made(whose):
    who, zones, device = whose
    return plan.propose(Goals(("acne-scars",), tuple(zones), device), cast.person(who), PROTOCOL)


@given(WHOSE, WHOSE)
def test_turned_around_it_says_the_same_the_other_way(first, second):
    one, other = _made(first), _made(second)
    assume(isinstance(one, Plan) and isinstance(other, Plan))
    there, back = beside.compare(one, other), beside.compare(other, one)
    assert [(row.what, row.before, row.after) for row in there.course] == [
        (row.what, row.after, row.before) for row in back.course
    ]
    assert (there.gone, there.came, there.shared) == (back.came, back.gone, back.shared)
    every = [*there.course, *(row for _id, _name, things in there.zones for row in things)]
    assert not any(row.why for row in every if not row.differs)
    for row in every:
        assert row.moved is None or (row.moved != 0) == row.differs
