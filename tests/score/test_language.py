"""The language model: chances that sum to one, by hand where they can be counted."""

import json
import math

import pytest

from umbrella.base.errors import BundleError
from umbrella.score.language import END, MOST, Language

SAID = ["one two", "two three", "six", "one one"]


def chances(model: Language, before: str) -> dict[str, float]:
    context = model.context(before)
    return {char: math.exp(model.log_chance(context, char)) for char in model.alphabet}


@pytest.mark.parametrize("before", [END, f"{END}one", f"{END}one tw", "never seen", "x"])
@pytest.mark.parametrize("order", [1, 2, 6])
def test_chances_after_anything_sum_to_one(before, order):
    model = Language.learn(SAID, alphabet="qz", order=order)
    found = chances(model, before)
    assert sum(found.values()) == pytest.approx(1.0)
    assert min(found.values()) > 0


def test_a_chance_is_counted_by_hand():
    model = Language.learn(["ab", "aa"], order=2)
    # {a, b, end}: a 3 times, b once, the end twice; after a: b once, a once, the end once
    single = {"a": (3 + 3 / 3) / 9, "b": (1 + 3 / 3) / 9, END: (2 + 3 / 3) / 9}
    expected = {char: (1 + 3 * chance) / 6 for char, chance in single.items()}
    assert chances(model, "a") == pytest.approx(expected)


def test_what_was_said_is_likelier_than_its_reverse():
    model = Language.learn(SAID)

    def whole(text: str) -> float:
        total, before = 0.0, END
        for char in text + END:
            total += model.log_chance(model.context(before), char)
            before += char
        return total

    assert whole("two one") > whole("eno owt") + 3


def test_only_the_commonest_pieces_are_kept():
    said = [f"{number:x}" * 3 for number in range(1, 40_000)]
    model = Language.learn(said)
    assert len(model.grams) == MOST
    assert sum(chances(model, f"{END}1").values()) == pytest.approx(1.0)


def test_it_survives_its_spec_and_json():
    model = Language.learn(SAID, alphabet="q")
    again = Language.from_spec(json.loads(json.dumps(model.spec())))
    assert again == model
    assert chances(again, "one") == chances(model, "one")
    assert again != Language.learn(SAID)


@pytest.mark.parametrize(
    "change",
    [
        {"order": 0},
        {"order": "6"},
        {"grams": []},
        {"grams": {"ab": 0}},
        {"grams": {"": 3}},
        {"grams": {"abcdefghij": 2}},
        {"grams": {"ab": True}},
        {"grams": {"ab": 2**53 + 1}},
        {"grams": {"ab": 10**400}},
        {"alphabet": ""},
        {"alphabet": 5},
    ],
)
def test_a_damaged_spec_is_refused(change):
    spec = Language.learn(SAID).spec() | change
    with pytest.raises(BundleError, match="language model is damaged"):
        Language.from_spec(spec)
    with pytest.raises(BundleError):
        Language.from_spec(None)
