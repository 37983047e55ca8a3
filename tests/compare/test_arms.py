"""One arm: how its learning rate is tuned, and how its predictions are marked."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from umbrella.compare import arms
from umbrella.compare.arms import ORDERS, RATES, Arm, Result, Tried, trainings, try_arm
from umbrella.compare.predictions import NAMES, RULES, Evidence, mark, written
from umbrella.models.signal.reach import REACHES, ReachConfig

ROWS, SEEDS = 400, 5
CONFIG = ReachConfig(1, 1, 40, 2)


def bench(sign=1):
    return SimpleNamespace(prepared=SimpleNamespace(task=SimpleNamespace(sign=sign)))


def trained(monkeypatch, scores):
    """Make every training end with the steering score given for its rate and seed."""
    calls = []

    def fake(_, __, rate, seed):
        calls.append((rate, seed))
        return Result(scores[rate][seed], np.zeros(3), np.zeros((0, 3)), 1.0)

    monkeypatch.setattr(arms, "_train", fake)
    return calls


def test_one_lucky_seed_does_not_choose_the_rate(monkeypatch):
    low, middle, high = RATES
    scores = {low: [0.1] * 5, middle: [0.70] * 5, high: [0.80, 0.5, 0.5, 0.9, 0.9]}
    calls = trained(monkeypatch, scores)
    done = []
    found = try_arm(bench(), Arm("local", "ordered", CONFIG), SEEDS, lambda: done.append(1))
    assert found.rate == middle
    assert len(found.results) == SEEDS
    assert found.rates == pytest.approx({low: 0.1, middle: 0.7, high: 0.6})
    assert len(calls) == len(set(calls)) == len(done) == trainings(1, SEEDS) == 9
    assert calls.count((low, 0)) == 1
    assert (low, 1) not in calls


def test_of_errors_the_smaller_one_chooses_the_rate(monkeypatch):
    scores = {rate: [3.0 - number] * 2 for number, rate in enumerate(RATES)}
    calls = trained(monkeypatch, scores)
    found = try_arm(bench(-1), Arm("local", "ordered", CONFIG), 2, lambda: None)
    assert found.rate == RATES[-1]
    assert len(calls) == trainings(1, 2) == 5


def evidence(shares, moved=None, rows=ROWS):
    """Arms whose rows are right with the given shares, by (network, order)."""
    rng = np.random.default_rng(0)
    luck = rng.random(rows)
    tried = {}
    for name in REACHES:
        for order in ORDERS:
            share = shares[name] if order == "ordered" else shares[name] - shares["fall"][name]
            results = []
            for _ in range(SEEDS):
                noise = luck + 0.02 * rng.normal(size=rows)
                shifted = np.stack([(noise < share - (moved or {}).get(name, 0.0)).astype(float)])
                scores = (noise < share).astype(float)
                results.append(Result(share, scores, shifted, 1.0))
            tried[name, order] = Tried(Arm(name, order, CONFIG), {}, 0.01, tuple(results))
    return Evidence(tried, range(1, 2), None, 1, "percent")


USUAL = {"everywhere": 0.5, "local": 0.7, "shared": 0.9, "pooled": 0.95}
FALLS = {"everywhere": 0.0, "local": 0.1, "shared": 0.4, "pooled": 0.4}
MOVES = {"everywhere": 0.2, "local": 0.2, "shared": 0.2, "pooled": 0.05}


def test_what_comes_as_predicted_is_held_beyond_doubt():
    marked = mark(evidence(USUAL | {"fall": FALLS}, MOVES))
    assert [one.name for one in marked] == list(NAMES) == [one["name"] for one in written()]
    assert all(one.held and one.clear for one in marked)
    assert {one.verdict.say("en") for one in marked} == {"held"}


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("same", {"fall": FALLS | {"everywhere": 0.1}}),
        ("same", {"fall": FALLS | {"everywhere": -0.1}}),
        ("falls", {"fall": FALLS | {"pooled": -0.02}}),
        ("between_falls", {"fall": FALLS | {"local": 0.5}}),
        ("between_falls", {"fall": FALLS | {"local": -0.1}}),
        ("between_scores", {"local": 0.3}),
        ("between_scores", {"local": 0.99}),
    ],
)
def test_what_comes_otherwise_did_not_hold(name, changes):
    marked = RULES[name](evidence(USUAL | {"fall": FALLS} | changes, MOVES))
    assert not marked.held
    assert marked.verdict.say("zh") == "没有应验"


def test_the_pooled_one_must_fall_least_of_all_when_rows_move():
    for other in ("everywhere", "local", "shared"):
        moves = MOVES | {other: 0.01}
        assert not RULES["moves"](evidence(USUAL | {"fall": FALLS}, moves)).held


def test_too_few_rows_to_tell_do_not_prove_that_shuffling_changes_nothing():
    shares = USUAL | {"fall": FALLS | {"everywhere": 0.02}}
    marked = RULES["same"](evidence(shares, rows=30))
    assert marked.held
    assert marked.verdict.say("en") == "held, within doubt"
    assert marked.verdict.say("zh") == "应验，但不确凿"
    assert RULES["same"](evidence(USUAL | {"fall": FALLS})).verdict.say("en") == "held"
    errors = replace(evidence(USUAL | {"fall": FALLS}), sign=-1, form="number")
    assert RULES["same"](errors).clear


def test_what_is_held_by_a_hair_is_held_within_doubt():
    marked = RULES["between_scores"](evidence(USUAL | {"local": 0.51, "fall": FALLS}, rows=100))
    assert marked.held
    assert marked.clear is False
    assert marked.verdict.say("en") == "held, within doubt"
