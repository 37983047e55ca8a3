"""Edits from a transcript to an answer: as few as there can be, and of the right kinds."""

import random
from functools import cache

import pytest

from umbrella.score.edit import Edits, distance, edits


def fewest(a: str, b: str) -> int:
    """Levenshtein's distance by its definition."""

    @cache
    def at(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        return min(at(i - 1, j - 1) + (a[i - 1] != b[j - 1]), at(i - 1, j) + 1, at(i, j - 1) + 1)

    return at(len(a), len(b))


def test_the_distance_is_that_of_the_definition():
    rng = random.Random(0)
    for _ in range(400):
        a, b = ("".join(rng.choices("abc", k=rng.randint(0, 9))) for _ in range(2))
        assert distance(a, b) == fewest(a, b) == edits(a, b).errors, (a, b)


def test_a_transcript_longer_than_a_machine_word_is_measured_too():
    said = [str(number % 7) for number in range(150)]
    heard = [*said[:40], "x", *said[41:100], *said[103:], "y"]
    assert distance(said, heard) == edits(said, heard).errors == 5


@pytest.mark.parametrize(
    ("said", "heard", "found"),
    [
        ("one two three", "one two three", Edits(0, 0, 0)),
        ("one two three", "one too three", Edits(1, 0, 0)),
        ("one two three", "one three", Edits(0, 1, 0)),
        ("one two", "one or two", Edits(0, 0, 1)),
        ("one two", "", Edits(0, 2, 0)),
        ("", "one", Edits(0, 0, 1)),
        ("", "", Edits(0, 0, 0)),
        ("a b", "b c", Edits(2, 0, 0)),  # as few edits would be one deletion and one insertion
    ],
)
def test_edits_are_told_by_their_kind(said, heard, found):
    assert edits(said.split(), heard.split()) == found
