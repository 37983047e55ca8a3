"""Solvers of tables find what scikit-learn finds, and our trees answer as its trees do."""

import numpy as np
import pytest
import torch
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import Ridge

from umbrella.base.errors import FitError
from umbrella.fit import solve_table
from umbrella.fit.loop import Data
from umbrella.fit.solve_table import PATIENCE, solve_boost, solve_linear
from umbrella.fit.trees import harvest
from umbrella.models.onnx import to_onnx
from umbrella.models.table.linear import LinearTable
from umbrella.models.table.trees import Trees
from umbrella.tasks.classify import Classify
from umbrella.tasks.regress import Regress

LEVELS = (4, 6)
ROWS = 900


def made(outputs, seed=0, present=None, only=("numbers", "codes"), noise=0.3):
    """Rows whose target follows a number, a gap and a category; a third are validation rows."""
    rng = np.random.default_rng(seed)
    numbers = rng.normal(size=(ROWS, 3)).astype(np.float32)
    numbers[rng.random(ROWS) < 0.2, 1] = np.nan
    codes = np.stack([rng.integers(0, n, ROWS) for n in LEVELS], axis=1)
    codes[: 2 * ROWS // 3][codes[: 2 * ROWS // 3] == 3] = 2  # level 3 only among validation rows
    signal = np.sin(2 * numbers[:, 0]) + np.isnan(numbers[:, 1]) + (codes[:, 1] % 2)
    signal = signal + noise * rng.normal(size=ROWS)
    train, validation = np.arange(2 * ROWS // 3), np.arange(2 * ROWS // 3, ROWS)
    encoded = {name: {"numbers": numbers, "codes": codes}[name] for name in only}
    if outputs == 1:
        task = Regress.learn([str(x) for x in signal], train)
        return Data(encoded, task.encode([str(x) for x in signal]), train, validation), task
    some = np.array(present or range(outputs))
    cuts = np.quantile(signal, np.linspace(0, 1, len(some) + 1)[1:-1])
    targets = some[np.searchsorted(cuts, signal)]
    task = Classify(tuple(map(str, range(outputs))), shares=(1 / outputs,) * outputs)
    return Data(encoded, targets, train, validation), task


def sizes(data):
    return {
        "numbers": data.encoded["numbers"].shape[1] if "numbers" in data.encoded else 0,
        "levels": LEVELS if "codes" in data.encoded else (),
    }


def boosted(data, task, seconds=None, rounds=60, leaves=31, **settings):
    network = Trees(Trees.Config(**sizes(data), outputs=task.outputs, rounds=rounds, leaves=leaves))
    solve_boost(network, data, task, settings, seconds)
    return network


def linear(data, task, **settings):
    network = LinearTable(LinearTable.Config(**sizes(data), outputs=task.outputs))
    solve_linear(network, data, task, settings)
    return network


@torch.no_grad()
def answers(network, data, rows=None):
    rows = np.arange(ROWS) if rows is None else rows
    return network(**{n: torch.from_numpy(a[rows]) for n, a in data.encoded.items()}).numpy()


def accuracy(network, data):
    found = answers(network, data, data.validation).argmax(axis=1)
    return (found == data.targets[data.validation]).mean()


def columns(data):
    """What the solver gives scikit-learn: codes, then numbers."""
    parts = [data.encoded[n] for n in ("codes", "numbers") if n in data.encoded]
    return np.concatenate(parts, axis=1).astype(np.float64)


@pytest.mark.parametrize("only", [("numbers", "codes"), ("numbers",), ("codes",)])
@pytest.mark.parametrize("outputs", [1, 2, 3])
def test_our_trees_answer_as_scikit_learns_do(outputs, only):
    data, _ = made(outputs, only=only)
    groups = list(range(len(sizes(data)["levels"])))
    kind = HistGradientBoostingRegressor if outputs == 1 else HistGradientBoostingClassifier
    model = kind(max_iter=40, categorical_features=groups or None, early_stopping=False)
    table = columns(data)
    model.fit(table[data.train], data.targets[data.train])
    known = [np.unique(table[data.train, g]).astype(np.int64) for g in groups]
    network = Trees(Trees.Config(**sizes(data), outputs=outputs))
    arrays, depth = harvest(model, 40, known, network.config, getattr(model, "classes_", None))
    network.set_trees(arrays, depth)
    theirs = model.predict(table) if outputs == 1 else model.decision_function(table)
    ours = answers(network, data)
    ours = ours[:, 1] - ours[:, 0] if outputs == 2 else ours
    np.testing.assert_allclose(ours.reshape(theirs.shape), theirs, rtol=0, atol=1e-5)


def test_numbers_right_at_a_threshold_go_the_same_way():
    rng = np.random.default_rng(1)
    values = np.round(rng.normal(size=(ROWS, 1)), 1).astype(np.float32)
    data, _ = made(1, only=("numbers",))
    data = Data({"numbers": values}, data.targets, data.train, data.validation)
    model = HistGradientBoostingRegressor(max_iter=20).fit(values[data.train], data.targets[:600])
    network = Trees(Trees.Config(numbers=1, levels=(), outputs=1))
    network.set_trees(*harvest(model, 20, [], network.config, None))
    thresholds = np.unique(network.threshold[torch.isfinite(network.threshold)].numpy())
    around = np.concatenate([np.nextafter(thresholds, -9), thresholds, np.nextafter(thresholds, 9)])
    rows = {"numbers": torch.from_numpy(around.astype(np.float32)[:, None])}
    with torch.no_grad():
        got = network(**rows)[:, 0].numpy()
    expected = model.predict(rows["numbers"].numpy().astype(np.float64))
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("outputs", [1, 2, 3])
def test_boosting_learns_what_no_line_can(outputs):
    data, task = made(outputs)
    trees, line = boosted(data, task), None
    plain = {**data.encoded, "numbers": np.nan_to_num(data.encoded["numbers"])}
    data_plain = Data(plain, data.targets, data.train, data.validation)
    line = linear(data_plain, task)
    rows = data.validation
    better = task.sign * task.row_scores(answers(trees, data, rows), data.targets[rows]).mean()
    worse = task.sign * task.row_scores(answers(line, data_plain, rows), data.targets[rows]).mean()
    assert better > worse + 0.05


@pytest.mark.parametrize("present", [(0, 2), (1, 4), (0, 1, 3)])
def test_a_class_without_training_rows_is_never_the_answer(present):
    data, task = made(5, present=present)
    assert set(answers(boosted(data, task), data).argmax(axis=1)) == set(present)
    plain = {**data.encoded, "numbers": np.nan_to_num(data.encoded["numbers"])}
    data = Data(plain, data.targets, data.train, data.validation)
    assert set(answers(linear(data, task), data).argmax(axis=1)) <= set(present)


def test_boosting_learns_from_thirty_rows():
    data, task = made(2, only=("numbers",))
    targets = (data.encoded["numbers"][:, 0] > 0).astype(np.int64)
    few = Data(data.encoded, targets, data.train[:30], data.validation)
    assert accuracy(boosted(few, task), few) > 0.85


def test_boosting_stops_where_the_validation_rows_stop_gaining():
    data, task = made(1, noise=3.0)
    network = boosted(data, task, rounds=500)
    assert network.config.rounds < 500 - PATIENCE
    assert network.config.trees == network.config.rounds


def test_boosting_stops_in_time_with_a_model_that_works():
    data, task = made(2)
    network = boosted(data, task, seconds=0.0, rounds=2000)
    assert network.config.rounds <= solve_table.STEP
    assert accuracy(network, data) > 0.7


def test_smaller_trees_make_a_smaller_network():
    data, task = made(2)
    assert boosted(data, task, leaves=4).config.nodes < boosted(data, task, leaves=31).config.nodes


def test_the_same_seed_grows_the_same_trees():
    data, task = made(3)
    first, second = (boosted(data, task, share=0.5, seed=5).state_dict() for _ in range(2))
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_trees_that_answer_otherwise_than_the_solver_are_refused(monkeypatch):
    data, task = made(2)

    def bent(*given):
        arrays, depth = harvest(*given)
        arrays["threshold"] = arrays["threshold"] + np.float32(1)
        return arrays, depth

    monkeypatch.setattr(solve_table, "harvest", bent)
    with pytest.raises(FitError, match="scikit-learn"):
        boosted(data, task)


def test_grown_trees_keep_their_answers_in_the_exported_graph():
    import onnxruntime

    data, task = made(3)
    network = boosted(data, task).eval()
    some = {name: torch.from_numpy(array[:5]) for name, array in data.encoded.items()}
    session = onnxruntime.InferenceSession(to_onnx(network, some))
    got = session.run(["outputs"], dict(data.encoded))[0]
    np.testing.assert_allclose(got, answers(network, data), rtol=0, atol=1e-5)


def test_a_quantity_is_solved_as_ridge_regression():
    data, task = made(1, only=("numbers",))
    numbers = np.nan_to_num(data.encoded["numbers"])
    data = Data({"numbers": numbers}, data.targets, data.train, data.validation)
    network = linear(data, task, C=0.1)
    model = Ridge(alpha=10).fit(numbers[data.train].astype(np.float64), data.targets[data.train])
    np.testing.assert_allclose(answers(network, data)[:, 0], model.predict(numbers), atol=1e-4)


@pytest.mark.parametrize("outputs", [2, 3])
def test_linear_scores_are_log_odds(outputs):
    data, task = made(outputs, only=("codes",))
    shares = np.exp(answers(linear(data, task, C=100.0), data)).astype(np.float64)
    shares /= shares.sum(axis=1, keepdims=True)
    odd = np.flatnonzero(data.encoded["codes"][:600, 1] % 2)
    truth = [(data.targets[odd] == c).mean() for c in range(outputs)]
    np.testing.assert_allclose(shares[odd].mean(axis=0), truth, atol=0.02)


def test_the_strength_of_the_penalty_is_picked_on_the_validation_rows():
    data, task = made(2, only=("codes",))
    picked = accuracy(linear(data, task), data)
    each = [accuracy(linear(data, task, C=c), data) for c in solve_table.STRENGTHS]
    assert picked == max(each)


@pytest.mark.parametrize("solve", [boosted, linear])
def test_balance_finds_more_of_a_rare_class(solve):
    data, _ = made(1, noise=1.5)
    targets = (data.targets > 1.3).astype(np.int64)
    plain = {**data.encoded, "numbers": np.nan_to_num(data.encoded["numbers"])}
    data = Data(plain, targets, data.train, data.validation)
    task = Classify(("no", "yes"), shares=(0.9, 0.1))
    found = [(answers(solve(data, task, balance=b), data).argmax(axis=1)).sum() for b in (0, 1)]
    assert found[1] > found[0]


def test_solvers_do_not_warn_where_rows_a_class_are_few():
    """The fit says so once; warnings are errors here."""
    rng = np.random.default_rng(0)
    rows, classes = 60, 35
    targets = np.r_[np.arange(classes), rng.integers(0, classes, rows - classes)]
    encoded = {"numbers": rng.normal(size=(rows, 2)).astype(np.float32)}
    task = Classify(tuple(map(str, range(classes))), shares=(1 / classes,) * classes)
    data = Data(encoded, targets, np.arange(40), np.arange(40, rows))
    assert len(np.unique(targets[data.train])) > 20
    linear(data, task, C=1.0)
    boosted(data, task, rounds=2)
