"""Answering a file: every row once, in order, beside its own cells, at once or not at all."""

import csv
import json
import os
import stat
from pathlib import Path

import pytest
from handmade import TEXTS, bag_bundle, weighing_bundle

from umbrella.base.errors import BundleError, ConfigError, DataError
from umbrella.data.codecs.columns import Columns
from umbrella.lite import Bundle
from umbrella.lite.predict import predict_file

AWKWARD = ['say "no"', "one, two", "line\nbreak", "return\rhere", "标签, 好", "=1+1", " lead", ""]


@pytest.fixture(scope="module")
def bundle():
    return Bundle(bag_bundle())


def in_batches(columns, size=4):
    rows = len(next(iter(columns.values())))
    for at in range(0, rows, size):
        yield {name: cells[at : at + size] for name, cells in columns.items()}


def ask(bundle, columns, out, **settings):
    return predict_file(bundle, in_batches(columns), out, columns=list(columns), **settings)


def read_csv(path, separator=","):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=separator))


def test_a_csv_holds_every_row_once_with_its_own_cells_first(bundle, tmp_path):
    table = {"id": [str(i) for i in range(6)], "text": TEXTS}
    summary = ask(bundle, table, tmp_path / "out.csv")
    rows = read_csv(tmp_path / "out.csv")
    assert [row["id"] for row in rows] == table["id"]
    assert [row["label"] for row in rows] == bundle.predict_columns(TEXTS)["label"]
    assert list(rows[0]) == ["id", "text", "label", "probability", "note"]
    assert (summary.rows, summary.noted, summary.columns) == (6, 0, tuple(rows[0]))


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl"])
def test_awkward_cells_come_back_as_they_were(bundle, tmp_path, ending):
    out = tmp_path / f"out.{ending}"
    table = {"text": [*AWKWARD, "a\tb"], "n": list(range(9))}
    summary = ask(bundle, table, out)
    if ending == "jsonl":
        lines = out.read_text("utf-8").split("\n")[:-1]
        assert "标签" in lines[4]  # written as it reads, not as \\u escapes
        rows = [json.loads(line) for line in lines]
        assert [row["n"] for row in rows] == table["n"]
        assert [i for i, row in enumerate(rows) if "note" in row] == [7]
    else:
        rows = read_csv(out, "\t" if ending == "tsv" else ",")
        assert [i for i, row in enumerate(rows) if row["note"]] == [7]
    assert [row["text"] for row in rows] == table["text"]
    assert summary.noted == 1


def test_a_column_that_has_an_answers_name_is_kept(bundle, tmp_path):
    table = {"text": TEXTS, "label": ["mine"] * 6, "note": ["x"] * 6}
    ask(bundle, table, tmp_path / "out.csv")
    row = read_csv(tmp_path / "out.csv")[0]
    assert (row["label"], row["note"], row["note_predicted"]) == ("mine", "x", "")
    assert row["label_predicted"] in bundle.labels


def test_zero_rows_give_a_file_with_the_right_header(bundle, tmp_path):
    summary = ask(bundle, {"id": [], "text": []}, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == "id,text,label,probability,note\n"
    assert summary.rows == 0


def test_probabilities_carry_the_digits_of_a_float32(bundle, tmp_path):
    ask(bundle, {"text": TEXTS}, tmp_path / "out.csv")
    for row, answer in zip(read_csv(tmp_path / "out.csv"), bundle.predict(TEXTS), strict=True):
        assert len(row["probability"]) <= 11
        assert float(row["probability"]) == pytest.approx(answer["probability"], rel=1e-6)


def test_cells_that_json_cannot_hold_become_null(bundle, tmp_path):
    table = {"text": ["fine"], "x": [float("nan")], "y": [None]}
    ask(bundle, table, tmp_path / "out.jsonl")
    row = json.loads((tmp_path / "out.jsonl").read_text())
    assert (row["x"], row["y"]) == (None, None)


def test_lines_go_to_standard_output_when_no_file_is_named(bundle, capsys):
    ask(bundle, {"text": TEXTS}, None, format="jsonl")
    printed = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["text"] for line in printed] == TEXTS


def test_writing_over_the_input_is_refused(bundle, tmp_path):
    source = tmp_path / "in.csv"
    source.write_text("text\nfine\n")
    (tmp_path / "link.csv").hardlink_to(source)
    for out in (source, tmp_path / "." / "in.csv", tmp_path / "link.csv"):
        with pytest.raises(ConfigError, match="is the input itself"):
            ask(bundle, {"text": ["fine"]}, out, source=source)
    assert source.read_text() == "text\nfine\n"


@pytest.mark.parametrize(
    ("name", "settings"), [("out.xlsx", {}), ("out", {}), ("out.csv", {"format": "parquet"})]
)
def test_an_unknown_format_says_which_there_are(bundle, tmp_path, name, settings):
    with pytest.raises(ConfigError, match="jsonl") as caught:
        ask(bundle, {"text": TEXTS}, tmp_path / name, **settings)
    assert "--format" not in str(caught.value)  # the command line has no such option for answers


def test_no_folder_is_made_for_a_name_that_was_mistyped(bundle, tmp_path):
    with pytest.raises(ConfigError, match=r"there is no folder .*anwsers\. Make it first"):
        ask(bundle, {"text": TEXTS}, tmp_path / "anwsers" / "out.csv")
    assert not list(tmp_path.iterdir())


def test_a_bare_name_is_written_in_the_current_folder(bundle, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ask(bundle, {"text": TEXTS}, Path("out.csv"))
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def test_a_missing_column_stops_before_anything_is_written(bundle, tmp_path):
    with pytest.raises(DataError, match="Did you mean 'texts'"):
        ask(bundle, {"texts": TEXTS}, tmp_path / "out.csv")
    assert not list(tmp_path.iterdir())


def test_a_failure_halfway_leaves_the_old_file_and_no_scraps(bundle, tmp_path):
    out = tmp_path / "out.csv"
    out.write_text("old")

    def breaking():
        yield {"text": TEXTS}
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        predict_file(bundle, breaking(), out, columns=["text"])
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]
    assert out.read_text() == "old"


def test_a_place_that_cannot_be_written_is_said(bundle, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="Cannot write"):
        ask(bundle, {"text": TEXTS}, tmp_path / "file" / "out.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(DataError, match="it is a folder"):
        ask(bundle, {"text": TEXTS}, tmp_path / "folder.csv")


def test_no_space_left_keeps_the_old_file(bundle, tmp_path, monkeypatch):
    out = tmp_path / "out.csv"
    out.write_text("old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DataError, match="No space left"):
        ask(bundle, {"text": TEXTS}, out)
    assert [p.read_text() for p in tmp_path.iterdir()] == ["old"]


def test_the_file_has_the_rights_of_any_other_new_file(bundle, tmp_path):
    ask(bundle, {"text": TEXTS}, tmp_path / "out.csv")
    (tmp_path / "plain").write_text("")
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert len(modes) == 1


def test_progress_hears_of_every_row(bundle, tmp_path):
    heard = []
    ask(bundle, {"text": TEXTS}, tmp_path / "out.csv", advance=heard.append)
    assert heard == [4, 2]


def test_the_model_may_be_given_other_cells_than_are_written(bundle, tmp_path):
    def given(batch):
        return {"text": [TEXTS[int(cell)] for cell in batch["text"]]}

    ask(bundle, {"text": ["2", "0", "1"]}, tmp_path / "out.csv", given=given)
    rows = read_csv(tmp_path / "out.csv")
    assert [row["text"] for row in rows] == ["2", "0", "1"]
    expected = bundle.predict_columns([TEXTS[2], TEXTS[0], TEXTS[1]])["label"]
    assert [row["label"] for row in rows] == expected


def test_a_row_that_cannot_be_read_has_empty_answers_and_its_reason(bundle, tmp_path):
    class Short:
        """Answers as a bundle does whose second row holds a damaged file."""

        answers = bundle.answers

        def predict_columns(self, rows, **_):
            made = bundle.predict_columns(rows)
            if not made["label"]:
                return made
            for cells in made.values():
                cells[1] = None
            return made | {"note": [None, "is damaged", *[None] * (len(rows["text"]) - 2)]}

    summary = ask(Short(), {"text": TEXTS[:3]}, tmp_path / "out.csv")
    rows = read_csv(tmp_path / "out.csv")
    assert [row["note"] for row in rows] == ["", "is damaged", ""]
    assert (rows[1]["label"], rows[1]["probability"]) == ("", "")
    assert rows[0]["label"] != ""
    assert (summary.rows, summary.noted) == (3, 1)


def test_weights_come_of_the_same_pass_as_the_answers(tmp_path, monkeypatch):
    weighing = Bundle(weighing_bundle())
    table = {"title": TEXTS, "body": ["sun", None, "", "a dull day", None, "rain"]}
    expected, alone = weighing.weights(table), weighing.predict_columns(table)
    told, encoded, runs = [], [], []
    examine, run = Columns.examine, Bundle.run
    monkeypatch.setattr(
        Columns, "examine", lambda self, cells: encoded.append(cells) or examine(self, cells)
    )
    monkeypatch.setattr(Bundle, "run", lambda self, *fed: runs.append(fed) or run(self, *fed))
    ask(weighing, table, tmp_path / "out.csv", weights=True, given=lambda b: told.append(b) or b)
    assert (len(told), len(encoded), len(runs)) == (2, 2, 2)  # two batches: of 4 rows and of 2
    rows = read_csv(tmp_path / "out.csv")
    assert [[float(row[f"weight_text-{n}"]) for n in table] for row in rows] == expected.tolist()
    assert [row["label"] for row in rows] == alone["label"]


def test_a_row_without_an_answer_has_no_weights(monkeypatch):
    weighing, examine = Bundle(weighing_bundle()), Columns.examine

    def damaged(self, cells):
        encoded, _ = examine(self, cells)
        encoded["present"][1] = 0
        return encoded, {1: "is damaged", 3: "is damaged"}

    monkeypatch.setattr(Columns, "examine", damaged)
    made = weighing.predict_columns({"title": TEXTS, "body": TEXTS}, weights=True)
    assert (made["label"][1], made["weight_text-body"][1], made["note"][1]) == (
        None,
        None,
        "is damaged",
    )
    assert made["weight_text-body"][2] == 0.5
    assert made["label"][3] is not None  # another kind of column was left
    assert made["note"][3] == "is damaged"


def test_weights_are_refused_where_nothing_is_weighed(bundle, tmp_path):
    with pytest.raises(ConfigError, match="leave out --weights"):
        ask(bundle, {"text": TEXTS}, tmp_path / "out.csv", weights=True)
    with pytest.raises(BundleError, match="does not weigh"):
        bundle.predict_columns(TEXTS, weights=True)
