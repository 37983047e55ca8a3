"""Columns that alone tell the target are found, and those that only tell rows apart are not."""

import numpy as np
import pytest

from umbrella.data.giveaway import find_giveaways
from umbrella.data.read import read

ROWS = 300


def names(cells, targets):
    """Names of the columns that give the targets away."""
    found = find_giveaways(read(cells), list(cells), np.arange(len(targets)), np.asarray(targets))
    return [one.column for one in found.found] if found else None


@pytest.fixture
def random():
    return np.random.default_rng(5)


@pytest.fixture
def labels(random):
    return (random.random(ROWS) < 0.3).astype(np.int64)


def noise(random):
    return [f"{value:.3f}" for value in random.normal(size=ROWS)]


def test_a_copy_of_the_label_is_found_under_any_name(random, labels):
    cells = {"alive": [("no", "yes")[one] for one in labels], "age": noise(random)}
    assert names(cells, labels) == ["alive"]


def test_a_finer_code_that_determines_the_label_is_found(random, labels):
    reasons = [f"reason {one}{random.integers(4)}" for one in labels]
    assert names({"why": reasons, "age": noise(random)}, labels) == ["why"]


def test_a_number_on_whose_two_sides_the_labels_lie_is_found(random, labels):
    score = [f"{one + random.random() * 0.9:.4f}" for one in labels]
    assert names({"score": score, "age": noise(random)}, labels) == ["score"]


def test_a_copy_with_few_errors_and_holes_is_still_found_and_one_with_many_is_not(random, labels):
    for wrong, found in ((1, ["alive"]), (30, [])):
        flipped = labels.copy()
        flipped[10 : 10 + wrong] ^= 1
        alive = ["" if row % 9 == 0 else ("no", "yes")[one] for row, one in enumerate(flipped)]
        assert names({"alive": alive, "age": noise(random)}, labels) == found


def test_a_column_that_is_filled_for_one_label_only_is_found(random, labels):
    boats = [f"boat {random.integers(5)}" if one else "" for one in labels]
    assert names({"boat": boats, "age": noise(random)}, labels) == ["boat"]


def test_ids_and_texts_that_never_recur_give_nothing_away(random, labels):
    order = random.permutation(ROWS)
    cells = {"id": [f"P{row:04d}x" for row in order], "number": [str(row) for row in order]}
    assert names(cells, labels) == []
    assert names({"id": cells["id"]}, labels) is None


def test_rows_that_stand_twice_do_not_make_an_id_a_giveaway(random, labels):
    half = labels[: ROWS // 2]
    once = [f"{value:.6f}" for value in random.normal(size=ROWS // 2)]
    codes = [f"P{row:04d}x" for row in range(ROWS // 2)]
    twice = {"measured": once * 2, "code": codes * 2}
    assert names(twice, np.tile(half, 2)) == []


def test_with_hardly_any_row_of_another_label_nothing_is_said(random):
    labels = np.zeros(ROWS, np.int64)
    labels[:5] = 1
    assert names({"rare": [str(one) for one in labels], "age": noise(random)}, labels) is None


def test_the_same_number_in_another_unit_or_on_another_scale_is_found(random):
    prices = random.lognormal(11, 0.5, ROWS)
    cells = {
        "rooms": [str(random.integers(1, 7)) for _ in range(ROWS)],
        "usd": [f"{0.14 * price:.2f}" for price in prices],
        "log": [f"{np.log(price):.6f}" for price in prices],
        "area": [f"{price / 1000 + random.normal(0, 30):.2f}" for price in prices],
    }
    assert sorted(names(cells, prices)) == ["log", "usd"]


def test_groups_whose_rows_all_have_one_number_are_found(random):
    kinds = random.integers(0, 12, ROWS)
    worth = random.normal(size=12)[kinds]
    cells = {"kind": [f"kind {one}" for one in kinds], "age": noise(random)}
    assert names(cells, worth) == ["kind"]
    assert names(cells, worth + random.normal(size=ROWS)) == []


def test_sets_of_labels_count_as_one_answer(random):
    sets = random.random((ROWS, 3)) < 0.5
    tags = ["/".join("abc"[at] for at in np.flatnonzero(one)) or "none" for one in sets]
    assert names({"tags": tags, "age": noise(random)}, sets.astype(np.uint8)) == ["tags"]


def test_the_surest_column_is_said_first_with_the_others_behind_it(labels):
    nearly = labels.copy()
    nearly[np.flatnonzero(labels)[0]] = 0
    cells = {"b": [str(one) for one in nearly], "a": [str(one) for one in labels]}
    found = find_giveaways(read(cells), ["b", "a"], np.arange(ROWS), labels)
    assert found.says().say("en") == "column “a” alone gives the label of every row; so does b"
    assert "“a”" in found.says().say("zh")
    one = find_giveaways(read(cells), ["b"], np.arange(ROWS), labels)
    assert "of 99.7 % of the rows" in one.says().say("en")
    assert "--use" in one.notes()[0].say("en")
    assert "--use" in one.notes()[0].say("zh")
