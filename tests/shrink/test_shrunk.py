"""A small run counts every look, has its own confidence, and refuses what it was not made from."""

import shutil
from types import SimpleNamespace

import numpy as np
import pytest
import sklearn.svm
from invented import reviews, write_csv

import umbrella
from umbrella.base.errors import RunError
from umbrella.base.progress import Silent
from umbrella.base.tensors import load_tensors, save_tensors
from umbrella.fit import cost
from umbrella.fit.device import Device
from umbrella.fit.trained import load_trained, read_rows
from umbrella.fit.views import Views
from umbrella.models.ladders import rung
from umbrella.score import losses
from umbrella.score.calibration import fit_temperature
from umbrella.score.decode import sigmoid
from umbrella.shrink import candidate, shrink
from umbrella.shrink.candidate import Workshop
from umbrella.shrink.plan import Idea, ideas
from umbrella.tasks.multilabel import Multilabel

SVM = ("bow-svm",)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("shrunk")


@pytest.fixture(scope="module")
def data(place):
    return write_csv(place / "stay.csv", reviews(900, noise=0.0))


@pytest.fixture(scope="module")
def large(place, data):
    return umbrella.fit(data, "label", out=place / "large", rungs=SVM)


@pytest.fixture
def copy(large, tmp_path):
    """The large run with no look taken yet, free to be changed."""
    shutil.copytree(large.path, tmp_path / "run")
    return umbrella.load(tmp_path / "run")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Of all ideas the model at hand and the smallest, each timed on a few rows."""
    latency = cost.latency
    monkeypatch.setattr(shrink, "ideas", lambda *given: [(all_ := ideas(*given))[0], all_[-1]])
    monkeypatch.setattr(
        cost, "latency", lambda graph, feeds: latency(graph, feeds[:3], seconds=0.05)
    )


def proof_of(run):
    return run.facts["shrunk"]["proof"]


def test_every_look_at_the_proof_rows_counts_over_searches_and_generations(
    copy, tmp_path, monkeypatch
):
    with monkeypatch.context() as patch:  # in int8 only, so that a smaller size is left to find
        patch.setattr(shrink, "ideas", lambda *given: ideas(*given)[:1])
        first = copy.shrink(size="40KB", drop="20%", out=tmp_path / "first")
    smaller = first.shrink(size="25KB", drop="20%", out=tmp_path / "smaller")
    after = copy.shrink(size="40KB", drop="20%", out=tmp_path / "after")
    looks = [proof_of(run)["look"] for run in (first, smaller, after)]
    assert looks == [1, 2, 3]
    for run, look in zip((first, smaller, after), looks, strict=True):
        assert proof_of(run)["level"] == pytest.approx(1 - 0.05 / 2**look)


def test_looks_are_remembered_by_a_fresh_fit_of_the_same_data(copy, data, tmp_path):
    copy.shrink(size="40KB", drop="20%", out=tmp_path / "first")
    again = umbrella.fit(data, "label", out=copy.path, rungs=SVM, fresh=True)
    assert proof_of(again.shrink(size="40KB", drop="20%", out=tmp_path / "second"))["look"] == 2


def test_other_test_rows_start_with_no_look(copy, data, tmp_path):
    copy.shrink(size="40KB", drop="20%", out=tmp_path / "first")
    other = umbrella.fit(data, "label", out=copy.path, rungs=SVM, seed=3, fresh=True)
    assert proof_of(other.shrink(size="40KB", drop="20%", out=tmp_path / "second"))["look"] == 1


def test_the_temperature_is_fitted_anew_on_what_the_small_graph_answers(copy, tmp_path):
    small = copy.shrink(size="20KB", drop="20%", out=tmp_path / "small")
    trained = load_trained(small.path)
    rows = read_rows(trained)
    assert trained.graph is not None
    wanted = fit_temperature(
        trained.outputs(rows.batches("validation")), rows.part_targets("validation")
    )
    assert small.facts["task"]["temperature"] == pytest.approx(wanted)
    assert small.facts["task"]["temperature"] != copy.facts["task"]["temperature"]


@pytest.mark.parametrize("verb", ["ship", "predict", "check", "shrink"])
def test_weights_that_were_changed_after_the_fit_are_refused(copy, tmp_path, verb):
    path = copy.path / "weights.safetensors"
    weights = load_tensors(path)
    save_tensors(path, {name: array + array.dtype.type(1) for name, array in weights.items()})
    asked = {
        "ship": lambda: copy.ship(tmp_path / "out.onnx"),
        "predict": lambda: copy.predict(["a lovely room"]),
        "check": lambda: copy.check(),
        "shrink": lambda: copy.shrink(drop="20%", out=tmp_path / "small"),
    }
    with pytest.raises(RunError, match=r"weights\.safetensors was changed"):
        asked[verb]()
    assert not (tmp_path / "out.onnx").exists()
    assert not (copy.path / "report.json").exists()
    assert not (tmp_path / "small" / "run.json").exists()


def test_a_student_of_several_labels_hears_the_teachers_calibrated_chances(monkeypatch):
    task = Multilabel(("a", "b"), "|", (0.5, 0.5), 2.0, (1.0, -3.0), (0.5, 0.5))
    network = SimpleNamespace(to=lambda _: network)
    teacher = SimpleNamespace(task=task, network=network, graph=b"", alone=True)
    answers = np.array([[4.0, 2.0, 7.0], [0.0, -2.0, 7.0]], dtype=np.float32)
    monkeypatch.setattr(candidate, "graph_outputs", lambda *_: answers)
    monkeypatch.setattr(candidate, "features_of", lambda *_: None)
    monkeypatch.setattr(Workshop, "_teacher_view", lambda _: SimpleNamespace(arrays={}))
    rows = SimpleNamespace(rows=np.arange(2))
    workshop = Workshop(teacher, rows, None, Device("cpu"), Silent())
    workshop._listen()
    assert workshop.soft.dtype == np.float32
    assert sigmoid(workshop.soft[:, :2]) == pytest.approx(task.chances(answers))
    assert answers[0, 0] == 4.0  # the graph's own answers are left alone


@pytest.mark.parametrize("balance", [True, False])
def test_balance_reaches_the_solver_and_the_student(tmp_path, monkeypatch, balance):
    table = reviews(300, noise=0.0)
    rare = [row for row, label in enumerate(table["label"]) if label == "bad"][30:]
    table = {n: [v for row, v in enumerate(c) if row not in rare] for n, c in table.items()}
    asked = {"rungs": ("bag",), "epochs": 1, "balance": balance}
    made = umbrella.fit(table, "label", out=tmp_path / "run", **asked)
    solved, taught = [], []
    solver, distill = sklearn.svm.LinearSVC, losses.distill

    def spy_solver(**given):
        solved.append(given["class_weight"])
        return solver(**given)

    def spy_distill(*given, weights=None, **more):
        taught.append(None if weights is None else weights.numpy())
        return distill(*given, weights=weights, **more)

    monkeypatch.setattr(sklearn.svm, "LinearSVC", spy_solver)
    monkeypatch.setattr(losses, "distill", spy_distill)
    trained = load_trained(made.path)
    prepared = read_rows(trained)
    shop = Workshop(trained, prepared, Views(prepared, Silent()), Device("cpu"), Silent())
    shop.make(Idea(rung("text", "bow-svm"), {"view.features": 512}), 0.5)
    assert solved
    assert taught
    assert set(solved) == {"balanced" if balance else None}
    if balance:
        shares = np.array(trained.task.shares)
        np.testing.assert_allclose(taught[0], 1 / (2 * shares), rtol=1e-5)
        assert taught[0].max() > 2 * taught[0].min()
    else:
        assert all(weights is None for weights in taught)
