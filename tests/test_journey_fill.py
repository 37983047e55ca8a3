"""The whole journey of raw text: fit, check, shrink, ship, predict; then what starts from it."""

import csv
import json
import subprocess
import sys

import numpy as np
import polars as pl
import pytest
import tinyencoder
import torch

import umbrella
from umbrella.api import predict_source
from umbrella.base.errors import ConfigError, DataError
from umbrella.base.tensors import load_tensors
from umbrella.data.corpus import in_pieces
from umbrella.data.read import read

WHO = ("the cat", "a dog", "my horse", "the old king", "her friend")
DOES = {"the cat": "drinks milk", "a dog": "chases cats", "my horse": "eats hay"}


def story(rng, sentences=600):
    """Paragraphs in which what stands before a word tells it."""
    out = []
    for at in range(sentences):
        who = WHO[rng.integers(len(WHO))]
        odd = "".join(rng.choice(("ka", "lo", "mi", "ru", "te", "son", "ba", "du"), 4))
        out.append(f"{who.capitalize()} {DOES.get(who, 'sits on the throne')} at home. {odd}!")
        out.append("\n\n" if at % 5 == 4 else " ")
    return "".join(out)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    path = tmp_path_factory.mktemp("corpus") / "story.txt"
    path.write_text(story(np.random.default_rng(0)), "utf-8")
    return path


@pytest.fixture(scope="module")
def filled(corpus, tmp_path_factory):
    out = tmp_path_factory.mktemp("filled") / "run"
    return umbrella.fit(corpus, task="fill", rungs=("neighbours",), threads=1, out=out)


def test_raw_text_is_its_own_target(filled):
    assert (filled.facts["kind"], filled.facts["task"]["task"]) == ("fill", "fill")
    test, rule = filled.scores["test"], filled.scores["baseline"]["score"]
    assert test["score"] < 0.7 * rule
    assert test["metrics"]["perplexity"] == pytest.approx(np.exp(test["score"]))
    assert test["metrics"]["top_1"] > 0.5


def test_it_is_checked_in_both_languages(filled, capsys):
    from umbrella.cli import main

    report = filled.check()
    assert {"guesses", "chances"} <= {one.name for one in report.findings}
    gaps = report.find("unseen").details["gaps"]
    assert gaps  # nothing is said of labels, of which there are none
    assert all(gap["key"] != "check.unseen.labels" for gap in gaps)
    for lang, said in (("en", "perplexity"), ("zh", "困惑度")):
        assert main(["check", str(filled.path), "--lang", lang]) == 0
        assert said in capsys.readouterr().out


def test_blanks_are_filled_without_torch(filled, tmp_path):
    shipped = filled.ship(tmp_path / "fill.onnx")
    assert shipped.parity.answers_changed == 0
    (tmp_path / "q.csv").write_text("text\nThe cat drinks ___ at [MASK].\nnothing here\n", "utf-8")
    (tmp_path / "ask.py").write_text(
        "import sys\nsys.modules['torch'] = None\n"
        "from umbrella.cli import main\nsys.exit(main(sys.argv[1:]))\n"
    )
    asked = [tmp_path / "ask.py", "predict", shipped.path, tmp_path / "q.csv"]
    told = [sys.executable, *map(str, asked), "-o", str(tmp_path / "a.csv")]
    subprocess.run(told, check=True, capture_output=True)
    with (tmp_path / "a.csv").open(encoding="utf-8") as file:
        first, second = csv.DictReader(file)
    assert first["filled"] == "The cat drinks milk at home."
    fills = json.loads(first["fills"])
    assert [one[0]["token"] for one in fills] == ["milk", "home"]
    assert all(one[0]["score"] > 0.5 and sum(two["score"] for two in one) < 1.001 for one in fills)
    assert (second["filled"], "no blank" in second["note"]) == ("", True)


def test_a_file_without_a_blank_says_what_to_write(filled, tmp_path):
    (tmp_path / "q.csv").write_text("text\nnothing here\n", "utf-8")
    with pytest.raises(DataError, match=r"None of the 1 rows .* \[MASK\] or ___"):
        predict_source(filled.path, tmp_path / "q.csv", tmp_path / "a.csv").require_answers()


def test_lines_of_raw_text_are_filled_each(filled, tmp_path):
    (tmp_path / "q.txt").write_text("My horse eats ___ at home.\nA dog chases [MASK].\n", "utf-8")
    summary = predict_source(filled.path, tmp_path / "q.txt", tmp_path / "a.jsonl")
    assert (summary.rows, summary.columns[0]) == (2, "text")
    lines = (tmp_path / "a.jsonl").read_text("utf-8").splitlines()
    assert json.loads(lines[0])["filled"] == "My horse eats hay at home."


@pytest.mark.slow
def test_a_folder_and_a_column_are_read_too(tmp_path):
    folder = tmp_path / "texts"
    folder.mkdir()
    for at in range(24):
        (folder / f"{at}.txt").write_text(story(np.random.default_rng(at), 40), "utf-8")
    made = umbrella.fit(folder, task="fill", rungs=("neighbours",), threads=1, out=tmp_path / "f")
    assert made.facts["grouped"] == "document"
    rows = [{"id": at, "said": story(np.random.default_rng(at), 6)} for at in range(60)]
    asked = {"use": ("said",), "rungs": ("neighbours",), "threads": 1}
    kept = umbrella.fit(rows, task="fill", out=tmp_path / "t", **asked)
    assert kept.facts["columns"] == ["said"]
    assert kept.check().findings  # read again from the run's own copy
    with pytest.raises(DataError, match="Which column of data is the text"):
        umbrella.fit([{"a": "some text here", "b": "other text there"}] * 9, task="fill")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"   \n\n ", "holds no text"),
        (b"One line only.", "at least 20 are needed"),
        (b"--- ... !!!\n\n" * 900, "holds no words"),
        (bytes(range(256)) * 90, "is no text"),
    ],
)
def test_what_is_no_corpus_is_refused(tmp_path, content, said):
    path = tmp_path / "c.txt"
    path.write_bytes(content)
    with pytest.raises(DataError, match=said):
        umbrella.fit(path, task="fill", rungs=("neighbours",), out=tmp_path / "run")


def test_a_flag_that_says_nothing_is_refused(corpus, tmp_path):
    with pytest.raises(ConfigError, match="--time says nothing to --task fill"):
        umbrella.fit(corpus, task="fill", time="when", out=tmp_path / "run")


def test_a_killed_fit_goes_on_bitwise(corpus, tmp_path, monkeypatch):
    from umbrella.fit import loop

    given = {"task": "fill", "rungs": ("lstm",), "threads": 1, "epochs": 2}
    whole = umbrella.fit(corpus, out=tmp_path / "whole", **given)
    monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr(loop, "CHECKPOINT_SHARE", 1e9)
    step, steps = loop._Run.step, []

    def dying(self, rows, inputs):
        if len(steps) == 2:
            raise KeyboardInterrupt
        steps.append(1)
        step(self, rows, inputs)

    monkeypatch.setattr(loop._Run, "step", dying)
    with pytest.raises(KeyboardInterrupt):
        umbrella.fit(corpus, out=tmp_path / "killed", **given)
    monkeypatch.setattr(loop._Run, "step", step)
    resumed = umbrella.fit(corpus, out=tmp_path / "killed", **given)
    assert "resumed" in (tmp_path / "killed" / "log.jsonl").read_text()
    for name, array in load_tensors(whole.path / "weights.safetensors").items():
        assert np.array_equal(array, load_tensors(resumed.path / "weights.safetensors")[name]), name


@pytest.fixture(scope="module")
def continued(tmp_path_factory):
    """A run that went on from a published encoder on texts of its words."""
    place = tmp_path_factory.mktemp("continued")
    texts = [{"text": text} for text in tinyencoder.texts(200)["text"]]
    tinyencoder.write(place / "bert")
    given = {"rungs": ("bert-head", "bert"), "threads": 1, "epochs": 2}
    return umbrella.fit(
        texts, task="fill", pretrained=str(place / "bert"), out=place / "run", **given
    )


def test_all_rungs_read_by_the_tokenizer_of_the_checkpoint(continued):
    assert {one["name"] for one in continued.ladder} == {"bert-head", "bert"}
    assert any(note["key"] == "fill.tokens" for note in continued.facts["notes"])
    head = load_tensors(continued.path / "rungs" / "bert-head" / "weights.safetensors")
    tuned = load_tensors(continued.path / "rungs" / "bert" / "weights.safetensors")
    came = load_tensors(continued.path.parent / "bert" / "model.safetensors")
    [table] = [x for name, x in came.items() if name.endswith("word_embeddings.weight")]
    assert np.array_equal(head["body.embed.tokens.weight"], table)
    assert not np.array_equal(tuned["body.embed.tokens.weight"], table)


def test_a_run_serves_as_pretrained(continued, tmp_path):
    rows = tinyencoder.texts(80)
    given = {"rungs": ("bert",), "threads": 1, "epochs": 1, "out": tmp_path / "run"}
    made = umbrella.fit(rows, "label", pretrained=str(continued.path), **given)
    assert made.facts["pretrained"]["name"] == str(continued.path)
    assert set(made.facts["pretrained"]["sha256"]) == {"weights.safetensors"}
    with pytest.raises(DataError, match="not an encoder that fills blanks"):
        umbrella.fit(rows, "label", pretrained=str(made.path), out=tmp_path / "other")


@pytest.mark.slow
def test_it_is_written_as_a_checkpoint_that_others_read(continued, tmp_path, capsys):
    transformers = pytest.importorskip("transformers")
    from umbrella.cli import main
    from umbrella.fit.trained import load_trained

    folder = tmp_path / "folder"
    assert main(["ship", str(continued.path), "-o", str(folder), "--checkpoint"]) == 0
    assert str(folder) in capsys.readouterr().out
    theirs = transformers.AutoModelForMaskedLM.from_pretrained(folder).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    network = load_trained(continued.path).network
    ids = torch.tensor([tokenizer("fine word3 [MASK] word9").input_ids])
    with torch.no_grad():
        states = network.body(ids)
        ours = network.head(states, network.body.embed.tokens.weight)
        expected = theirs(ids).logits
    assert torch.allclose(ours, expected, atol=1e-5)
    again = umbrella.fit(
        tinyencoder.texts(60), "label", pretrained=str(folder), rungs=("bert-frozen",),
        out=tmp_path / "run", threads=1,
    )  # fmt: skip
    assert again.facts["rung"] == "bert-frozen"


def test_parts_of_ones_own_are_cut_into_pieces_as_the_corpus_is(corpus, tmp_path):
    other = tmp_path / "far" / corpus.name  # of the same name, and yet another document
    other.parent.mkdir()
    other.write_text(story(np.random.default_rng(5), 60), "utf-8")
    given = {"task": "fill", "rungs": ("neighbours",), "threads": 1}
    made = umbrella.fit(corpus, test=other, validation=other, out=tmp_path / "run", **given)
    split = pl.read_parquet(made.path / "split.parquet")["part"]
    pieces = in_pieces(read(other, format="corpus"), "text", least=1).rows
    assert [(split == part).sum() for part in (1, 2)] == [pieces, pieces]
    across = [note["values"] for note in made.facts["notes"] if "across" in note["key"]]
    assert across == [{"count": pieces, "rows": pieces}] * 2  # of each other, of no other document
    assert {one.name for one in made.check().findings} >= {"guesses"}  # rows are read again
    empty = tmp_path / "empty.txt"
    empty.write_text("\n \n", "utf-8")
    with pytest.raises(DataError, match=r"--test .*empty.txt.* holds no text"):
        umbrella.fit(corpus, test=empty, out=tmp_path / "other", **given)
    rows = tmp_path / "rows.csv"
    rows.write_text("words\nThe cat drinks milk.\n", "utf-8")
    with pytest.raises(DataError, match=r"--test .*No column named 'text'"):
        umbrella.fit(corpus, test=rows, out=tmp_path / "other", **given)
