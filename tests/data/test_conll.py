"""Files of tokens with tags: schemes, what is mended aloud, and what is refused."""

import json

import pytest

from umbrella.base.errors import DataError
from umbrella.data.conll import looks_tagged
from umbrella.data.read import read

BIO = "The O\nUnited B-ORG\nNations I-ORG\nmet O\nAnn B-PER\n. O\n\n"


def table(folder, text, name="a.conll", **asked):
    (folder / name).write_text(text, encoding="utf-8")
    return read(folder / name, **asked)


def rows(made):
    texts, cells = made.raw("text").to_list(), made.raw("spans").to_list()
    return [
        (text, [(text[one["start"] : one["end"]], one["type"]) for one in json.loads(cell)])
        for text, cell in zip(texts, cells, strict=True)
    ]


def said(made):
    return {note.key: note.values for note in made.notes}


def test_tokens_become_text_and_tags_places_in_it(tmp_path):
    made = table(tmp_path, BIO * 3)
    assert made.kinds["text"] == "text"
    assert (
        rows(made)
        == [("The United Nations met Ann .", [("United Nations", "ORG"), ("Ann", "PER")])] * 3
    )
    told = said(made)["tag.read"]
    assert (told["scheme"], told["spans"], told["types"], told["columns"]) == ("BIO", 6, 2, 2)


SCHEMES = {
    "IOB1": ["I-A", "I-A", "B-A", "O", "I-B"],
    "BIO": ["B-A", "I-A", "B-A", "O", "B-B"],
    "BIOES": ["B-A", "E-A", "S-A", "O", "S-B"],
    "BMES": ["B-A", "E-A", "S-A", "O", "B-B M-B E-B"],
    "BMEWO": ["B-A", "E-A", "W-A", "O", "B-B M-B E-B"],
    "BILOU": ["B-A", "L-A", "U-A", "O", "U-B"],
}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_scheme_says_the_same_spans(tmp_path, scheme):
    tags = [tag for cell in SCHEMES[scheme] for tag in cell.split()]
    lines = "".join(f"w{at}\t{tag}\n" for at, tag in enumerate(tags))
    made = table(tmp_path, lines + "\n" + "x\tO\n\n")
    ((_, spans), (_, none)) = rows(made)
    assert [kind for _, kind in spans] == ["A", "A", "B"]
    assert [len(words.split()) for words, _ in spans][:2] == [2, 1]
    assert none == []
    assert said(made)["tag.read"]["scheme"] == scheme
    assert "tag.orphans" not in said(made)


def test_only_inside_tags_are_read_as_runs_of_a_type(tmp_path):
    made = table(tmp_path, "a I-X\nb I-X\nc I-Y\nd O\n\n")
    assert rows(made)[0][1] == [("a b", "X"), ("c", "Y")]
    assert said(made)["tag.read"]["scheme"] == "IO"


def test_a_continuation_of_nothing_is_mended_aloud_with_its_line(tmp_path):
    made = table(tmp_path, BIO * 3 + "So O\nI-am I-PER\nhere O\n\n")
    assert rows(made)[-1][1] == [("I-am", "PER")]
    assert said(made)["tag.orphans"] == {"count": 1, "line": 23, "scheme": "BIO"}


def test_a_span_without_its_end_is_mended_aloud(tmp_path):
    whole = "a B-X\nb E-X\n\n" * 20
    made = table(tmp_path, whole + "a B-X\nb O\n\n")
    assert rows(made)[-1][1] == [("a", "X")]
    assert said(made)["tag.unclosed"]["line"] == 62


def test_tags_that_hardly_ever_end_are_refused_with_file_and_line(tmp_path):
    with pytest.raises(DataError, match=r"a\.conll, line 2: in 5 of 6 spans .* as BIOES asks"):
        table(tmp_path, "a B-X\nb O\n\n" * 5 + "a B-X\nb E-X\n\nc S-X\n\n".replace("c S-X\n\n", ""))


def test_letters_of_two_schemes_are_refused_with_their_lines(tmp_path):
    with pytest.raises(DataError, match=r"mixes tags of several schemes: .*I- in line 2, M- in li"):
        table(tmp_path, "a B-X\nb I-X\n\nc B-X\nd M-X\ne E-X\n\n")


def test_of_several_tags_the_first_is_read_and_it_is_said(tmp_path):
    made = table(tmp_path, "a B-x,B-y\nb I-x,I-y\nc O\n\n" * 2)
    assert rows(made)[0][1] == [("a b", "x")]
    assert said(made)["tag.several"] == {"count": 4, "line": 1}


def test_comments_documents_and_more_columns_are_passed_over(tmp_path):
    text = "-DOCSTART- -X- O O\n\n# id 7\nBonn NNP I-NP B-LOC\nis VBZ O O\n\n# O\n\n"
    made = table(tmp_path, text.replace("# O\n\n", "# SYM O O\nx NN O O\n\n"))
    assert [text for text, _ in rows(made)] == ["Bonn is", "# x"]
    assert said(made)["tag.read"]["columns"] == 4


def test_chinese_characters_are_joined_without_spaces(tmp_path):
    made = table(tmp_path, "高 B-NAME\n勇 E-NAME\n： O\n2 O\n0 O\nI O\nT O\n\n")
    assert rows(made) == [("高勇：20IT", [("高勇", "NAME")])]
    made = table(
        tmp_path, "张三丰先生 S-PER\n现在在 O\nApple S-ORG\nInc S-ORG\n认真工作 O\n\n", "b.conll"
    )
    assert rows(made)[0][0] == "张三丰先生现在在Apple Inc认真工作"


def test_the_form_is_found_whatever_the_ending(tmp_path):
    for name in ("train.char.bmes", "example.dev", "a.txt", "words"):
        assert rows(table(tmp_path, BIO * 2, name))[0][1][0] == ("United Nations", "ORG")
    assert not looks_tagged(b"a,b\n1,O\n")
    assert not looks_tagged(b"some words of a text\nthat ends in O\n")
    assert not looks_tagged(b"a O\nb O\nc O\n")


def test_windows_line_ends_and_no_line_end_at_all_are_fine(tmp_path):
    (tmp_path / "w.conll").write_bytes(b"\xef\xbb\xbf" + BIO.strip().replace("\n", "\r\n").encode())
    assert rows(read(tmp_path / "w.conll"))[0][1] == [("United Nations", "ORG"), ("Ann", "PER")]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("alone", "'alone' stands alone; a token and its tag"),
        ("word PERSON", "the tag 'PERSON' is neither O nor like B-TYPE"),
        ("\tB-X", "no token before the tag"),
        ("word B-", "the tag 'B-' is neither"),
    ],
)
def test_a_sentence_with_a_bad_line_is_a_bad_row(tmp_path, line, why):
    made = table(tmp_path, BIO * 30 + f"good O\n{line}\n\n")
    assert made.rows == 30
    assert str(made.bad[0]).endswith(
        f"a.conll:212: {why}" if why.endswith("'") else made.bad[0].reason
    )
    assert why in str(made.bad[0])
    assert ":212: " in str(made.bad[0])


def test_too_many_bad_sentences_stop_the_reading(tmp_path):
    with pytest.raises(DataError, match=r"2 of 3 rows .* are bad"):
        table(tmp_path, BIO + "a PER\n\nb PER\n\n")


def test_a_folder_of_files_is_one_table(tmp_path):
    (tmp_path / "all").mkdir()
    for name in ("one", "two"):
        (tmp_path / "all" / f"{name}.conll").write_text(BIO * 2)
    made = read(tmp_path / "all")
    assert made.rows == 4
    assert {"text", "spans"} <= set(made.columns)
