"""Cells of several labels: told from names, sentences and plain labels, and taken apart."""

import random

import pytest

from umbrella.score.decode import LISTS, join
from umbrella.tasks.labels import find_separator, holds_sets, rarest, split_cell
from umbrella.tasks.task import infer_task

TAGS = ["action", "drama", "comedy", "crime", "war", "family"]
FIRST = ["John", "Mary", "Peter", "Susan", "Linda", "James", "Karen", "Nancy", "Betty", "Helen"]
LAST = [
    "Smith",
    "Jones",
    "Brown",
    "Davis",
    "Miller",
    "Wilson",
    "Moore",
    "Taylor",
    "Clark",
    "Lewis",
    "Hall",
    "Young",
]
WORDS = [
    "the",
    "room",
    "was",
    "clean",
    "and",
    "quiet",
    "staff",
    "helpful",
    "cold",
    "shower",
    "broken",
    "view",
    "lake",
    "walk",
]


def sets(mark, rows=300, seed=0, most=3):
    """Cells with one to three labels."""
    draw = random.Random(seed)
    return [mark.join(draw.sample(TAGS, draw.randint(1, most))) for _ in range(rows)]


@pytest.mark.parametrize("mark", ["|", ";", "; ", ",", ", ", "、", "；", "，"])
def test_several_labels_are_found_whatever_stands_between_them(mark):
    cells = sets(mark)
    assert infer_task("category", cells) == infer_task("text", cells) == "multilabel"
    assert find_separator(cells) == mark
    assert mark.join(split_cell(cells[0], mark)) == cells[0]


@pytest.mark.parametrize("mark", ["/", " / ", " ", "<>", "、", LISTS])
def test_any_mark_is_taken_where_it_is_named(mark):
    cells = sets(mark) if mark != LISTS else ['["war", "crime"]']
    assert find_separator(cells, mark) == (f"{mark.strip()} " if mark == " / " else mark)
    assert find_separator(sets("; "), ";") == "; "
    assert set(split_cell(cells[0], find_separator(cells, mark))) <= set(TAGS)
    assert set(rarest(cells, mark)) <= set(TAGS)


def test_json_lists_are_sets_too_and_an_empty_one_holds_none():
    draw = random.Random(0)
    lists = [draw.sample(TAGS, draw.randint(0, 3)) for _ in range(300)]
    cells = [join(some, LISTS) for some in lists]
    assert infer_task("text", cells) == "multilabel"
    assert find_separator(cells) == LISTS
    assert [list(split_cell(cell, LISTS)) for cell in cells] == lists
    assert split_cell("[1, 2.5, 1]", LISTS) == ("1", "2.5")
    assert split_cell('[["a"]]', LISTS) == split_cell("[oops", LISTS) == ()


def names(rows=300):
    draw = random.Random(0)
    return [f"{draw.choice(LAST)}, {draw.choice(FIRST)}" for _ in range(rows)]


def names_of_one_or_two(rows=300):
    draw = random.Random(0)
    first = (" ".join(draw.sample(FIRST, draw.randint(1, 2))) for _ in range(rows))
    return [f"{draw.choice(LAST)}, {name}" + (", Jr." if draw.random() < 0.2 else "")
            for name in first]  # fmt: skip


def sentences(rows=300):
    draw = random.Random(0)
    return [
        ", ".join(" ".join(draw.choices(WORDS, k=4)) for _ in range(draw.randint(1, 4)))
        for _ in range(rows)
    ]


def phrases(rows=300):
    return [
        random.Random(row).choice(["shoes, bags", "books, music", "tea"]) for row in range(rows)
    ]


def rarely_several():
    return [*sets("|", rows=30, most=3), *TAGS * 45]


@pytest.mark.parametrize(
    "cells",
    [names(), names_of_one_or_two(), sentences(), phrases(), rarely_several(), TAGS * 40],
    ids=["names", "longer names", "sentences", "classes with a comma", "rarely", "plain"],
)
def test_what_only_looks_like_several_labels_stays_one(cells):
    assert not holds_sets(cells)
    assert infer_task("text", cells) == "classify"


def test_numbers_and_few_cells_are_no_sets():
    assert infer_task("number", ["1", "2"] * 20) == "classify"
    assert not holds_sets([])
    assert not holds_sets([None, "", "a|b"])


def test_stray_separators_blanks_and_repeats_mean_nothing():
    assert split_cell(" | a |  b  c || a |", "|") == ("a", "b c")
    assert split_cell(None, "|") == split_cell(";;", ";") == ()


def test_a_row_stands_for_its_rarest_label_in_the_split():
    assert rarest(["a|b", "a", "", "a|c|b", "b|a"]) == ["b", "a", "", "c", "b"]
