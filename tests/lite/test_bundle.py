"""A shipped file answers rows: in order, whatever their form, length and company."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import polars as pl
import pytest
from handmade import (
    BAG_INPUTS,
    LABELS,
    TEXTS,
    bag_bundle,
    bag_codec,
    bag_graph,
    bag_spec,
    graph,
    rewrite,
)

from umbrella.base.errors import BundleError, DataError
from umbrella.data.codecs.columns import Columns
from umbrella.lite import Bundle, load
from umbrella.lite.bundle import BATCH_CELLS, BATCH_ROWS, batches
from umbrella.lite.notes import FORMAT
from umbrella.ship.bundle import pack_bundle


@pytest.fixture(scope="module")
def bundle():
    return Bundle(bag_bundle())


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "day.onnx"
    path.write_bytes(bag_bundle())
    return path


def test_outputs_are_those_of_the_graph_on_the_codecs_arrays(bundle):
    codec = bag_codec()
    session = onnxruntime.InferenceSession(
        bag_graph(codec.vocab), providers=["CPUExecutionProvider"]
    )
    for text, output in zip(TEXTS, bundle.outputs(TEXTS), strict=True):
        feeds = {name: part.padded() for name, part in codec.encode([text]).items()}
        assert np.allclose(session.run(None, feeds)[0][0], output, atol=1e-6)


def test_answers_come_one_a_row_in_order(bundle):
    answers = bundle.predict(TEXTS)
    best = bundle.outputs(TEXTS).argmax(axis=1)
    assert [row["label"] for row in answers] == [LABELS[c] for c in best]
    assert all(0.5 <= row["probability"] <= 1 for row in answers)
    assert all(set(row) == {"label", "probability"} for row in answers)
    assert (bundle.labels, bundle.inputs) == (LABELS, ["text"])


@pytest.mark.parametrize(
    "rows",
    [
        TEXTS,
        tuple(TEXTS),
        np.array(TEXTS),
        [{"text": text, "other": 1} for text in TEXTS],
        {"other": [1] * len(TEXTS), "text": TEXTS},
        pl.DataFrame({"text": TEXTS, "label": ["x"] * len(TEXTS)}),
        (text for text in TEXTS),
    ],
    ids=["list", "tuple", "array", "dicts", "columns", "frame", "generator"],
)
def test_rows_of_every_accepted_form_give_the_same_answers(bundle, rows):
    assert bundle.predict(rows) == bundle.predict(TEXTS)


def test_one_text_is_one_row(bundle):
    assert bundle.predict("fine day") == bundle.predict(["fine day"])


def test_several_columns_are_read_as_one_text_as_in_training():
    both = Bundle(bag_bundle(columns=("title", "body")))
    joined = Bundle(bag_bundle()).outputs(["fine\nday", "fine", "day"])
    rows = [{"title": "fine", "body": "day"}, {"title": "fine", "body": None}, {"body": "day"}]
    assert np.array_equal(both.outputs(rows), joined)
    assert not any("note" in row for row in both.predict(rows))
    with pytest.raises(DataError, match="reads 2 columns"):
        both.predict(["fine day"])


def test_a_row_without_text_is_answered_and_says_so(bundle):
    answers = bundle.predict(["fine", None, "", "  ", float("nan")])
    assert "note" not in answers[0]
    assert [row["note"].split()[0] for row in answers[1:]] == [
        "missing",
        "empty",
        "empty",
        "missing",
    ]
    assert answers[1]["label"] == answers[2]["label"]


def test_no_rows_give_no_answers_but_the_right_columns(bundle):
    assert bundle.predict([]) == []
    assert bundle.predict_columns({"text": []}) == {"label": [], "probability": []}
    assert bundle.outputs([]).shape == (0, 2)


def test_a_missing_column_is_named_with_the_nearest_one(bundle):
    for rows in (
        {"texts": ["a"], "id": [1]},
        [{"texts": "a", "id": 1}],
        pl.DataFrame({"texts": "a"}),
    ):
        with pytest.raises(DataError, match=r"No column named 'text'. Did you mean 'texts'\?"):
            bundle.predict(rows)


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        (3, "not int"),
        (b"fine", "not bytes"),
        ({"text": "fine"}, "one cell, not a list"),
        ([["fine"], ["dull"]], "is a list"),
        ([{"text": "fine"}, {"text": {"a": 1}}], "Row 2, column 'text'"),
        ([{"text": "fine"}, "dull"], "as a dict"),
    ],
)
def test_rows_that_cannot_be_read_are_explained(bundle, rows, what):
    with pytest.raises(DataError, match=what):
        bundle.predict(rows)


def test_a_number_is_read_as_its_text(bundle):
    assert bundle.predict([7, 1.5, True]) == bundle.predict(["7", "1.5", "True"])


def test_answers_do_not_depend_on_neighbours_length_or_order(bundle):
    rng = np.random.default_rng(0)
    words = np.array(["fine", "dull", "rain", "sun", "day"])
    texts = [" ".join(rng.choice(words, n)) for n in rng.integers(0, 60, 700)]
    together = bundle.outputs(texts)
    order = rng.permutation(len(texts))
    assert np.allclose(bundle.outputs([texts[i] for i in order]), together[order], atol=1e-6)
    alone = np.concatenate([bundle.outputs([text]) for text in texts[:40]])
    assert np.allclose(alone, together[:40], atol=1e-6)


def test_a_graph_that_mixes_rows_is_asked_row_by_row():
    codec = bag_codec()
    held = {"table": np.eye(codec.vocab, 2, dtype=np.float32), "last": np.array([2])}
    nodes = [
        ("Gather", ["table", "ids"], ["rows"]),
        ("Unsqueeze", ["weights", "last"], ["wide"]),
        ("Mul", ["rows", "wide"], ["parts"]),
        (
            "ReduceMax",
            ["parts"],
            ["peak"],
            {"keepdims": 0},
        ),  # over the whole batch, as dynamic int8 does
        ("ReduceSum", ["parts", "place"], ["sums"], {"keepdims": 0}),
        ("Add", ["sums", "peak"], ["outputs"]),
    ]
    model = graph(nodes, held | {"place": np.array([1])}, BAG_INPUTS)
    together, alone = (
        Bundle(pack_bundle(model, bag_spec(codec) | {"alone": alone}, "")).outputs(TEXTS)
        for alone in (False, True)
    )
    single = Bundle(pack_bundle(model, bag_spec(codec), ""))
    expected = np.concatenate([single.outputs([text]) for text in TEXTS])
    assert np.array_equal(alone, expected)
    assert not np.allclose(together, expected)


def test_batches_hold_every_row_once_and_stay_small():
    rng = np.random.default_rng(1)
    lengths = np.concatenate([rng.integers(0, 300, 2000), [BATCH_CELLS * 3]])
    order = np.argsort(lengths, kind="stable")
    cut = list(batches(order, lengths))
    assert np.array_equal(np.concatenate(cut), order)
    assert max(map(len, cut)) == BATCH_ROWS
    areas = [len(rows) * lengths[rows].max() for rows in cut if len(rows) > 1]
    assert max(areas) <= BATCH_CELLS
    assert len(cut) < 50


def test_a_long_text_meets_no_long_rectangle(monkeypatch):
    seen = []
    run = Bundle.run
    monkeypatch.setattr(
        Bundle,
        "run",
        lambda self, feeds: seen.append(feeds["ids"].shape) or run(self, feeds),
    )
    many = Bundle(bag_bundle(texts=[" ".join(f"w{i}" for i in range(9000))]))
    many.predict(["w1"] * 500 + [" ".join(f"w{i}" for i in range(9000))])
    assert (1, 9000) in seen
    assert sum(rows * width for rows, width in seen) < 12_000


def test_the_card_and_notes_are_readable(file):
    bundle = load(file)
    assert bundle.card == "# a card\n"
    assert bundle.spec["format"] == FORMAT


def test_an_onnx_file_of_another_maker_is_not_a_bundle(file):
    file.write_bytes(bag_graph(9))
    with pytest.raises(BundleError, match="not an Umbrella bundle"):
        load(file)


def test_a_graph_that_takes_other_inputs_than_the_codecs_give_is_refused():
    codec = bag_codec()
    spec = bag_spec(codec)
    spec["codecs"][0]["prefix"] = "text_"
    with pytest.raises(BundleError, match=r"graph takes \['ids', 'weights'\].*text_ids"):
        pack_bundle(bag_graph(codec.vocab), spec, "")
    spec["codecs"][0]["prefix"] = ""
    nodes = [
        ("Gather", ["t", "ids"], ["r"]),
        ("ReduceSum", ["r", "a"], ["outputs"], {"keepdims": 0}),
    ]
    weights = {"t": np.ones((codec.vocab, 2), np.float32), "a": np.array([1])}
    with pytest.raises(BundleError, match=r"graph takes \['ids'\]"):
        pack_bundle(graph(nodes, weights, BAG_INPUTS[:1]), spec, "")


@pytest.mark.parametrize(
    ("probe", "message"),
    [
        ([[9.0, 9.0]] * 4, "answers here otherwise than where it was made"),
        ([[0.0, 0.0]], "probe is of another kind"),
        ("x", "probe is of another kind"),
    ],
)
def test_a_file_that_would_answer_otherwise_here_is_refused(probe, message):
    codec = bag_codec()
    data = pack_bundle(bag_graph(codec.vocab), bag_spec(codec), "")
    assert np.shape(Bundle(data).spec["probe"]) == (4, 2)
    with pytest.raises(BundleError, match=message):
        Bundle(rewrite(data, probe=probe))


def test_the_probe_is_encoded_and_run_once_when_a_file_is_opened(monkeypatch):
    data, examine, run = bag_bundle(), Columns.examine, Bundle.run
    encoded, runs = [], []
    monkeypatch.setattr(
        Columns, "examine", lambda self, cells: encoded.append(cells) or examine(self, cells)
    )
    monkeypatch.setattr(Bundle, "run", lambda self, *fed: runs.append(fed) or run(self, *fed))
    Bundle(data)
    assert (len(encoded), len(runs)) == (1, 1)


def test_a_graph_that_onnxruntime_cannot_load_is_refused():
    codec = bag_codec()
    broken = graph([("Add", ["ids", "weights"], ["outputs"])], {}, BAG_INPUTS)
    with pytest.raises(BundleError, match=r"onnxruntime .* cannot load"):
        pack_bundle(broken, bag_spec(codec), "")


def test_missing_file_and_folder_say_what_to_type(tmp_path):
    with pytest.raises(BundleError, match="No file at"):
        load(tmp_path / "none.onnx")
    with pytest.raises(BundleError, match="umbrella ship"):
        load(tmp_path)


@pytest.mark.slow
def test_memory_stays_flat_while_rows_of_mixed_lengths_flow():
    script = """
import numpy as np, psutil, sys
sys.path.insert(0, sys.argv[1])
from handmade import bag_bundle
from umbrella.lite import Bundle
words = [f"w{i}" for i in range(3000)]
bundle = Bundle(bag_bundle(texts=[" ".join(words)]))
rng = np.random.default_rng(0)
def flow(chunks):
    for _ in range(chunks):
        bundle.predict([" ".join(rng.choice(words, n)) for n in rng.integers(1, 300, 1000)])
    return psutil.Process().memory_info().rss
first = flow(5)
print((flow(30) - first) / 2**20)
"""
    ended = subprocess.run(
        [sys.executable, "-c", script, str(Path(__file__).parents[1])],
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(ended.stdout) < 20


def test_a_bundle_answers_where_torch_and_the_rest_cannot_be_imported(file):
    script = """
import sys
banned = ("torch", "sklearn", "matplotlib", "polars", "onnx", "scipy", "pandas")
class Wall:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in banned:
            raise ModuleNotFoundError(f"walled off: {name}", name=name)
sys.meta_path.insert(0, Wall())
from umbrella.lite import load
print(load(sys.argv[1]).predict(["a fine day"])[0]["label"])
assert not set(banned) & set(sys.modules)
"""
    ended = subprocess.run(
        [sys.executable, "-c", script, str(file)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip() == load(file).predict(["a fine day"])[0]["label"]
