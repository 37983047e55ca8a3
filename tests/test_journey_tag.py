"""The whole journey of spans: fit, check, shrink, ship, predict; invented names, then resumes."""

import csv
import io
import json
import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import realdata
import tinyencoder

import umbrella
from umbrella.api import predict_source
from umbrella.base.catalogue import Sentence
from umbrella.base.errors import ConfigError, DataError
from umbrella.base.progress import Silent
from umbrella.base.tensors import load_tensors, save_tensors
from umbrella.check.html import page
from umbrella.check.terminal import screen
from umbrella.models.ladders import LADDERS

FIRST = ("Ann", "Bob", "Cyd", "Dan", "Eve", "Fay", "Gus", "Hal", "Ida", "Jim", "Kay", "Leo")
LAST = ("Stone", "Woods", "Rivers", "Hill", "Field", "Marsh", "Brook", "Dale")
TOWNS = ("Oslo", "Bonn", "New York", "Rome", "Cairo", "Quito", "Lima", "Perth")
RUNGS = ("dictionary", "window")


def sentence_of(rng):
    """A sentence, and where its names stand."""
    last = "".join(rng.choice(("ka", "lo", "mi", "ru", "te", "son"), 3)).title()
    person = f"{rng.choice(FIRST)} {last}"  # hardly ever the same twice
    words = [("", ""), (person, "PER"), (rng.choice(("met", "left", "saw")), "")]
    words += [(rng.choice(("the dog", "a friend", "nobody")), ""), ("in", "")]
    words += [(str(rng.choice(TOWNS)), "LOC"), (rng.choice(("today", "on Monday", "!")), "")]
    if rng.random() < 0.2:
        words = [("Nothing", ""), (rng.choice(FIRST).lower(), ""), (str(rng.integers(999)), "")]
    text, spans = "", []
    for word, kind in words:
        text += (" " if text else "") + word
        if kind:
            spans.append({"start": len(text) - len(word), "end": len(text), "type": kind})
    return text, json.dumps(spans)


def write(path, rows, head=("id", "text", "spans")):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *((at, *row) for at, row in enumerate(rows))])
    return path


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    rng = np.random.default_rng(0)
    return write(tmp_path_factory.mktemp("names") / "n.csv", [sentence_of(rng) for _ in range(400)])


@pytest.fixture(scope="module")
def marked(names, tmp_path_factory):
    out = tmp_path_factory.mktemp("marked") / "run"
    return umbrella.fit(names, rungs=RUNGS, epochs=9, threads=1, group="none", out=out)


def test_a_column_of_spans_is_found_and_learned(marked):
    assert (marked.facts["kind"], marked.facts["task"]["task"]) == ("tag", "tag")
    assert marked.facts["columns"] == ["text"]
    test = marked.scores["test"]
    assert test["score"] > 0.9
    assert set(test["metrics"]) == {"f1", "precision", "recall", "macro_f1", "exact"}
    assert marked.scores["baseline"]["score"] == 0.0
    assert {one["name"] for one in marked.ladder} == set(RUNGS)


def test_it_is_checked_shipped_and_asked(marked, tmp_path):
    report = marked.check()
    assert {"score", "spans", "types", "names", "worst"} <= {one.name for one in report.findings}
    html = (marked.path / "report.html").read_text("utf-8")
    assert "precision" in html
    shipped = marked.ship(tmp_path / "n.onnx")
    assert shipped.parity.answers_changed == 0
    bundle = umbrella.load(shipped.path)
    text = "  Zoe Stone met a friend in New York today"
    (told,) = bundle.predict([text])
    assert [set(one) for one in told["spans"]] == [{"text", "type", "start", "end", "score"}] * 2
    assert told["spans"][1]["text"] == "New York"
    for one in told["spans"]:
        assert text[one["start"] : one["end"]] == one["text"]
        assert 0 < one["score"] <= 1
    assert marked.predict([text]) == bundle.predict([text])
    assert [row["spans"] for row in bundle.predict(["", None])] == [[], []]
    assert "missing" in bundle.predict([None])[0]["note"]
    assert bundle.predict([]) == []


def test_a_table_is_answered_as_json_in_csv_and_as_lists_in_lines(marked, names, tmp_path):
    summary = predict_source(marked.path, names, tmp_path / "out.csv")
    assert summary.columns[-2:] == ("spans_predicted", "note")
    with (tmp_path / "out.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    predict_source(marked.path, names, tmp_path / "out.jsonl")
    lines = [*map(json.loads, (tmp_path / "out.jsonl").read_text("utf-8").splitlines())]
    right = 0
    for row, line in zip(rows, lines, strict=True):
        assert json.loads(row["spans_predicted"]) == line["spans_predicted"]
        said = [{k: one[k] for k in ("start", "end", "type")} for one in line["spans_predicted"]]
        right += said == json.loads(row["spans"])
    assert right > 370


def test_a_long_text_beside_short_ones_is_answered_in_full(marked):
    long = "Nothing but words. " * 3000 + "Ann Stone met a friend in Oslo today"
    *_, last = marked.predict(["Ann Stone met nobody in Rome !", long])
    assert [one["type"] for one in last["spans"][-2:]] == ["PER", "LOC"]
    assert last["spans"][-1]["start"] == long.index("Oslo")


def test_int8_is_smaller_and_finds_the_same_spans(marked):
    from umbrella.fit.cost import export
    from umbrella.fit.trained import graph_outputs, load_trained, read_rows
    from umbrella.shrink.quantize import int8

    trained = load_trained(marked.path)
    rows = read_rows(trained)
    cells = rows.cells("test")
    graph = export(trained.network, trained.codecs, cells)
    from umbrella.data.arrays import encode
    from umbrella.data.codecs.columns import padded

    feeds = padded(trained.codecs.encode({"text": cells["text"][:1]}))
    arrays, at = encode(trained.codecs, rows.batches("test")), np.arange(len(cells["text"]))
    targets = rows.part_targets("test")
    small = int8(graph, samples=[feeds]).model
    assert len(small) < 0.6 * len(graph)
    whole, light = (
        trained.task.row_scores(graph_outputs(one, arrays, at), targets) for one in (graph, small)
    )
    assert abs(light.mean() - whole.mean()) < 0.05


def test_the_report_marks_both_sides_in_both_languages(marked):
    from rich.console import Console

    from umbrella.check.gather import gather
    from umbrella.check.report import check

    evidence = gather(marked.path)
    evidence.outputs["test"][:, evidence.task.outputs :, 0] += 30.0  # now it leaves many out
    report = check(evidence)
    spans = report.find("spans")
    assert spans.verdict in ("warn", "fail")
    assert spans.details["missed"] > 5
    for lang in ("en", "zh"):
        html = page(report, lang)
        assert '<mark class="wrong">' in html
        console = Console(width=100, file=io.StringIO())
        console.print(screen(report, lang))
        assert " LOC]" in console.file.getvalue()


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ('[[0, 99, "PER"]]', r"n\.csv: Row 3: span 0–99 .* outside the text"),
        ('[[0, 5, "PER"], [3, 6, "LOC"]]', r"n\.csv: Row 3: .* overlap"),
        ('[[5, 2, "PER"]]', r"n\.csv: Row 3: .* ends before it begins"),
        ('[{"start": 1, "type": "X"}]', r"n\.csv: Row 3: .* has no 'end'"),
    ],
)
def test_bad_spans_stop_the_fit_with_file_and_row(tmp_path, cell, why):
    rng = np.random.default_rng(1)
    rows = [sentence_of(rng) for _ in range(30)]
    rows[2] = (rows[2][0], cell)
    path = write(tmp_path / "n.csv", rows)
    with pytest.raises(DataError, match=why):
        umbrella.fit(path, task="tag", target="spans", out=tmp_path / "run")


def test_several_columns_of_text_must_be_told_apart(tmp_path):
    rng = np.random.default_rng(1)
    rows = [(*sentence_of(rng), "some other words here") for _ in range(30)]
    rows = [(text, f"{more} {at} times", spans) for at, (text, spans, more) in enumerate(rows)]
    path = write(tmp_path / "n.csv", rows, ("id", "text", "title", "spans"))
    with pytest.raises(ConfigError, match=r"--task tag reads one column of kind text; there are 2"):
        umbrella.fit(path, out=tmp_path / "run")


def test_a_file_of_tags_needs_no_flag(tmp_path):
    lines = []
    for at in range(60):
        lines += [f"{FIRST[at % 12]} B-PER", f"{LAST[at % 8]} I-PER", f"slept{at} O", ". O", ""]
    (tmp_path / "a.bio").write_text("\n".join(lines) + "\n")
    run = umbrella.fit(tmp_path / "a.bio", rungs=["dictionary"], out=tmp_path / "run")
    assert run.facts["plan"]["target"] == "spans"
    assert run.facts["name"] == "a"
    said = [Sentence.from_json(note).say("zh") for note in run.facts["notes"]]
    assert any("标注方式 BIO" in one for one in said)
    assert run.scores["test"]["score"] > 0.5


@pytest.mark.slow
def test_names_in_resumes_are_found_and_a_smaller_model_is_proven(tmp_path):
    lines = (realdata.path("resume_ner_zh") / "train.char.bmes").read_text("utf-8")
    part = "\n\n".join(lines.split("\n\n")[:1200]) + "\n"
    (tmp_path / "train.char.bmes").write_text(part, encoding="utf-8")
    settings = {"rungs": ["dictionary", "lstm-crf"], "epochs": 6, "threads": 1}
    run = umbrella.fit(tmp_path / "train.char.bmes", out=tmp_path / "run", **settings)
    assert run.facts["rung"] == "lstm-crf"
    assert run.scores["test"]["score"] > 0.85
    small = run.shrink(size="800KB", drop="8%", out=tmp_path / "small", minutes=1)
    assert small.facts["shrunk"]["proof"]["accepted"]
    assert small.ship(tmp_path / "small.onnx").parity.answers_changed == 0


def vocabulary(folder, sentences):
    """A tiny encoder whose tokenizer knows pieces of these sentences, in lower case."""
    words = sorted({word.lower() for text, _ in sentences for word in text.split()})
    parts = sorted({word[:3] for word in words} | {f"##{word[3:]}" for word in words if word[3:]})
    tokens = [*tinyencoder.SPECIAL, *parts, *map(str, range(10)), *"!.,"]
    tinyencoder.write(folder)
    config = json.loads((folder / "config.json").read_text("utf-8"))
    config["vocab_size"] = len(tokens)
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    weights = load_tensors(folder / "model.safetensors")
    name = next(name for name in weights if name.endswith("word_embeddings.weight"))
    rng = np.random.default_rng(0)
    weights[name] = rng.normal(0, 0.3, (len(tokens), 32)).astype(np.float32)
    save_tensors(folder / "model.safetensors", weights, {"format": "pt"})
    (folder / "vocab.txt").write_text("\n".join(tokens), "utf-8")
    return folder


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    rng = np.random.default_rng(3)
    sentences = [sentence_of(rng) for _ in range(100)]
    place = tmp_path_factory.mktemp("published")
    encoder = vocabulary(place / "tiny", sentences)
    source = write(place / "n.csv", sentences)
    asked = {"rungs": ("bert",), "pretrained": encoder, "epochs": 8, "threads": 1}
    own = {"learning_rate": 8e-3, "batch": 12}
    swift = [replace(one, train={**one.train, **own}) for one in LADDERS["tag"]]
    with pytest.MonkeyPatch.context() as patch:  # nothing that was published has to be kept here
        patch.setitem(LADDERS, "tag", tuple(swift))
        made = umbrella.fit(source, group="none", out=place / "run", **asked)
    return made, source, asked


def test_a_published_encoder_is_tuned_checked_and_shipped_without_its_folder(published, tmp_path):
    made, *_ = published
    ladder = {one["name"]: one for one in made.ladder}
    assert ladder["bert"]["best_of"] == 3
    assert ladder["bert"]["score"] > 0.4
    assert made.facts["pretrained"]["name"].endswith("tiny")
    config = made.facts["network"]["config"]
    assert (config["shapes"], config["begin"], config["end"]) == (5, [2], [3])
    assert "confidence" in {one.name for one in made.check().findings}
    shipped = made.ship(tmp_path / "n.onnx")
    assert shipped.parity.answers_changed == 0
    bundle = umbrella.load(shipped.path)
    long = "Nothing but words . " * 60 + "Ann Stone met a friend in Oslo today"
    rows = ["Zoe Karuson met nobody in Rome !", "", long, "高勇 İ😀"]
    assert bundle.predict(rows) == made.predict(rows)
    assert bundle.predict(rows[:1]) == bundle.predict(rows)[:1]
    marks = [one["start"] for one in bundle.predict([long + " . " + long])[0]["spans"]]
    assert max(marks) > 24  # beyond the places of one window


def test_of_an_encoder_words_near_a_name_are_said_to_have_moved_it(published):
    made, *_ = published
    long = "Nothing but words . " * 60 + "Ann Stone met a friend in Oslo"
    for text in ("Ann Stone met a friend in Oslo", f"{long} . {long}"):  # one window, and several
        [one] = made.explain([text])
        assert [one.texts[0].text[a:b] for a, b in one.texts[0].bounds[-2:]] == ["in", "Oslo"]
        assert one.texts[0].read == len(text)
        assert one.pulls
        for pull in one.pulls:
            assert np.isfinite(pull.weights[0]).all()
            assert np.abs(pull.weights[0]).max() > 0


def test_a_bundle_of_an_encoder_answers_where_torch_cannot_be_imported(published, tmp_path):
    made, *_ = published
    path = made.ship(tmp_path / "n.onnx").path
    text = "Ann Stone met a friend in Oslo"
    code = (
        "import sys, json\n"
        "for name in ('torch', 'polars', 'sklearn'): sys.modules[name] = None\n"
        "import umbrella\n"
        "print(json.dumps(umbrella.load(sys.argv[1]).predict([sys.argv[2]])))\n"
    )
    asked = [sys.executable, "-c", code, str(path), text]
    told = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    [bare], [own] = json.loads(told), made.predict([text])
    assert bare["spans"]
    places = [[(one["start"], one["end"]) for one in row["spans"]] for row in (bare, own)]
    assert places[0] == places[1]


def test_fewer_layers_begin_as_the_large_model_and_keep_its_pieces(published):
    from umbrella.fit.device import Device
    from umbrella.fit.trained import load_trained, read_rows
    from umbrella.fit.views import Views
    from umbrella.shrink.candidate import Workshop
    from umbrella.shrink.plan import ideas

    run, *_ = published
    trained = load_trained(run.path)
    prepared = read_rows(trained)
    config = run.facts["network"]["config"]
    tried = ideas("tag", "bert", run.facts["choice"], config["layers"])
    assert [one.name for one in tried[:2]] == ["bert", "bert layers 1"]
    names = {one.rung.name for one in tried}
    assert names == {"bert", "lstm-crf", "lstm", "window", "dictionary"}
    workshop = Workshop(trained, prepared, Views(prepared, Silent()), Device("cpu"), Silent())
    whole, small = (workshop.make(one, 1.0)[0] for one in tried[:2])
    assert len(small.graph) < len(whole.graph)
    assert small.codecs.entries() == whole.codecs.entries()
    assert np.isfinite(small.scores).all()


@pytest.mark.slow
def test_a_stopped_fit_of_an_encoder_goes_on_to_the_same_weights(published, tmp_path, monkeypatch):
    from umbrella.fit import loop

    _, source, asked = published
    asked = asked | {"epochs": 2}
    whole = umbrella.fit(source, group="none", out=tmp_path / "whole", **asked)
    monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", 0.0)
    plain, steps = loop._Run.step, []

    def stop(self, rows, inputs):
        steps.append(1)
        if len(steps) == 25:
            raise KeyboardInterrupt
        plain(self, rows, inputs)

    monkeypatch.setattr(loop._Run, "step", stop)
    with pytest.raises(KeyboardInterrupt):
        umbrella.fit(source, group="none", out=tmp_path / "stopped", **asked)
    monkeypatch.setattr(loop._Run, "step", plain)
    again = umbrella.fit(source, group="none", out=tmp_path / "stopped", **asked)
    one, other = (load_tensors(run.path / "weights.safetensors") for run in (whole, again))
    assert all(np.array_equal(one[name], other[name]) for name in one)


def test_a_learning_curve_gives_the_dictionary_the_names_of_its_own_labels(names, tmp_path):
    told = umbrella.compare(names, rungs=["dictionary", "window"], by_size=True, seeds=2, epochs=1,
                            group="none", threads=1, out=tmp_path / "curve")  # fmt: skip
    curve = told.facts["curve"]
    first = curve["rungs"][0]["points"]
    assert curve["rungs"][0]["name"] == "dictionary"
    assert 0 < first[0]["value"] < 0.9


def test_types_that_training_lacks_are_named(tmp_path):
    rng = np.random.default_rng(2)
    rows = [sentence_of(rng) for _ in range(60)]
    judge = [("Zed met a friend in Ural today", '[[0, 3, "PER"], [23, 27, "RIVER"]]')] * 1
    source, test = write(tmp_path / "n.csv", rows), write(tmp_path / "t.csv", judge)
    made = umbrella.fit(source, rungs=["dictionary"], test=test, group="none", out=tmp_path / "r")
    notes = {note["key"]: note["values"] for note in made.facts["notes"]}
    assert notes["tag.unseen"] == {"count": 1, "spans": 1, "shown": "RIVER"}
    assert made.facts["task"]["types"] == ["LOC", "PER"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("tokens", r"--pretrained .*bad: The tokenizer has \d+ tokens .* not of one model"),
        ("kind", r"--pretrained .*bad: config\.json says model_type='mamba'.*Supported: bert"),
        ("bare", r"bad has no tokenizer"),
    ],
)
def test_a_checkpoint_that_cannot_be_used_is_refused_by_its_name(published, tmp_path, change, why):
    _, source, asked = published
    bad = shutil.copytree(asked["pretrained"], tmp_path / "bad")
    if change == "tokens":
        with (bad / "vocab.txt").open("a", encoding="utf-8") as file:
            file.write("".join(f"\nmore{number}" for number in range(9)))
    elif change == "kind":
        config = json.loads((bad / "config.json").read_text("utf-8"))
        (bad / "config.json").write_text(json.dumps(config | {"model_type": "mamba"}), "utf-8")
    else:
        (bad / "vocab.txt").unlink()
    with pytest.raises(DataError, match=why):
        umbrella.fit(source, out=tmp_path / "run", **asked | {"pretrained": bad})
