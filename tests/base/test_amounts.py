"""Budgets as people write them, seeds, errors and progress."""

import sys

import pytest

from umbrella.base.budget import Budget, read_latency, read_share, read_size
from umbrella.base.catalogue import sentence
from umbrella.base.errors import ConfigError, MissingExtraError, need, need_installed, unknown
from umbrella.base.progress import Lines, Silent, show_facts
from umbrella.base.seeds import derive


@pytest.mark.parametrize(
    ("text", "size"), [("300KB", 300_000), ("2MiB", 2**21), (" 1.5 mb ", 1_500_000), ("512", 512)]
)
def test_sizes_are_read_as_written(text, size):
    assert read_size(text) == size


def test_latency_and_share():
    assert read_latency("500us") == pytest.approx(0.5)
    assert read_latency("2") == 2
    assert read_share("1%") == pytest.approx(0.01)
    assert read_share("0.02") == pytest.approx(0.02)


@pytest.mark.parametrize("text", ["", "big", "3 parsecs", "-1MB", "1,5MB"])
def test_a_wrong_amount_says_how_to_write_it(text):
    with pytest.raises(ConfigError, match="300KB"):
        read_size(text)


@pytest.mark.parametrize("wrong", [{"drop": 0}, {"drop": 1.5}, {"size": 0}, {"latency": -1}])
def test_an_impossible_budget_is_refused(wrong):
    with pytest.raises(ConfigError, match="--"):
        Budget(**wrong)


def test_seeds_are_the_same_everywhere_and_differ_by_purpose():
    assert derive(0, "order", 1) == 2070372274496236081
    assert derive(0, "a", "b") != derive(0, "ab")
    assert derive(0, "epoch", 1) != derive(1, "epoch", 0)


def test_a_typo_is_answered_with_the_near_name():
    assert "Did you mean 'label'?" in str(unknown("column", "lable", ["label", "text"]))


def test_a_missing_extra_gives_the_pip_line():
    with pytest.raises(MissingExtraError, match=r"pip install 'umbrella\[train\]'"):
        need("no_such_library_of_ours", "train")
    with pytest.raises(MissingExtraError, match=r"'no_such_library_of_ours'.*umbrella\[train\]'"):
        need_installed("no_such_library_of_ours", "train")


def test_what_is_installed_is_not_imported_to_see_that_it_is(monkeypatch):
    monkeypatch.delitem(sys.modules, "wave", raising=False)
    need_installed("wave", "train")
    assert "wave" not in sys.modules


def test_progress_in_a_log_is_lines_with_facts(capsys):
    with Lines(every_seconds=0).stage(sentence("stage.rung", name="lstm"), 4) as stage:
        stage.advance(1, loss=0.51234, score=0.8)
    assert capsys.readouterr().err == "lstm 25 %  loss 0.5123 · score 0.8\n"
    with Silent().stage(sentence("stage.read")) as stage:
        stage.advance(1)
    assert show_facts({"rows/s": 12}) == "rows/s 12"


def test_titles_are_said_in_the_language_of_the_screen(capsys):
    with Lines(every_seconds=0, lang="zh").stage(sentence("stage.solve", name="bag"), 2) as stage:
        stage.advance(1)
    assert capsys.readouterr().err.startswith("求解 bag 50 %")
