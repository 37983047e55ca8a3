"""The table of models: looking up, building, and rebuilding from a stored description."""

import json
import subprocess
import sys
from dataclasses import asdict, fields

import pytest
from batches import SIZES
from torch import from_numpy

from umbrella.base.errors import ConfigError, RunError
from umbrella.data.codecs import make
from umbrella.data.codecs.columns import Columns, Part, padded
from umbrella.fit.solve import SOLVERS
from umbrella.models.ladders import LADDERS, build, network_of, rung, rungs

STEPS = [(kind, step) for kind, ladder in LADDERS.items() for step in ladder]
NAMES = [f"{kind}/{step.name}" for kind, step in STEPS]
each_rung = pytest.mark.parametrize("step", [step for _, step in STEPS], ids=NAMES)
each_place = pytest.mark.parametrize(("kind", "step"), STEPS, ids=NAMES)


def outputs_of(step):
    """Three, but where the answer's width is settled."""
    return 4 if step in rungs("answer") else 3


def described(kind, name, **sizes):
    """What a run stores of a network, after a trip through JSON."""
    step = rung(kind, name)
    network = build(step, SIZES[step.codec], outputs=outputs_of(step), **sizes)
    config = json.loads(json.dumps(asdict(network.config)))
    return {"kind": kind, "rung": name, "config": config}


def test_listing_rungs_imports_no_torch():
    code = (
        "import sys, umbrella.models.ladders as l; l.rungs('text'); print('torch' in sys.modules)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "False"


def test_the_text_ladder_rises_from_the_simple_rule_to_the_transformer_and_published_encoders():
    own = [step.name for step in rungs("text") if not step.pretrained]
    assert (own[0], own[-1], len(own)) == ("most-common", "transformer", 8)
    published = [step.name for step in rungs("text") if step.pretrained]
    assert published == ["bert-frozen", "bert-lora", "bert"]
    assert [step.name for step in rungs("text")] == own + published


def test_a_wrong_name_is_answered_with_the_near_one():
    with pytest.raises(ConfigError, match=r"Did you mean 'transformer'\?.*bow-svm"):
        rung("text", "transfomer")
    with pytest.raises(ConfigError, match=r"No ladder named 'txt'.*Did you mean 'text'"):
        rungs("txt")


def test_a_setting_that_the_network_lacks_is_refused():
    with pytest.raises(ConfigError, match=r"No setting of cnn named 'widht'.*Did you mean 'width'"):
        build(rung("text", "cnn"), {"vocab": 40}, outputs=3, widht=8)


@each_place
def test_names_are_unique_and_solvers_known(kind, step):
    assert [other.name for other in rungs(kind)].count(step.name) == 1
    assert step.solver in ("gradient", *SOLVERS)


@each_rung
def test_the_codec_accepts_the_view(step):
    if step not in rungs("text"):
        return  # other kinds' codecs are fed in their own tests
    if step.pretrained:
        return  # its codec is fed in tests/data/codecs/test_text_subwords.py
    codec = Columns((Part(("text",), make(step.codec, **step.view)),))
    codec.fit(lambda: [{"text": ["one text", "另一个", None]}])
    encoded = padded(codec.encode({"text": ["one more", None]}))
    network = build(step, codec.sizes, outputs=2).eval()
    assert network(**{k: from_numpy(v) for k, v in encoded.items()}).shape == (2, 2)


@each_rung
def test_every_searched_setting_exists_and_its_values_are_accepted(step):
    network = build(step, SIZES[step.codec], outputs=outputs_of(step))
    for name, values in step.tune.items():
        where, setting = name.split(".")
        is_range = len(values) == 2 and all(type(value) is float for value in values)
        assert is_range or len(set(values)) > 1
        for value in values:
            if where == "network":
                assert setting in {f.name for f in fields(network.config)}
                build(step, SIZES[step.codec], outputs=outputs_of(step), **{setting: value})
            elif where == "view":
                make(step.codec, **{**step.view, setting: value})
            else:
                assert where == ("train" if step.solver == "gradient" else "solver")
                assert setting in step.train, "a search needs the rung's own value to start from"


@each_place
def test_a_stored_description_rebuilds_the_network(kind, step):
    stored = described(kind, step.name)
    network = network_of(stored)
    assert json.loads(json.dumps(asdict(network.config))) == stored["config"]
    made = build(step, SIZES[step.codec], outputs=outputs_of(step)).state_dict()
    assert {k: v.shape for k, v in network.state_dict().items()} == {
        k: v.shape for k, v in made.items()
    }


@pytest.mark.parametrize(
    "damage",
    [
        None,
        [],
        {"rung": "cnn"},
        {"kind": "text", "rung": "os:system", "config": {}},
        {"kind": "text", "rung": "cnn", "config": None},
        {"kind": "text", "rung": "cnn", "config": {"vocab": 40}},
        {"kind": ["text"], "rung": {}, "config": {}},
    ],
    ids=str,
)
def test_a_damaged_description_is_refused(damage):
    with pytest.raises(RunError, match=r"cannot be rebuilt.*fit again"):
        network_of(damage)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("cnn", {"width": 10**9}),
        ("cnn", {"width": "64"}),
        ("cnn", {"vocab": 2**24, "width": 2**14}),
        ("cnn", {"spans": 3}),
        ("cnn", {"spans": []}),
        ("cnn", {"spans": [2, "x"]}),
        ("cnn", {"dropout": 1.5}),
        ("cnn", {"dropout": None}),
        ("cnn", {"extra": 1}),
        ("lstm", {"cell": "os:system"}),
        ("lstm", {"cell": ["lstm"]}),
        ("transformer", {"width": 50}),
    ],
    ids=str,
)
def test_a_changed_config_is_refused(name, change):
    stored = described("text", name)
    stored["config"] |= change
    with pytest.raises(RunError, match="cannot be rebuilt"):
        network_of(stored)
