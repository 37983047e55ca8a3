"""What flags mean: lists of names with commas in them, and what is no list."""

import json

import pytest

from umbrella.base.errors import ConfigError
from umbrella.cli import main
from umbrella.flags import names


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (None, ()),
        ("", ()),
        ("a", ("a",)),
        ("a, b ,,c", ("a", "b", "c")),
        ('"size, m",c', ("size, m", "c")),
        ('c, "size, m" ', ("c", "size, m")),
        ('"a ""quoted"" b",c', ('a "quoted" b', "c")),
        ('height 5"', ('height 5"',)),
        ('"size, m" , c', ("size, m", "c")),
        ('"价格，元",面积', ("价格，元", "面积")),
    ],
)
def test_names_are_read_as_csv_writes_them(text, found):
    assert names(text) == found


@pytest.mark.parametrize("text", ["a\nb", '"a, b', 'c,"a, b', '"a" b,c'])
def test_what_is_no_list_of_names_is_refused(text):
    with pytest.raises(ConfigError, match="double quotes"):
        names(text)


def test_a_column_with_a_comma_can_be_used_and_is_shown_as_it_must_be_written(tmp_path, capsys):
    rows = "".join(
        f"{row % 2}{row % 7},{row % 5},{'no' if row % 2 else 'yes'}\n" for row in range(60)
    )
    data = tmp_path / "rooms.csv"
    data.write_text('"size, m",height,label\n' + rows)
    fit = ["fit", str(data), "--rungs", "linear", "--out", str(tmp_path / "run")]
    assert main([*fit, "--use", "size, m"]) == 2
    err = capsys.readouterr().err
    assert "No column named 'size'. Did you mean 'size, m'?" in err
    assert 'height, label, "size, m"' in err
    assert main([*fit, "--use", '"size, m"']) == 0


def test_a_separator_says_that_rows_have_several_labels_and_is_kept(tmp_path, capsys):
    words = ["red", "green", "blue"]
    sets = [[words[at] for at in range(3) if row >> at & 1] for row in range(96)]
    data, run, out = tmp_path / "tags.csv", tmp_path / "run", tmp_path / "out.csv"
    data.write_text(
        "text,tags\n"
        + "".join(
            f"{' '.join(some)} thing {row},{'/'.join(some)}\n" for row, some in enumerate(sets)
        )
    )
    fit = ["fit", str(data), "--target", "tags", "--out", str(run), "--rungs", "bow-svm"]
    assert main([*fit, "--task", "multilabel"]) == 2
    assert "Name another mark with --separator" in capsys.readouterr().err
    assert main([*fit, "--separator", "/", "--task", "classify"]) == 2
    assert "Leave one of the two out" in capsys.readouterr().err
    assert main([*fit, "--separator", ""]) == 2
    assert main([*fit, "--separator", "/"]) == 0
    facts = json.loads((run / "run.json").read_text("utf-8"))
    assert (facts["plan"]["separator"], facts["task"]["separator"]) == ("/", "/")
    assert main(["ship", str(run), "-o", str(tmp_path / "tags.onnx")]) == 0
    assert main(["predict", str(tmp_path / "tags.onnx"), str(data), "-o", str(out)]) == 0
    assert ",red/green," in out.read_text("utf-8") or ",green/red," in out.read_text("utf-8")
