"""Files of tags as users bring them: what a fit makes of schemes that are mixed or begin oddly."""

import pytest

import umbrella
from umbrella.base.catalogue import Sentence
from umbrella.base.errors import DataError


@pytest.mark.parametrize(
    ("tags", "why"),
    [
        (["B-PER", "I-PER", "L-PER", "S-LOC"], r"mixes tags of several schemes: .* L- in line 3"),
        (["B-PER", "E-PER", "B-LOC", "O"], r"line \d+: in \d+ of \d+ spans tags do not follow"),
    ],
)
def test_mixed_schemes_stop_the_fit_with_file_and_line(tmp_path, tags, why):
    rows = [
        f"word{at}{n} {tag}" + "\n" * (n == 3) for at in range(30) for n, tag in enumerate(tags)
    ]
    (tmp_path / "m.conll").write_text("\n".join(rows) + "\n")
    with pytest.raises(DataError, match=rf"m\.conll.*{why}|{why}"):
        umbrella.fit(tmp_path / "m.conll", out=tmp_path / "run")


def test_tags_that_start_with_inside_are_read_as_a_beginning_and_said(tmp_path):
    rows = [f"Ann I-PER\nslept{at} O\nin O\nNew B-LOC\nYork{at % 3} I-LOC\n" for at in range(30)]
    (tmp_path / "i.conll").write_text("\n".join(rows))
    run = umbrella.fit(tmp_path / "i.conll", rungs=["dictionary"], out=tmp_path / "run")
    said = [Sentence.from_json(note).say("en") for note in run.facts["notes"]]
    assert any(
        "30 spans begin without B- where BIO asks for it (first in line 1)" in x for x in said
    )
    assert run.scores["test"]["score"] == 1.0
