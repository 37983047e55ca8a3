"""Parts that the user gives: laid under the training rows, kept as given, copies counted."""

import numpy as np
import pytest

from umbrella.base.errors import ConfigError, DataError
from umbrella.data.parts import FREE, read_parts, split_given
from umbrella.data.read import read
from umbrella.data.split import PARTS
from umbrella.fit.settings import FitSettings

TRAIN, VALIDATION, TEST = range(3)


def write(path, rows, head="text,label"):
    path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return path


@pytest.fixture
def files(tmp_path):
    first = [f"words of row {n},{'ab'[n % 2]}" for n in range(40)]
    write(tmp_path / "first.csv", first)
    write(tmp_path / "judge.csv", ["other words,b", "words of row 3,a", "yet others,c"])
    return tmp_path


def test_rows_of_all_files_lie_in_one_table_by_the_columns_of_the_first(files):
    write(files / "steer.csv", ["1,b,steering words", "2,a,more"], "number,label,text")
    given = {"test": files / "judge.csv", "validation": files / "steer.csv"}
    table, parts = read_parts(read(files / "first.csv"), given, {})
    assert (table.name, table.columns, table.rows) == ("first", ["text", "label"], 45)
    assert np.bincount(parts + 1).tolist() == [40, 0, 2, 3]
    assert table.raw("text").to_list()[40:42] == ["steering words", "more"]
    assert [note.key for note in table.notes][-2:] == ["data.parts.validation", "data.parts.test"]
    assert table.source is None


def test_pictures_of_several_folders_keep_their_places(tmp_path):
    from PIL import Image

    places = []
    for name in ("here", "there"):
        for number, kind in enumerate("xyxyxyxy"):
            path = tmp_path / name / kind / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (8, 8), (30 * number, len(name), 0)).save(path)
            places.append(path)
    table, parts = read_parts(read(tmp_path / "here"), {"test": tmp_path / "there"}, {})
    assert (parts == TEST).sum() == 8
    found = table.resolve("file", table.raw("file").to_list())
    assert sorted(found) == sorted(map(str, places))


def divided(given, clusters=None, groups=None, shares=(0.8, 0.1, 0.1)):
    given = np.array(given, np.int8)
    count = len(given)
    clusters = np.arange(count) if clusters is None else np.array(clusters)
    keys = np.arange(count).astype(np.uint64)
    labels = ["ab"[n % 2] for n in range(count)]
    how = {"seed": 0, "shares": shares, "labels": labels, "clusters": clusters, "keys": keys}
    return split_given(given, groups=groups, **how)


def test_a_part_that_was_not_given_is_cut_from_the_rows_to_learn_from():
    made = divided([FREE] * 100 + [TEST] * 30)
    assert made.counts == {"train": 90, "validation": 10, "test": 30, "unused": 0}
    assert made.rows("test").tolist() == list(range(100, 130))
    made = divided([FREE] * 100 + [VALIDATION] * 30)
    assert made.counts == {"train": 90, "validation": 30, "test": 10, "unused": 0}
    made = divided([FREE] * 10 + [VALIDATION] * 2 + [TEST] * 3)
    assert made.counts == {"train": 10, "validation": 2, "test": 3, "unused": 0}
    assert [note.key for note in made.notes] == ["data.split.parts"]


def test_copies_in_two_parts_are_kept_counted_and_said():
    clusters = [*range(100), 5, 6, 102, 103]
    made = divided([FREE] * 100 + [TEST] * 4, clusters)
    assert made.counts["test"] == 4
    said = next(note for note in made.notes if note.key == "data.parts.across_test")
    assert said.values == {"count": 2, "rows": 4}
    assert made.unit[100] == 5
    groups = ["anna"] * 50 + ["bert"] * 50 + ["cyd", "cyd", "anna", "dora"]
    by_group = divided([FREE] * 100 + [VALIDATION, VALIDATION, TEST, TEST], groups=groups)
    assert {note.key: note.values["count"] for note in by_group.notes[1:]} == {
        "data.parts.across_test": 1
    }


@pytest.mark.parametrize(
    ("rows", "head", "why"),
    [
        (["1,a"], "number,label", r"--test .*judge\.csv: it has no column text as first has"),
        ([], "text,label", r"--test .*judge\.csv: "),
    ],
)
def test_a_part_without_the_columns_or_without_rows_is_refused(files, rows, head, why):
    path = write(files / "judge.csv", rows, head)
    with pytest.raises(DataError, match=why):
        read_parts(read(files / "first.csv"), {"test": path}, {})


def test_a_part_that_is_not_there_is_refused_by_its_flag(files):
    with pytest.raises(DataError, match=r"--validation .*nowhere\.csv: "):
        read_parts(read(files / "first.csv"), {"validation": files / "nowhere.csv"}, {})


def test_a_part_without_any_target_is_refused():
    with pytest.raises(DataError, match="No row for train has a target"):
        divided([TEST] * 5 + [VALIDATION])


def test_parts_go_with_no_time_and_no_forecast():
    with pytest.raises(ConfigError, match="--time cuts parts in time, and --test gives one"):
        FitSettings("y", time="day", test="t.csv")
    with pytest.raises(ConfigError, match="--validation says nothing to a forecast"):
        FitSettings("y", horizon=3, validation="t.csv")
    assert len(PARTS) == 4


def test_a_fit_judges_by_the_rows_it_was_given_and_opens_again_without_the_files(files):
    import umbrella

    asked = {"test": files / "judge.csv", "rungs": ("most-common", "bow-svm"), "threads": 1}
    run = umbrella.fit(files / "first.csv", "label", out=files / "run", **asked)
    assert run.facts["rows"]["test"] == 3
    assert run.facts["plan"]["test"].endswith("judge.csv")
    said = {note["key"]: note["values"] for note in run.facts["notes"]}
    assert said["data.parts.across_test"] == {"count": 1, "rows": 3}
    made = run.facts["made"]
    assert umbrella.fit(files / "first.csv", "label", out=files / "run", **asked).facts["made"] == (
        made
    )
    for name in ("first.csv", "judge.csv"):
        (files / name).unlink()
    twins = run.check().find("twins")
    assert twins.verdict == "fail"
    assert twins.advice.key == "data.parts.share"


def test_a_comparison_divides_its_rows_itself(files):
    import umbrella

    with pytest.raises(ConfigError, match="a comparison divides its rows itself"):
        umbrella.compare(files / "first.csv", "label", ["cnn", "bag"], test=files / "judge.csv")


def rows_of(labels):
    return [f"a text number {row} of {label},{label}" for row, label in enumerate(labels)]


def test_a_part_whose_rows_have_no_target_is_refused_by_its_file(files):
    import umbrella

    write(files / "blank.csv", [f"text {row}," for row in range(9)])
    asked = {"test": files / "blank.csv", "rungs": ("most-common",), "out": files / "run"}
    with pytest.raises(DataError, match=r"--test .*blank\.csv: none of its 9 rows has a target"):
        umbrella.fit(files / "first.csv", "label", **asked)


def test_classes_that_training_lacks_are_named_for_the_part_that_has_them(files):
    import umbrella

    write(files / "train.csv", rows_of(["up", "down"] * 20))
    write(files / "new.csv", rows_of(["up", "down", "odd", "even"]))
    asked = {"test": files / "new.csv", "rungs": ("most-common",), "out": files / "run"}
    run = umbrella.fit(files / "train.csv", "label", **asked)
    said = {note["key"]: note["values"] for note in run.facts["notes"]}
    assert said["data.parts.unseen_test"] == {"count": 2, "rows": 4, "names": "even, odd"}
    assert "data.parts.unseen_validation" not in said


@pytest.mark.parametrize("bad", ["train", "test"])
def test_a_bad_row_is_told_by_its_own_file_and_number(files, bad):
    import umbrella

    for name in ("train", "test"):
        cells = [f'met Ann{row:03} here\t[[4, 10, "PER"]]' for row in range(40)]
        if name == bad:
            cells[6] = 'met Bob\t[[4, 99, "PER"]]'
        (files / f"{name}.tsv").write_text("\n".join(["text\tspans", *cells]), "utf-8")
    asked = {"test": files / "test.tsv", "task": "tag", "out": files / "run"}
    place = r"^--test .*test\.tsv: Row 7: " if bad == "test" else r"^train: Row 7: "
    with pytest.raises(DataError, match=place):
        umbrella.fit(files / "train.tsv", "spans", **asked)
