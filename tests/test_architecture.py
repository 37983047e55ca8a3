"""The folder tree is a promise; these tests keep it, and show that each rule can fail."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from rules import (
    HEAVY,
    LIGHT,
    TORCH_FREE,
    Source,
    complaints,
    cycles,
    heavy_faults,
    kind_faults,
    layer_faults,
    modality_faults,
    pickle_faults,
    place,
    read_tree,
    size_faults,
    within,
)

REPO = Path(__file__).parents[1]
ROOT = REPO / "src" / "umbrella"
SOURCES = read_tree(ROOT)
each_source = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.place)


@each_source
def test_every_file_keeps_the_rules(source):
    assert complaints(source) == []


def test_no_files_import_each_other_in_a_ring():
    assert cycles(SOURCES) == []


@pytest.mark.parametrize("folder", ["bench", "examples", "tests"])
def test_scripts_and_tests_are_readable_and_hold_no_pickle(folder):
    for path in sorted((REPO / folder).rglob("*.py")):
        source = Source(f"scripts.{place(path, REPO / folder)}", path.read_text("utf-8"))
        allowed = (
            [] if folder != "tests" else pickle_faults(source)
        )  # tests plant pickles to refuse
        faults = [f for f in pickle_faults(source) + size_faults(source) if f not in allowed]
        assert faults == [], path


IMPORT_WITHOUT = """
import importlib, json, sys
blocked, names = json.loads(sys.argv[1])
for name in blocked:
    sys.modules[name] = None  # importing it now raises ImportError
for name in names:
    importlib.import_module(name)
"""


@pytest.mark.parametrize(
    ("places", "blocked"),
    [(TORCH_FREE, ["torch"]), (LIGHT, ["torch", *sorted(HEAVY)])],
    ids=["no torch", "lite's own"],
)
def test_light_parts_really_import_where_heavy_libraries_are_absent(places, blocked):
    names = [f"umbrella.{s.place}" for s in SOURCES if within(s.place, *places)]
    assert len(names) > 5
    ended = import_without(blocked, names)
    assert ended.returncode == 0, ended.stderr


def test_the_blocked_import_would_be_noticed():
    assert "ModuleNotFoundError" in import_without(["wave"], ["wave"]).stderr


def import_without(blocked, names):
    """Import modules in a process of their own where some libraries cannot be imported."""
    asked = json.dumps([blocked, names])
    return subprocess.run(
        [sys.executable, "-c", IMPORT_WITHOUT, asked], capture_output=True, text=True, check=False
    )


def test_places_read_like_dotted_names():
    assert place(Path("/r/models/text/conv.py"), Path("/r")) == "models.text.conv"
    assert place(Path("/r/models/__init__.py"), Path("/r")) == "models"
    assert place(Path("/r/__init__.py"), Path("/r")) == "__init__"


BAD_LAYERS = [
    ("data.read", "from umbrella.fit.loop import train"),
    ("data.read", "import umbrella.models.ladders"),
    ("models.text.bag", "from umbrella.pretrained.load import load"),
    ("pretrained.load", "from umbrella.tasks.task import Task"),
    ("models.text.bag", "from umbrella.data import codecs"),
    ("score.metrics", "def f():\n    from umbrella.tasks.task import Task"),
    ("base.run", "import importlib\nimportlib.import_module('umbrella.data.read')"),
    ("fit.loop", "from umbrella.cli import main"),
    ("fit.loop", "from umbrella import fit"),
    ("fit.loop", "from umbrella import __version__"),
    ("fit.loop", "import umbrella"),
    ("fit.loop", "from umbrella.lite import load"),
    ("fit.loop", "from .optim import adamw"),
    ("lite", "from umbrella.score.metrics import accuracy"),
    ("lite", "from umbrella.data.read import read"),
    ("gadgets.new", "from umbrella.base.errors import DataError"),
]
GOOD_LAYERS = [
    ("data.read", "from umbrella.base.limits import LIMITS"),
    ("fit.loop", "from umbrella.fit.optim import adamw\nfrom umbrella.tasks.task import Task"),
    (
        "lite",
        "from umbrella.data.codecs import from_spec\nfrom umbrella.score.decode import decode",
    ),
    ("tasks.classify", "from umbrella.pretrained.load import load"),
    ("ship.parity", "from umbrella.lite import load"),
    ("cli", "import umbrella\nfrom umbrella.ship.onnx import export"),
    ("__init__", "from umbrella.api import fit"),
]


@pytest.mark.parametrize(("at", "text"), BAD_LAYERS)
def test_imports_that_point_down_or_sideways_are_noticed(at, text):
    assert layer_faults(Source(at, text))


@pytest.mark.parametrize(("at", "text"), GOOD_LAYERS)
def test_imports_that_point_up_are_allowed(at, text):
    assert layer_faults(Source(at, text)) == []


def test_a_ring_is_noticed():
    one = Source("fit.loop", "from umbrella.fit.optim import adamw")
    two = Source("fit.optim", "def f():\n    from umbrella.fit import loop")
    assert cycles([one, two])
    assert cycles([one, Source("fit.optim", "import math")]) == []


def test_modalities_that_lean_on_each_other_are_noticed():
    text = "from umbrella.models.image.conv import Block"
    assert modality_faults(Source("models.text.conv", text))
    assert modality_faults(Source("models.fusion.late", text)) == []
    assert modality_faults(Source("models.text.conv", "from umbrella.models.blocks import B")) == []


def test_the_transformer_is_shared_by_all_modalities_and_leans_on_none():
    shared = "from umbrella.models.transformer.block import Block"
    for folder in ("text", "image", "audio", "video", "series"):
        assert modality_faults(Source(f"models.{folder}.new", shared)) == []
    leaning = "from umbrella.models.text.encoder import Encoder"
    assert modality_faults(Source("models.transformer.block", leaning))


@pytest.mark.parametrize(
    ("at", "text"),
    [
        ("data.read", "import torch"),
        ("data.read", "def f():\n    import torch.nn as nn"),
        ("data.read", "need('torch', 'train')"),
        ("score.doubt", "from torch import nn"),
        ("data.codecs.text", "import polars"),
        ("lite", "def f():\n    import sklearn.svm"),
        ("base.run", "import matplotlib.pyplot"),
    ],
)
def test_heavy_imports_are_noticed_where_they_are_kept_out(at, text):
    assert heavy_faults(Source(at, text))


def test_heavy_imports_are_allowed_elsewhere():
    assert heavy_faults(Source("data.read", "import polars")) == []
    assert heavy_faults(Source("score.losses", "import torch")) == []
    assert heavy_faults(Source("fit.loop", "import torch")) == []


@pytest.mark.parametrize(
    "text",
    [
        "import pickle",
        "from joblib import dump",
        "import torch\ntorch.load('x')",
        "import numpy as np\nnp.load('x', allow_pickle=True)",
        "import numpy as np\nnp.load('x', allow_pickle=flag)",
    ],
)
def test_pickles_are_noticed(text):
    assert pickle_faults(Source("fit.resume", text))


def test_archives_of_torch_are_opened_in_one_place_and_as_numbers_only():
    careful = "import torch\ntorch.load(path, weights_only=True)"
    assert pickle_faults(Source("pretrained.archive", careful)) == []
    assert pickle_faults(Source("fit.resume", careful))
    for careless in (
        "torch.load(path)",
        "torch.load(path, weights_only=False)",
        "torch.load(path, weights_only=flag)",
        "torch.save(path, weights_only=True)",
    ):
        assert pickle_faults(Source("pretrained.archive", careless))


def test_loading_without_pickle_is_allowed():
    assert pickle_faults(Source("fit.resume", "np.load('x', allow_pickle=False)")) == []


@pytest.mark.parametrize(
    "text",
    [
        "if kind == 'text': pass",
        "if table.kinds[name] in ('text', 'image'): pass",
        "names = [n for n in names if column.kind != 'number']",
        "if 'text' == kinds.get(name): pass",
        "match kind:\n    case 'text': pass",
    ],
)
def test_asking_for_the_kind_outside_tasks_is_noticed(text):
    assert kind_faults(Source("fit.loop", text))
    assert kind_faults(Source("tasks.classify", text)) == []


def test_other_comparisons_are_not_taken_for_kinds():
    assert kind_faults(Source("fit.loop", "if part == 'text' or kind == 'constant': pass")) == []


@pytest.mark.parametrize(
    ("at", "text"),
    [
        ("fit.loop", "x = 1"),
        ("fit.loop", '"""Long."""\n' + "x = 1\n" * 400),
        ("fit.loop", '"""Long."""\ndef f():\n' + "    x = 1\n" * 60),
        ("fit.utils", '"""Vague."""'),
        ("common.loop", '"""Vague."""'),
    ],
)
def test_unreadable_files_are_noticed(at, text):
    assert size_faults(Source(at, text))


def test_readable_files_pass():
    text = '"""Long."""\ndef f():\n' + "    x = 1\n" * 59 + "y = 1\n" * 339
    assert size_faults(Source("fit.loop", text)) == []
