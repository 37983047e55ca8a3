"""Raw text cut into pieces: at sentence ends, nothing lost, documents whole."""

import numpy as np
import polars as pl
import pytest

from umbrella.base.errors import DataError
from umbrella.data.corpus import DOCUMENTS, MOST, MOST_UNSPACED, in_pieces, is_raw, pieces
from umbrella.data.read import read


def squeezed(text):
    return "".join(text.split())


@pytest.mark.parametrize(
    ("sentence", "most"),
    [('It rained, and "nobody" came. ', MOST), ("昨天下雨，没有人来。", MOST_UNSPACED)],
)
def test_pieces_end_with_sentences_and_lose_nothing(sentence, most):
    text = sentence * 100
    made = pieces(text)
    assert squeezed("".join(made)) == squeezed(text)
    assert max(map(len, made)) <= most
    assert all(one.endswith(sentence.strip()[-1]) for one in made)
    assert len(made) < 1.3 * len(text) / most + 1


def test_a_sentence_without_end_is_cut_at_spaces_then_anywhere():
    spaced, solid = pieces("word " * 500), pieces("x" * 2000)
    assert all(one.startswith("word") and one.endswith("word") for one in spaced)
    assert squeezed("".join(spaced)) == "word" * 500
    assert "".join(solid) == "x" * 2000
    assert pieces(" \n ") == []


def test_few_documents_are_kept_in_stretches_and_many_whole(tmp_path):
    (tmp_path / "one.txt").write_text("A sentence of some words. " * 3_000, "utf-8")
    one = in_pieces(read(tmp_path / "one.txt", format="corpus"), "text")
    units = one.raw("document").to_list()
    assert 20 < len(set(units)) < one.rows
    assert units == sorted(units, key=lambda name: int(name.rpartition(" ")[2]))
    folder = tmp_path / "many"
    folder.mkdir()
    for at in range(DOCUMENTS):
        (folder / f"{at:02}.txt").write_text(f"Text {at} has words. " * 60, "utf-8")
    many = in_pieces(read(folder, format="corpus"), "text")
    assert len(set(many.raw("document").to_list())) == DOCUMENTS


def test_a_long_file_is_read_whole_in_any_encoding(tmp_path):
    text = "".join(f"第{at}行，写了一些字。\r\n" for at in range(9_000))
    for encoding in ("utf-8", "gb18030", "utf-16"):
        (tmp_path / "t.txt").write_bytes(text.encode(encoding))
        table = read(tmp_path / "t.txt", format="corpus")
        assert table.rows > 1
        assert "".join(table.raw("text").to_list()) == text.replace("\r\n", "\n")


def test_columns_of_a_table_keep_rows_apart():
    frame = pl.DataFrame({"said": [f"Words of {at}. More words." for at in range(30)]})
    table = in_pieces(read(frame, kinds={"said": "text"}), "said")
    assert (table.rows, table.kinds["document"]) == (30, "category")
    grouped = frame.with_columns(who=pl.Series(np.arange(30) % 25).cast(pl.String))
    units = in_pieces(read(grouped, kinds={"said": "text"}), "said", "who").raw("document")
    assert units.n_unique() == 25


def test_what_is_raw_is_told_by_names(tmp_path):
    for name in ("a.txt", "b.txt.gz", "c.md", "d.csv"):
        (tmp_path / name).write_bytes(b"x")
    assert [is_raw(tmp_path / one) for one in ("a.txt", "b.txt.gz", "c.md", "d.csv")] == [
        True, True, True, False,
    ]  # fmt: skip
    assert not is_raw(tmp_path)
    (tmp_path / "d.csv").unlink()
    assert is_raw(tmp_path)
    (tmp_path / "inner").mkdir()
    with pytest.raises(DataError, match="holds no file of raw text"):
        read(tmp_path / "inner", format="corpus")


def test_a_folder_with_a_file_that_is_no_text_names_the_file(tmp_path):
    (tmp_path / "good.txt").write_text("The cat drinks milk.\n", "utf-8")
    (tmp_path / "odd.txt").write_bytes(bytes(range(256)) * 40)
    with pytest.raises(DataError, match=rf"{tmp_path.name}/odd.txt is no text"):
        read(tmp_path, format="corpus")
