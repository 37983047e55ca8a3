"""Kinds follow from the cells, on made-up columns and on real tables."""

import polars as pl
import pytest
from realdata import path

from umbrella.base.errors import ConfigError, DataError
from umbrella.data.kinds import as_written, infer_kind, infer_kinds, typed
from umbrella.data.read import read

EXAMPLES = {
    "whole numbers": (["1", "2", "-3"], "number"),
    "labels 0 and 1": (["0", "1"] * 20, "number"),
    "decimals and gaps": (["1.5", "NA", "2e3", "?", "-"], "number"),
    "ids with zeros in front": (["00123", "00124"], "category"),
    "card numbers": (["4111111111111111", "4222222222222222"], "category"),
    "few repeated words": (["good", "bad", "bad", "good", "bad"], "category"),
    "countries of which one is NA": (["NA", "DE", "FR", "NA", "DE", "FR"], "category"),
    "yes and no": (["yes", "no"], "category"),
    "short reviews": (["nice room", "too loud at night", "fine"], "text"),
    "short Chinese reviews": (["房间很干净", "太吵了", "早餐不错"], "text"),
    "one Chinese review often": (["好评"] * 30 + ["很好的酒店啊", "差评", "一般般吧"], "category"),
    "first names": (["Anna", "Bob", "Carla", "Dan"], "text"),
    "user names": (["user_1", "user_2", "user_3", "user_4"], "category"),
    "days": (["2024-01-05", "2024-02-06"], "time"),
    "moments": (["2024-01-05 13:30", "2024-01-05 14:00"], "time"),
    "Chinese days": (["2024年1月5日", "2024年2月6日"], "time"),
    "pictures": (["a/1.jpg", "b c/2.PNG"], "image"),
    "sounds": (["a.wav", "b.flac"], "audio"),
    "films": (["a.mp4", "b.webm"], "video"),
    "pictures, and a sound or two": (["a.jpg", "b.jpg", "c.wav"], "image"),
    "names of files of other kinds": (["a.jpg", "b.jpg", "c.doc"], "text"),
    "nothing": ([None, ""], "category"),
    "two long equal texts": (["a long text " * 10] * 4, "text"),
    "half a number": (["1", "2", "three"], "category"),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_kind_follows_from_the_cells(name):
    cells, kind = EXAMPLES[name]
    assert infer_kind(pl.Series(cells, dtype=pl.String)) == kind


TABLES = {
    "adult/adult-train.csv": "number category number category number category category category "
    "category category number number number category category",
    "titanic/titanic_all.csv": "text category number category number",
    "california_housing/housing.csv": "number " * 9 + "category",
    "chnsenticorp_htl/ChnSentiCorp_htl_all.csv": "number text",
    "thucnews_20k/dev.txt": "text number",
    "sst2/train.tsv": "text number",
    "ett_h1/ETTh1.csv": "time " + "number " * 7,
    "asterisk_prompts_en/transcripts.csv": "audio text number",
    "tatoeba_en_zh/cmn.txt": "text text text",
}


@pytest.mark.parametrize("name", TABLES)
def test_kinds_are_right_on_real_tables(name):
    folder, file = name.split("/")
    assert list(read(path(folder) / file).kinds.values()) == TABLES[name].split()


def test_na_is_a_country_but_no_number():
    cells = pl.Series(["NA", "", "7"])
    assert as_written(cells, "category", None).to_list() == ["NA", None, "7"]
    assert as_written(cells, "text", None).to_list() == ["NA", None, "7"]
    assert as_written(cells, "number", None).to_list() == [None, None, "7"]
    assert typed(cells, "number", None).to_list() == [None, None, 7.0]


def test_marks_of_missing_that_are_given_replace_all_others():
    cells = pl.Series(["NA", "", "x", "99"])
    assert as_written(cells, "category", ["x"]).to_list() == ["NA", "", None, "99"]
    assert typed(cells, "number", ["99"]).to_list() == [None, None, None, None]


def test_a_cell_that_is_no_finite_number_is_missing_in_a_number_column():
    assert typed(pl.Series([" 1 ", "inf", "1e999", "abc", "+2."]), "number", None).to_list() == [
        1.0, None, None, None, 2.0,
    ]  # fmt: skip


def test_a_wrong_kind_or_column_is_answered_with_the_nearest():
    sample = pl.DataFrame({"label": ["a"], "text": ["b c"]})
    with pytest.raises(DataError, match=r"No column named 'lable'. Did you mean 'label'"):
        infer_kinds(sample, {"lable": "text"})
    with pytest.raises(ConfigError, match=r"No kind named 'txt'. Did you mean 'text'"):
        infer_kinds(sample, {"text": "txt"})
    with pytest.raises(DataError, match=r"1 of 1 sampled cells are none, e.g. 'b c'"):
        infer_kinds(sample, {"text": "number"})
    assert infer_kinds(sample, {"label": "category"})["label"] == "category"


def test_a_column_of_pictures_and_sounds_is_named_with_the_way_out():
    cells = ["a/1.jpg", "a/2.wav"] * 30
    sample = pl.DataFrame({"file": cells, "label": ["x", "y"] * 30})
    with pytest.raises(
        DataError, match=r"'file' mixes .* 30 image files \(e\.g\. 'a/1\.jpg'\)"
    ) as e:
        infer_kinds(sample)
    assert "file_image, file_audio" in str(e.value)
    assert "--kind file=category" in str(e.value)
    assert infer_kinds(sample, {"file": "category"})["file"] == "category"
    assert infer_kinds(sample, mixed=True)["file"] == "image"


def test_one_sound_among_many_pictures_is_a_bad_row_and_no_other_kind():
    cells = [f"{row}.jpg" for row in range(99)] + ["one.wav"]
    assert infer_kinds(pl.DataFrame({"file": cells}))["file"] == "image"
