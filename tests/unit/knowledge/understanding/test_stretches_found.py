"""From the likelihood of each tag to stretches: the likeliest way to tag the whole message."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from knowledge.understanding.labels import Role
from knowledge.understanding.model.message_model import find_stretches

ROLES = list(Role)
TAGS = 1 + 2 * len(ROLES)


def likelihoods(*letters: dict[tuple[Role, str] | None, float]) -> np.ndarray:
    """A row for each letter; ``(role, "B")`` begins, ``(role, "I")`` goes on, None is outside."""
    rows = np.full((len(letters), TAGS), 1e-5)
    for row, letter in zip(rows, letters, strict=True):
        for tag, likely in letter.items():
            number = 0 if tag is None else 1 + 2 * ROLES.index(tag[0]) + (tag[1] == "I")
            row[number] = likely
    return rows


def found(*letters: dict[tuple[Role, str] | None, float]) -> list[tuple[int, int, Role]]:
    return [(s.start, s.end, s.role) for s in find_stretches(likelihoods(*letters))]


WANTED, OTHER = Role.AMOUNT_WANTED, Role.OTHER_MONEY


def test_a_sum_does_not_fall_apart_where_one_figure_is_unsure():
    """10万: the 0 alone might be of another sum, the whole is one."""
    assert found(
        {(WANTED, "B"): 0.9, None: 0.1},
        {(OTHER, "B"): 0.45, (WANTED, "I"): 0.4},
        {(WANTED, "I"): 0.8, (OTHER, "I"): 0.2},
    ) == [(0, 3, WANTED)]


def test_a_letter_overlooked_at_the_beginning_is_taken_in():
    place = Role.PLACE_BUSINESS
    assert found(
        {None: 0.6, (place, "B"): 0.4}, {(place, "I"): 0.98, None: 0.01}, {None: 0.99}
    ) == [(0, 2, place)]


def test_two_sums_side_by_side_stay_two():
    assert found(
        {(WANTED, "B"): 0.9}, {(WANTED, "I"): 0.9}, {(OTHER, "B"): 0.9}, {(OTHER, "I"): 0.9}
    ) == [(0, 2, WANTED), (2, 4, OTHER)]


def test_nothing_is_found_in_nothing():
    assert find_stretches(np.zeros((0, TAGS))) == []
    assert found({None: 0.9}, {None: 0.9}) == []


@given(st.integers(0, 40), st.integers(0, 2**32 - 1))
def test_stretches_never_overlap_and_lie_within_the_message(length, seed):
    tags = np.random.default_rng(seed).dirichlet(np.ones(TAGS), size=length)
    stretches = find_stretches(tags.reshape(length, TAGS))

    ends = [0, *(s.end for s in stretches)]
    assert all(end <= s.start < s.end <= length for end, s in zip(ends, stretches, strict=False))
    assert all(0 < s.confidence <= 1 for s in stretches)
