"""Kinds of columns made missing: each row is read once, and answered as with empty cells."""

import random
from dataclasses import replace

import numpy as np
import pytest
import torch
from mediafiles import picture

import umbrella
from umbrella.base.errors import DataError
from umbrella.check.without import answers_without
from umbrella.data import arrays
from umbrella.data.codecs.cells import count
from umbrella.data.codecs.columns import Columns
from umbrella.fit.batches import collate
from umbrella.fit.trained import load_trained, read_rows
from umbrella.models.onnx import to_onnx

WORDS = ["fine", "awful", "the", "old", "cat", "rain"]
COLUMNS = {"table": {"amount"}, "text": {"review"}, "image": {"photo"}}


def made(place, rung):
    """A fit of three kinds, with cells missing here and there."""
    rng = random.Random(0)
    rows = {"amount": [], "review": [], "photo": [], "label": []}
    for row in range(120):
        amount = rng.uniform(-1, 1)
        photo = place / "photos" / f"{row}.png"
        picture(photo, row)
        rows["amount"].append(None if rng.random() < 0.1 else f"{amount:.3f}")
        rows["review"].append("" if row % 9 == 0 else " ".join(rng.choices(WORDS, k=row % 7)))
        rows["photo"].append(None if row % 11 == 0 else str(photo))
        rows["label"].append("yes" if amount > 0 else "no")
    kinds = {"photo": "image", "review": "text"}
    run = umbrella.fit(
        rows, out=place / "run", rungs=(rung,), kinds=kinds, epochs=1, threads=1, task="classify"
    )
    trained = load_trained(run.path)
    return trained, read_rows(trained)


@pytest.fixture(scope="module", params=["late", "early", "attention"])
def fusion(request, tmp_path_factory):
    return made(tmp_path_factory.mktemp(request.param), request.param)


def emptied(rows, columns):
    """The test rows with every cell of some columns missing."""
    for batch in rows.batches("test"):
        yield batch | {name: [None] * count(batch) for name in columns}


def weighed(trained, rows):
    """The weights of the test rows, of one batch of them all."""
    encoded = arrays.encode(trained.codecs, rows.batches("test"))
    whole = collate(encoded, np.arange(len(rows.part("test"))))
    with torch.inference_mode():
        return trained.network.read(**{n: torch.from_numpy(x) for n, x in whole.items()})[1].numpy()


def test_the_answers_are_those_of_emptied_cells(fusion):
    trained, rows = fusion
    found = answers_without(trained, rows)
    assert list(found.names) == ["table", "text", "image"]
    every = set().union(*COLUMNS.values())
    for name, own in COLUMNS.items():
        without, only = (trained.outputs(emptied(rows, some)) for some in (own, every - own))
        np.testing.assert_allclose(found.without[name], without, atol=1e-6)
        np.testing.assert_allclose(found.only[name], only, atol=1e-6)
        assert np.array_equal(found.without[name].argmax(1), without.argmax(1))
    if trained.weighs:
        np.testing.assert_allclose(found.weights, weighed(trained, rows), atol=1e-6)
    else:
        assert found.weights is None


def test_every_row_is_encoded_once(fusion, monkeypatch):
    trained, rows = fusion
    seen, examine = [], Columns.examine
    monkeypatch.setattr(
        Columns, "examine", lambda self, cells: seen.append(count(cells)) or examine(self, cells)
    )
    answers_without(trained, rows)
    assert sum(seen) == len(rows.part("test"))


def test_how_rows_come_in_batches_changes_nothing(fusion, monkeypatch):
    trained, rows = fusion
    whole = answers_without(trained, rows)
    monkeypatch.setattr(arrays, "FILE_ROWS", 13)
    cut = answers_without(trained, rows)
    for name in whole.names:
        np.testing.assert_allclose(cut.without[name], whole.without[name], atol=1e-6)
        np.testing.assert_allclose(cut.only[name], whole.only[name], atol=1e-6)
    if trained.weighs:
        np.testing.assert_allclose(cut.weights, whole.weights, atol=1e-6)


@pytest.mark.parametrize("alone", [False, True])
def test_a_graph_answers_as_its_network_does(fusion, alone):
    trained, rows = fusion
    encoded = arrays.encode(trained.codecs, rows.batches("test"))
    some = {n: torch.from_numpy(x) for n, x in collate(encoded, np.arange(8)).items()}
    facts = trained.facts | {"shrunk": {"alone": alone}}
    graph = replace(trained, graph=to_onnx(trained.network, some), facts=facts)
    one, other = answers_without(trained, rows), answers_without(graph, rows)
    for name in one.names:
        np.testing.assert_allclose(one.without[name], other.without[name], atol=1e-5)
        np.testing.assert_allclose(one.only[name], other.only[name], atol=1e-5)
    if trained.weighs:
        np.testing.assert_allclose(one.weights, other.weights, atol=1e-5)


def test_a_row_that_cannot_be_read_any_more_is_named_by_its_number(fusion, monkeypatch):
    trained, rows = fusion
    monkeypatch.setattr(arrays, "FILE_ROWS", 13)
    examine, batches = Columns.examine, []

    def failing(self, cells):
        batches.append(count(cells))
        made, faults = examine(self, cells)
        return made, faults if sum(batches) < 10 else {0: "it vanished."}

    monkeypatch.setattr(Columns, "examine", failing)
    with pytest.raises(DataError, match="cannot be read") as caught:
        answers_without(trained, rows)
    assert f"Row {sum(batches[:-1]) + 1} of" in str(caught.value)
