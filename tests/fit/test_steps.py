"""What is climbed when columns of several kinds come together, and which columns go in."""

import numpy as np
import pytest

from umbrella.base.errors import ConfigError, DataError
from umbrella.data.read import read
from umbrella.data.table import Table
from umbrella.fit.inputs import input_columns, refuse_equal
from umbrella.fit.settings import FitSettings
from umbrella.fit.steps import PRETRAINED, modalities, steps
from umbrella.fit.views import asks
from umbrella.models.ladders import LADDERS, rung
from umbrella.models.rungs.fusion import MEMBERS

KINDS = {
    "age": "number", "sex": "category", "day": "time", "name": "text", "about": "text",
    "front": "image", "back door": "image", "back_door": "image", "voice": "audio",
}  # fmt: skip


def test_texts_are_read_as_one_and_files_column_by_column():
    got = {one.name: one.columns for one in modalities(list(KINDS), KINDS)}
    assert got == {
        "table": ("age", "sex", "day"),
        "text": ("name", "about"),
        "audio": ("voice",),
        "image-front": ("front",),
        "image-back_door": ("back door",),
        "image-back_door-2": ("back_door",),
    }


def test_names_serve_as_folders_everywhere():
    columns = ["Front", "front", "照" * 90, "../up"]
    got = [one.name for one in modalities(columns, dict.fromkeys(columns, "image"))]
    assert got == ["image-Front", "image-front-2", "image-" + "照" * 40, "image-_up"]


def test_a_single_column_of_files_is_called_by_its_kind():
    assert [one.name for one in modalities(["front", "age"], KINDS)] == ["table", "image"]


def test_every_kind_is_climbed_alone_before_all_together():
    climb = steps("fusion", ["age", "name", "front"], KINDS)
    names = [step.name for step in climb]
    alone = [
        f"{kind}-{one.name}"
        for kind in ("table", "text", "image")
        for one in LADDERS[kind][1:]
        if not one.pretrained
    ]
    assert names == ["most-common", *alone, "late", "early", "attention"]
    assert {step.columns for step in climb if step.section == "text"} == {("name",)}
    assert climb[-1].columns == ("age", "name", "front")


def test_published_encoders_are_climbed_only_where_one_is_named_and_give_up_by_themselves():
    published = ["bert-frozen", "bert-lora", "bert"]
    alone = steps("text", ["name"], KINDS, pretrained=True)
    assert [step.name for step in alone if step.section == PRETRAINED] == published
    assert [step for step in steps("text", ["name"], KINDS) if step.name in published] == []
    among = steps("fusion", ["age", "name"], KINDS, pretrained=True)
    found = [step.name for step in among if step.section == PRETRAINED]
    assert found == [f"text-{name}" for name in published]
    with pytest.raises(ConfigError, match="text-bert starts from a published encoder"):
        steps("fusion", ["age", "name"], KINDS, ["text-bert"])


def test_one_kind_has_its_own_ladder():
    assert [step.rung for step in steps("table", ["age", "sex"], KINDS)] == list(LADDERS["table"])


def test_steps_are_named_whole_or_by_their_rung():
    columns = ["age", "front"]
    names = [one.name for one in steps("fusion", columns, KINDS, ["mlp", "late", "image-cnn"])]
    assert names == ["table-mlp", "image-mlp", "image-cnn", "late"]
    with pytest.raises(ConfigError, match="No fusion rung named 'text-bag'"):
        steps("fusion", columns, KINDS, ["text-bag"])


def test_a_fusion_asks_for_the_codec_of_every_member():
    columns = ("age", "name", "front", "back_door")
    found = asks(rung("fusion", "early"), {}, columns, KINDS)
    assert [one.prefix for one in found] == [
        "", "table.", "text.", "image-front.", "image-back_door.",
    ]  # fmt: skip
    assert found[0].settings == {"groups": [0, 1, 2, 3]}
    assert [one.codec for one in found[1:3]] == [MEMBERS["table"].codec, MEMBERS["text"].codec]


def test_every_kind_that_has_a_ladder_has_a_member():
    assert set(MEMBERS) == set(LADDERS) - {"fusion", "speech", "series", "tag", "answer"}


def rows(**columns):
    cells = {"label": ["a", "b"] * 20, **columns}
    return read(cells), FitSettings("label"), np.arange(40)


def test_columns_of_several_kinds_are_read_together():
    words = [f"some words {n} here" for n in range(40)]
    kind, columns, notes = input_columns(*rows(x=[n % 9 for n in range(40)], words=words))
    assert (kind, columns, notes) == ("fusion", ("x", "words"), [])


def test_row_numbers_and_codes_are_left_out_and_said():
    words = [f"some words {n} here" for n in range(40)]
    kind, columns, notes = input_columns(*rows(id=range(40), words=words))
    assert (kind, columns) == ("text", ("words",))
    assert "once: id" in notes[0].say("en")
    assert "id" in notes[0].say("zh")


def test_a_column_without_any_value_is_left_out_and_said():
    words = [f"some words {n} here" for n in range(40)]
    kind, columns, notes = input_columns(*rows(nothing=[""] * 40, words=words))
    assert (kind, columns) == ("text", ("words",))
    assert "no value in any row: nothing" in notes[0].say("en")
    assert "nothing" in notes[0].say("zh")


def test_row_numbers_are_used_when_there_is_nothing_else_or_they_are_named():
    assert input_columns(*rows(id=range(40)))[1] == ("id",)
    words = [f"some words {n} here" for n in range(40)]
    table, _, some = rows(id=range(40), words=words)
    named = input_columns(table, FitSettings("label", use=("id", "words")), some)
    assert named[:2] == ("fusion", ("id", "words"))


@pytest.fixture
def passed(monkeypatch):
    """How many rows were read; a whole column is not to be asked for."""
    seen, batches = [], Table.raw_batches

    def counting(self, columns=None, rows=8192):
        for frame in batches(self, columns, rows):
            seen.append(frame.height)
            yield frame

    monkeypatch.setattr(Table, "raw_batches", counting)
    monkeypatch.setattr(Table, "raw", lambda _, name: pytest.fail(f"{name} was read as a whole"))
    return seen


def long_table(**columns):
    """30,000 rows of texts."""
    words = [f"some words {n} here" for n in range(30_000)]
    kinds = dict.fromkeys(("title", "words", *columns), "text")
    return read({"label": ["a", "b"] * 15_000, "title": words, "words": words, **columns},
                kinds=kinds)  # fmt: skip


def test_columns_are_read_no_further_than_their_first_values(passed):
    found = input_columns(long_table(), FitSettings("label"), np.arange(30_000))
    assert found == ("text", ("title", "words"), [])
    assert passed == [8192]


def test_a_value_counts_wherever_it_stands_if_its_row_does(passed):
    table = long_table(late=[""] * 29_999 + ["here it is"], unseen=["here"] + [""] * 29_999)
    _, columns, notes = input_columns(table, FitSettings("label"), np.arange(1, 30_000))
    assert columns == ("title", "words", "late")
    assert "no value in any row: unseen" in notes[0].say("en")
    assert sum(passed) == 30_000


def test_texts_are_told_apart_by_their_first_rows(passed):
    refuse_equal(long_table(), ("title", "words"), np.arange(30_000))
    assert passed == [8192]


def test_texts_that_are_all_the_same_are_refused():
    same = read({"words": ["alike"] * 40, "nothing": [""] * 40}, kinds={"words": "text"})
    with pytest.raises(DataError, match=r"words, nothing is the same \('alike'\) in all 40 rows"):
        refuse_equal(same, ("words", "nothing"), np.arange(40))
    with pytest.raises(DataError, match="nothing is empty in all 39 rows"):
        refuse_equal(same, ("nothing",), np.arange(1, 40))
