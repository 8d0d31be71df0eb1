"""What a chain of mappings may be said to be: never more than its links allow."""

import itertools

import pytest

from libonto.crosswalk.chains import Relation, joined

EXACT, CLOSE, BROAD, NARROW, RELATED = Relation


def chain(*links: Relation) -> Relation | None:
    return joined(links)


@pytest.mark.parametrize("relation", Relation)
def test_exact_changes_nothing(relation: Relation) -> None:
    assert chain(EXACT, relation) is relation
    assert chain(relation, EXACT) is relation


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ((CLOSE, CLOSE), RELATED),
        ((CLOSE, CLOSE, CLOSE), RELATED),
        ((CLOSE, CLOSE, CLOSE, CLOSE), RELATED),
        ((CLOSE, EXACT, CLOSE), RELATED),
        ((BROAD, BROAD, BROAD), BROAD),
        ((NARROW, NARROW), NARROW),
        ((NARROW, BROAD), RELATED),
        ((BROAD, NARROW), None),
        ((CLOSE, BROAD), RELATED),
        ((NARROW, CLOSE), RELATED),
        ((CLOSE, BROAD, BROAD), None),
        ((CLOSE, CLOSE, BROAD), None),
        ((RELATED, RELATED), None),
        ((RELATED, CLOSE), None),
        ((CLOSE, RELATED), None),
    ],
)
def test_a_chain_is_said_to_be_no_more_than_it_is(
    links: tuple[Relation, ...], expected: Relation | None
) -> None:
    assert chain(*links) is expected


def test_only_a_chain_of_exact_links_is_exact_and_none_but_one_close_link_is_close() -> None:
    for length in (1, 2, 3, 4):
        for links in itertools.product(Relation, repeat=length):
            found = chain(*links)
            others = [link for link in links if link is not EXACT]
            assert (found is EXACT) == (not others)
            assert (found is CLOSE) == (others == [CLOSE])
            if found is BROAD or found is NARROW:
                assert set(others) == {found}


def test_a_chain_seen_from_its_other_end_is_the_inverse() -> None:
    for links in itertools.product(Relation, repeat=3):
        back = chain(*(link.inverse for link in reversed(links)))
        there = chain(*links)
        # Joining is done from the left, and gives up early: the other end may know less.
        if there is not None and back is not None:
            assert back is there.inverse
