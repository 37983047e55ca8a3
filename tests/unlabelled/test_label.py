"""Rows labelled by descriptions, from a file to a file, with a tiny encoder."""

import csv
import json

import numpy as np
import pytest
import tinyencoder

import umbrella
from umbrella.base.errors import ConfigError, DataError
from umbrella.cli import main
from umbrella.unlabelled import vectors
from umbrella.unlabelled.judge import Judged
from umbrella.unlabelled.vectors import open_reader

LABELS = {"up": tinyencoder.GOOD, "down": tinyencoder.BAD}


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    return str(tinyencoder.write(tmp_path_factory.mktemp("tiny") / "bert"))


def written(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def label(rows, encoder, out, **more):
    return umbrella.label(rows, LABELS, out, pretrained=encoder, kinds={"text": "text"}, **more)


def test_rows_get_the_nearest_label_and_their_own_one_stays(tmp_path, encoder):
    words = ["good", "good good", "fine good", "bad", "bad bad", "bad dull"]
    rows = {"id": list("abcdef"), "text": words, "label": ["down", *[None] * 5]}
    labels = {"up": ["good", "fine good"], "down": ["bad", "bad dull"]}
    made = umbrella.label(
        rows, labels, tmp_path / "out.csv", pretrained=encoder, use=("text",), surest=1
    )
    out = written(tmp_path / "out.csv")
    assert list(out[0]) == ["id", "text", "label", "label_from", "similarity", "lead", "note"]
    assert [row["label"] for row in out] == ["down", *["up"] * 2, *["down"] * 3]
    assert [row["label_from"] for row in out] == ["given", *["described"] * 5]
    assert made.counts == {"up": 2, "down": 3}
    assert made.judged.rows == 1
    assert made.judged.right == 0
    assert all(0 < float(row["lead"]) <= 2 for row in out)


def test_rows_without_text_get_no_label_and_a_note(tmp_path, encoder):
    made = label({"text": ["good", "", None, "bad"]}, encoder, tmp_path / "out.csv")
    out = written(tmp_path / "out.csv")
    assert [row["label"] for row in out] == ["up", "", "", "down"]
    assert out[1]["note"] == "the row has no text"
    assert made.labeller.empty == 2
    assert made.judged is None


def test_the_surest_share_alone_gets_labels(tmp_path, encoder):
    rows = tinyencoder.texts(60)
    del rows["label"]
    made = label(rows, encoder, tmp_path / "out.csv", surest="25%")
    out = written(tmp_path / "out.csv")
    kept = [float(row["lead"]) for row in out if row["label"]]
    assert len(kept) == 15
    assert min(kept) >= max(float(row["lead"]) for row in out if not row["label"])
    assert made.labeller.unsure == 45


def test_labelled_rows_judge_and_a_layer_learns_beside(tmp_path, encoder):
    rows = tinyencoder.texts(80)
    made = label(rows, encoder, tmp_path / "out.csv")
    judged, said = made.judged, [one.key for one in made.sentences()]
    out = written(tmp_path / "out.csv")
    assert [row["label"] for row in out] == rows["label"]
    assert judged.rows == 80
    assert judged.low < judged.right / 80 < judged.high
    assert judged.learned is not None
    assert sum(judged.clear[:1] + judged.unclear[:1]) == 80
    assert "unlabelled.right" in said
    assert any(key.startswith("unlabelled.learned.") for key in said)
    assert "unlabelled.none" not in said


def test_copies_among_labelled_rows_count_once(tmp_path, encoder):
    rows = {"text": ["good"] * 30 + ["bad", "poor"], "label": ["up"] * 30 + ["down"] * 2}
    assert label(rows, encoder, tmp_path / "out.csv").judged.rows == 3


@pytest.mark.parametrize(
    ("rows", "more", "message"),
    [
        ({"text": ["good", "bad"], "label": ["up", "left"]}, {}, "'left', which --labels does not"),
        ({"text": ["", " "], "label": ["up", "down"]}, {}, "All texts .* are empty"),
        ({"text": ["good", "bad"]}, {"use": ("note",)}, "note"),
        ({"text": ["good", "bad"]}, {"use": ("text",), "target": "text"}, "No column"),
    ],
)
def test_what_cannot_be_labelled_is_refused(tmp_path, encoder, rows, more, message):
    with pytest.raises(DataError, match=message):
        label(rows, encoder, tmp_path / "out.csv", **more)
    assert not (tmp_path / "out.csv").exists()


def test_a_share_of_nothing_is_refused(tmp_path, encoder):
    with pytest.raises(ConfigError, match="not a share above 0"):
        label({"text": ["good", "bad"]}, encoder, tmp_path / "out.csv", surest="0%")


def test_a_script_that_the_encoder_does_not_know_is_told(tmp_path, encoder):
    made = label({"text": ["服务很好", "房间太差"]}, encoder, tmp_path / "out.csv")
    [note] = [one for one in made.sentences() if one.key == "unlabelled.script"]
    assert note.values["share"] > 0.9
    assert "[UNK]" in note.say("en")
    assert "[UNK]" in note.say("zh")


def test_a_text_is_read_once_and_known_the_next_time(tmp_path, encoder, monkeypatch):
    rows = tinyencoder.texts(20)["text"]
    first = open_reader(encoder, tmp_path / "kept")
    made = first.read([*rows, *rows])
    assert first.new == len(set(rows))
    first.keep()
    monkeypatch.setattr(vectors, "embed_rows", None)  # whoever reads again fails
    again = open_reader(encoder, tmp_path / "kept")
    np.testing.assert_array_equal(again.read(rows), made[:20])


def test_a_damaged_file_of_vectors_counts_as_none(tmp_path, encoder):
    reader = open_reader(encoder, tmp_path / "kept")
    reader.read(["good"])
    reader.keep()
    [kept] = (tmp_path / "kept").iterdir()
    kept.write_bytes(b"no tensors")
    assert open_reader(encoder, tmp_path / "kept").kept == {}


def test_a_decoder_is_refused_with_what_to_type(tmp_path):
    import tinymodels

    tinymodels.write("gpt2", tmp_path / "gpt2")
    with pytest.raises(DataError, match=r"makes no vectors of texts.*--pretrained gt-all"):
        open_reader(str(tmp_path / "gpt2"))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_verb_writes_the_file_and_says_what_it_is_worth(tmp_path, encoder, capsys, lang):
    source, out = tmp_path / "texts.csv", tmp_path / "out.csv"
    source.write_text("text\n" + "\n".join(tinyencoder.texts(30)["text"]), "utf-8")
    asked = ["--labels", "up: fine | good; down: bad | dull", "--pretrained", encoder]
    assert main(["label", str(source), *asked, "-o", str(out), "--lang", lang]) == 0
    told = capsys.readouterr().err
    assert ("nobody knows how good this is" if lang == "en" else "无从知道") in told
    assert f"umbrella fit {out} --target label --use text" in told
    assert len(written(out)) == 30


def test_the_verb_tells_machines_in_json(tmp_path, encoder, capsys):
    source = tmp_path / "texts.csv"
    source.write_text("text\nword1 good word2\nword3 bad word4 word5\n", "utf-8")
    asked = ["--labels", "up: good; down: bad", "--pretrained", encoder, "--json"]
    assert main(["label", str(source), *asked, "-o", str(tmp_path / "out.jsonl")]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["rows"] == 2
    assert sum(facts["labels"].values()) == 2
    assert facts["judged"] is None


def test_what_labelled_rows_advise_follows_from_what_they_say():
    def keys(**more):
        facts = {"rows": 60, "right": 20, "low": 0.2, "high": 0.46, "common": ("up", 45)} | more
        return [one.key.removeprefix("unlabelled.") for one in Judged(**facts).sentences()]

    assert keys() == ["right", "useless", "learned.few"]
    halves = {"lead": 0.1, "clear": (30, 8), "unclear": (30, 12)}
    assert "halves.no" in keys(**halves)
    assert "halves.yes" in keys(**halves | {"clear": (30, 20)})
    assert keys(learned=45, p=0.001)[-1] == "learned.neither"
    assert keys(learned=50, p=0.001)[-1] == "learned.more"
    assert keys(learned=50, p=0.2)[-1] == "learned.same"
    assert keys(right=55, low=0.8, high=0.97, learned=40, p=0.01) == ["right", "learned.less"]
    assert keys(right=47, low=0.6, high=0.9)[1] == "unsure"
    assert keys(rows=4, right=2, common=("up", 3))[1] == "few"


def test_labels_that_are_worse_than_always_one_are_not_handed_on_to_fit(tmp_path, encoder):
    pairs = [(f"{a} {b}", "down") for a in tinyencoder.GOOD for b in tinyencoder.GOOD]
    pairs += [(f"{a} {b}", "up") for a in tinyencoder.BAD for b in tinyencoder.BAD]
    pairs += [("good fine good", None), ("bad dull bad", None)]
    rows = {"text": [text for text, _ in pairs], "label": [own for _, own in pairs]}
    made = label(rows, encoder, tmp_path / "out.csv")
    keys = [one.key for one in made.sentences()]
    assert made.judged.useless == ("unlabelled.useless" in keys)
    assert made.judged.useless
    assert "unlabelled.next" not in keys
