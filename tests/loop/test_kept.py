"""What is made of a protocol once is given again for this very protocol, and for no other."""

from needlework.loop.kept import Kept


def test_it_is_made_once_for_a_thing_and_anew_for_another_that_is_equal():
    made = []
    kept = Kept(lambda thing: made.append(thing) or [*thing])
    one, two = [1], [1]
    assert kept(one) is kept(one) and kept(two) is not kept(one)
    assert made == [[1], [1]]


def test_a_thing_that_is_gone_lends_its_number_to_no_other():
    kept = Kept(lambda thing: thing[0])
    assert [kept([number]) for number in range(3 * Kept.MOST)] == list(range(3 * Kept.MOST))


def test_no_more_are_held_than_it_says():
    kept = Kept(len)
    things = [[number] for number in range(3 * Kept.MOST)]
    for thing in things:
        kept(thing)
    assert len(kept._kept) <= Kept.MOST
