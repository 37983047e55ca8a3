"""The whole journey of speech: fit, check, ship and predict; whistles first, then digits."""

import csv
import io
import zipfile

import numpy as np
import pytest
import realdata
import soundfile

import umbrella
from umbrella.api import predict_source
from umbrella.base.catalogue import Sentence
from umbrella.base.errors import ConfigError, DataError, RunError

HERTZ = {"la": 400, "mi": 900, "so": 1800}
WORDS = {"1": "one", "2": "two", "6": "six"}
RUNGS = ("most-common", "gru")


def table(folder, rows):
    with (folder / "clips.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("clip", "singer", "text"), *rows])
    return folder / "clips.csv"


def whistle(rng, said):
    """Each word is a tone of its own height."""
    pieces = []
    for word in said:
        count = int(rng.integers(1600, 2200))
        tone = np.sin(2 * np.pi * HERTZ[word] * rng.uniform(0.95, 1.05) * np.arange(count) / 8000)
        pieces += [np.zeros(int(rng.integers(400, 800))), 0.5 * tone * np.hanning(count)]
    wave = np.concatenate([*pieces, np.zeros(400)])
    return wave + 0.01 * rng.normal(size=len(wave))


@pytest.fixture(scope="module")
def whistles(tmp_path_factory):
    """A table of 240 clips by six singers; one clip is far too short, one transcript absent."""
    folder, rng, rows = tmp_path_factory.mktemp("whistles"), np.random.default_rng(0), []
    for row in range(240):
        said = rng.choice(list(HERTZ), rng.integers(1, 4))
        soundfile.write(folder / f"{row}.wav", whistle(rng, said), 8000)
        rows.append([f"{row}.wav", f"singer {row % 6}", " ".join(said).title() + "!"])
    for row in range(5):
        soundfile.write(folder / f"{row}.wav", 0.01 * rng.normal(size=300), 8000)
        rows[row][2] = "la mi so la mi so la mi so"
    rows[7][2] = ""
    return table(folder, rows)


@pytest.fixture(scope="module")
def sung(whistles, tmp_path_factory):
    out = tmp_path_factory.mktemp("sung") / "run"
    settings = {"task": "transcribe", "rungs": RUNGS, "epochs": 9, "group": "none", "threads": 1}
    return umbrella.fit(whistles, "text", out=out, use=("clip",), **settings)


def test_whistles_are_written_down(sung):
    assert (sung.facts["kind"], sung.facts["rung"]) == ("speech", "gru")
    test = sung.scores["test"]
    assert test["score"] < 0.1
    assert test["high"] > test["score"]
    assert set(test["metrics"]) == {"wer", "cer", "exact"}
    assert sung.scores["baseline"]["score"] > 0.5
    said = {note["key"]: note for note in sung.facts["notes"]}
    assert 1 <= said["fit.short"]["values"]["count"] <= 5
    assert "too short" in Sentence.from_json(said["fit.short"]).say("en")
    assert said["data.no_target"]["values"]["count"] == 1


def test_what_is_sung_is_checked_shipped_and_answered(sung, whistles, tmp_path):
    report = sung.check()
    assert {"score", "slips", "voices", "worst"} <= {one.name for one in report.findings}
    assert report.find("voices").verdict == "cannot tell"
    shipped = sung.ship(tmp_path / "sung.onnx")
    assert shipped.parity.answers_changed == 0
    summary = predict_source(tmp_path / "sung.onnx", whistles, tmp_path / "out.csv")
    assert summary.columns[-3:] == ("text_predicted", "confidence", "note")
    with (tmp_path / "out.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    right = [one["text_predicted"].title() + "!" == one["text"] for one in rows[8:]]
    assert np.mean(right) > 0.9
    in_run = sung.predict([str(whistles.parent / "9.wav"), None])
    assert in_run[0]["text"].title() + "!" == rows[9]["text"]
    assert 0.5 < in_run[0]["confidence"] <= 1
    assert "missing" in in_run[1]["note"]
    (gone,) = umbrella.load(tmp_path / "sung.onnx").predict([str(tmp_path / "gone.wav")])
    assert gone["text"] is None
    assert gone["note"]


def test_int8_answers_alike_and_is_smaller(sung):
    from umbrella.fit.cost import export
    from umbrella.fit.trained import graph_outputs, load_trained, read_rows
    from umbrella.shrink.quantize import int8

    trained = load_trained(sung.path)
    rows = read_rows(trained)
    cells = rows.cells("test")
    graph = export(trained.network, trained.codecs, cells)
    from umbrella.data.arrays import encode
    from umbrella.data.codecs.columns import padded

    feeds = padded(trained.codecs.encode({"clip": cells["clip"][:1]}))
    small = int8(graph, samples=[feeds]).model
    assert len(small) < 0.4 * len(graph)
    arrays, at = encode(trained.codecs, rows.batches("test")), np.arange(len(cells["clip"]))
    targets = rows.part_targets("test")
    whole, light = (
        trained.task.row_scores(graph_outputs(one, arrays, at), targets) for one in (graph, small)
    )
    assert abs(light.mean() - whole.mean()) < 0.05


def test_a_table_without_one_column_of_sound_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"reads one column of kind audio; there are 0.*--use"):
        umbrella.fit(
            {"a": ["x y", "y z"] * 20, "text": ["p", "q"] * 20},
            "text",
            task="transcribe",
            out=tmp_path / "run",
        )


@pytest.mark.parametrize(
    ("sentences", "task", "error", "words"),
    [
        ("absent.txt", "transcribe", DataError, "Cannot read"),
        ("bad.txt", "transcribe", DataError, "not UTF-8"),
        ("good.txt", "classify", ConfigError, "teaches the language model of transcribe"),
    ],
)
def test_a_file_of_sentences_that_is_of_no_use_is_refused(
    sentences, task, error, words, whistles, tmp_path
):
    (tmp_path / "good.txt").write_text("la mi\n")
    (tmp_path / "bad.txt").write_bytes(b"caf\xe9\n")
    settings = {"task": task, "group": "none", "use": ("clip",), "out": tmp_path / "run"}
    with pytest.raises(error, match=words):
        umbrella.fit(whistles, "text", sentences=str(tmp_path / sentences), **settings)


def test_other_sentences_in_a_file_of_the_same_name_are_another_fit(whistles, tmp_path):
    path = tmp_path / "said.txt"
    path.write_text("la mi\nso la\n")
    settings = {"task": "transcribe", "rungs": RUNGS[:1], "epochs": 1, "group": "none"}
    settings |= {"use": ("clip",), "out": tmp_path / "run", "sentences": str(path)}
    first = umbrella.fit(whistles, "text", **settings)
    path.write_text("la mi  \n\nso la\n")  # the same sentences
    assert umbrella.fit(whistles, "text", **settings).facts["unix"] == first.facts["unix"]
    path.write_text("so so so\n")
    with pytest.raises(RunError, match="differs in: the lines of --sentences"):
        umbrella.fit(whistles, "text", **settings)


def test_strings_of_spoken_digits_are_learned(tmp_path):
    archive = realdata.path("fsdd") / "fsdd_wav.zip"
    rng, waves = np.random.default_rng(0), {}
    with zipfile.ZipFile(archive) as file:
        for name in file.namelist():
            digit, speaker, take = (*name.split("/")[-1].split("_"), "", "")[:3]
            if digit in WORDS and speaker == "jackson":
                waves[digit, int(take[:-4])] = soundfile.read(io.BytesIO(file.read(name)))[0]
    rows = []
    for row in range(200):
        picked = [(rng.choice(list(WORDS)), int(rng.integers(50))) for _ in range(2)]
        pieces = [wave for one in picked for wave in (np.zeros(500), waves[one])]
        soundfile.write(tmp_path / f"{row}.wav", np.concatenate(pieces), 8000)
        rows.append((f"{row}.wav", "jackson", " ".join(WORDS[digit] for digit, _ in picked)))
    made = umbrella.fit(
        table(tmp_path, rows),
        "text",
        task="transcribe",
        use=("clip",),
        group="none",
        rungs=RUNGS,
        epochs=16,
        threads=1,
        out=tmp_path / "run",
    )
    assert made.facts["rung"] == "gru"
    assert made.scores["test"]["score"] < 0.4 < made.scores["baseline"]["score"]
