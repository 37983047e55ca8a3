"""Starting from a checkpoint: what fits is copied, what does not is said, and the rest refused."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from invented import reviews
from PIL import Image
from safetensors.torch import save_file

import umbrella
from umbrella.base.errors import ConfigError, RunError
from umbrella.base.limits import LIMITS
from umbrella.base.tensors import load_tensors
from umbrella.fit import initial, loop, rung
from umbrella.fit.donor import open_donor
from umbrella.fit.fit import Watcher
from umbrella.models.ladders import build
from umbrella.models.ladders import rung as rung_of

DOCS = Path(__file__).parents[2] / "docs"
QUICK = {"epochs": 1, "threads": 1}
TRAIN = rung.train


def squares(folder, classes=("dark", "light"), count=24, edge=12, seed=0):
    """Noise of several brightnesses, a folder a class."""
    draw = np.random.default_rng(seed)
    for number, kind in enumerate(classes):
        (folder / kind).mkdir(parents=True)
        for row in range(count):
            pixels = draw.integers(60 * number, 60 * number + 90, (edge, edge, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / kind / f"{kind}{row}.png")
    return folder


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    return squares(tmp_path_factory.mktemp("pictures") / "all")


@pytest.fixture(scope="module")
def others(tmp_path_factory):
    return squares(tmp_path_factory.mktemp("others") / "all", ("a", "b", "c"), edge=16, seed=1)


@pytest.fixture(scope="module")
def donor(others, tmp_path_factory):
    """A run of a cnn on three other classes, of larger pictures."""
    out = tmp_path_factory.mktemp("donor") / "run"
    return umbrella.fit(others, out=out, rungs=("cnn",), **QUICK)


def checkpoint(path, rung_name="cnn", outputs=2, change=lambda tensors: tensors, **sizes):
    """A file with the start weights of a network, changed as asked."""
    torch.manual_seed(7)
    network = build(rung_of("image", rung_name), {"size": 12}, outputs=outputs, **sizes)
    save_file(change({n: x.contiguous() for n, x in network.state_dict().items()}), path)
    return path


def begins(monkeypatch, data, out, **settings):
    """The weights with which the first rung of a fit begins to train, and the run."""
    seen = {}

    def spy(network, *args, **kwargs):
        if not seen:
            seen.update({n: x.clone() for n, x in network.state_dict().items()})
        return TRAIN(network, *args, **kwargs)

    monkeypatch.setattr(rung, "train", spy)
    run = umbrella.fit(data, out=out, **{"rungs": ("cnn",), **QUICK, **settings})
    return seen, run


def test_what_fits_is_copied_and_the_head_of_other_classes_is_not(
    pictures, donor, tmp_path, monkeypatch
):
    seen, run = begins(monkeypatch, pictures, tmp_path / "run", init=str(donor.path))
    kept = load_tensors(donor.path / "weights.safetensors")
    below = [name for name in kept if not name.startswith("head.")]
    assert all(np.array_equal(seen[name].numpy(), kept[name]) for name in below)
    assert seen["head.weight"].shape == (2, 64)
    assert run.ladder[0]["init"] == {"share": 1.0, "tensors": len(below)}


def test_a_run_brings_the_codec_that_its_weights_were_learned_with(pictures, donor, tmp_path):
    run = umbrella.fit(pictures, out=tmp_path / "run", rungs=("cnn",), init=donor.path, **QUICK)
    specs = [json.loads((one.path / "codecs.json").read_text())[0]["spec"] for one in (run, donor)]
    assert specs[0] == specs[1]
    assert specs[0]["size"] == 16  # the new pictures have 12
    bare = donor.path / "weights.safetensors"
    run = umbrella.fit(pictures, out=tmp_path / "bare", rungs=("cnn",), init=str(bare), **QUICK)
    assert json.loads((run.path / "codecs.json").read_text())[0]["spec"]["size"] == 12


def test_a_head_is_taken_from_a_run_only_where_the_answers_are_the_same(
    pictures, tmp_path, monkeypatch
):
    first, _ = begins(monkeypatch, pictures, tmp_path / "first")
    again, _ = begins(monkeypatch, pictures, tmp_path / "again", init=tmp_path / "first")
    kept = load_tensors(tmp_path / "first" / "weights.safetensors")
    assert np.array_equal(again["head.weight"].numpy(), kept["head.weight"])
    named = squares(tmp_path / "named", ("left", "right"), seed=2)
    fresh, _ = begins(monkeypatch, named, tmp_path / "other", init=tmp_path / "first")
    assert torch.equal(fresh["head.weight"], first["head.weight"])  # as the seed has it
    assert not np.array_equal(fresh["head.weight"].numpy(), kept["head.weight"])


def test_a_rung_is_built_at_the_width_of_the_checkpoint(pictures, tmp_path, monkeypatch):
    path = checkpoint(tmp_path / "narrow.safetensors", width=6)
    seen, run = begins(monkeypatch, pictures, tmp_path / "run", init=str(path))
    assert run.facts["network"]["config"]["width"] == 6
    assert run.facts["choice"] == {"network.width": 6}
    assert seen["layers.2.conv.weight"].shape == (24, 12, 3, 3)


def test_a_width_that_no_network_has_is_passed_over(pictures, tmp_path):
    cut = checkpoint(
        tmp_path / "odd.safetensors",
        "vit",
        width=64,
        change=lambda tensors: {n: x[..., :48].contiguous() for n, x in tensors.items()},
    )
    with pytest.raises(ConfigError, match="fits no rung here"):
        umbrella.fit(pictures, out=tmp_path / "run", rungs=("vit",), init=str(cut), **QUICK)


def test_trials_keep_the_width_of_the_checkpoint(pictures, tmp_path):
    path = checkpoint(tmp_path / "narrow.safetensors", "resnet", width=4)
    settings = {"rungs": ("resnet",), "tune": 3, "init": str(path), **QUICK}
    run = umbrella.fit(pictures, out=tmp_path / "run", **settings)
    results = [
        json.loads(path.read_text())
        for path in (run.path / "rungs" / "resnet").glob("trial-*/result.json")
    ]
    assert {one["network"]["config"]["width"] for one in results} == {4}
    assert len({json.dumps(one["choice"]) for one in results}) == 3
    assert all(one["init"]["share"] == 1.0 for one in results)


def test_less_than_a_useful_share_leaves_a_rung_at_random(pictures, tmp_path, monkeypatch):
    path = checkpoint(tmp_path / "cnn.safetensors")
    plain, _ = begins(monkeypatch, pictures, tmp_path / "plain", rungs=("mlp",))
    said = []
    settings = {"init": str(path), "rungs": ("mlp", "cnn"), **QUICK}
    watcher = Watcher(said=lambda one: said.append((one.say("en"), one.say("zh"))))
    seen, run = begins(monkeypatch, pictures, tmp_path / "run", watcher=watcher, **settings)
    assert all(torch.equal(plain[name], seen[name]) for name in plain)
    assert [one["init"]["tensors"] for one in run.ladder] == [0, 20]
    assert re.search(r"mlp: starts at random.*first\.weight: none there", said[0][0])
    assert "cnn: 100 % of the weights below the head start from" in said[1][0]
    assert "从随机权重开始" in said[0][1]
    events = [json.loads(line) for line in (run.path / "log.jsonl").read_text().splitlines()]
    assert [e["rung"] for e in events if e["event"] == "init"] == ["mlp", "cnn"]


def test_names_and_precision_of_other_tools_are_read(pictures, tmp_path, monkeypatch):
    wrapped = checkpoint(
        tmp_path / "wrapped.safetensors",
        change=lambda tensors: {
            f"module.{name}": x.bfloat16() if x.is_floating_point() else x
            for name, x in tensors.items()
        },
    )
    seen, _ = begins(monkeypatch, pictures, tmp_path / "run", init=str(wrapped))
    torch.manual_seed(7)
    network = build(rung_of("image", "cnn"), {"size": 12}, outputs=2)
    expected = network.layers[2].conv.weight
    assert torch.equal(seen["layers.2.conv.weight"], expected.bfloat16().float())
    assert seen["layers.2.conv.weight"].dtype == torch.float32
    assert seen["head.weight"].shape == (2, 64)  # a bare file's head fits by its shape
    assert torch.equal(seen["head.weight"], network.head.weight.bfloat16().float())


def test_text_starts_from_a_run_that_brings_its_vocabulary_and_not_from_a_bare_file(
    tmp_path, monkeypatch
):
    settings = {"target": "label", "rungs": ("cnn",)}
    first = umbrella.fit(reviews(150), out=tmp_path / "first", **settings, **QUICK)
    other = reviews(150, seed=5)
    seen, run = begins(monkeypatch, other, tmp_path / "run", init=first.path, **settings)
    kept = load_tensors(first.path / "weights.safetensors")
    assert all(np.array_equal(seen[name].numpy(), kept[name]) for name in kept)
    assert (run.path / "codecs.json").read_text() == (first.path / "codecs.json").read_text()
    bare = str(first.path / "weights.safetensors")
    with pytest.raises(ConfigError, match=r"fits no rung.*another vocabulary.*run folder"):
        umbrella.fit(other, out=tmp_path / "bare", init=bare, **settings, **QUICK)


def test_a_checkpoint_that_has_seen_the_rows_set_aside_is_refused(pictures, tmp_path):
    settings = {"rungs": ("cnn",), **QUICK}
    first = umbrella.fit(pictures, out=tmp_path / "first", **settings)
    with pytest.raises(ConfigError, match=r"was fitted on \d+ of the rows that are set aside"):
        umbrella.fit(pictures, out=tmp_path / "run", init=first.path, seed=1, **settings)
    assert not (tmp_path / "run" / "plan.json").exists()
    run = umbrella.fit(pictures, out=tmp_path / "run", init=first.path, **settings)
    assert "fit.init.apart" in [note["key"] for note in run.facts["notes"]]


def test_what_a_donors_own_donor_has_seen_is_not_vouched_for(pictures, tmp_path):
    settings = {"rungs": ("cnn",), **QUICK}
    first = umbrella.fit(pictures, out=tmp_path / "first", **settings)
    bare = str(first.path / "weights.safetensors")  # split otherwise: it has seen the test rows
    second = umbrella.fit(pictures, out=tmp_path / "second", init=bare, seed=1, **settings)
    third = umbrella.fit(pictures, out=tmp_path / "third", init=second.path, seed=1, **settings)
    told = [note["key"] for note in third.facts["notes"]]
    assert "fit.init.unknown" in told
    assert "fit.init.apart" not in told


def test_weights_of_unknown_origin_are_told_of(pictures, donor, tmp_path):
    run = umbrella.fit(pictures, out=tmp_path / "run", rungs=("cnn",), init=donor.path, **QUICK)
    assert "fit.init.unknown" in [note["key"] for note in run.facts["notes"]]


def test_another_checkpoint_of_the_same_name_is_another_fit(pictures, tmp_path):
    path = checkpoint(tmp_path / "start.safetensors")
    settings = {"out": tmp_path / "run", "rungs": ("cnn",), "init": str(path), **QUICK}
    run = umbrella.fit(pictures, **settings)
    assert set(run.facts["plan"]["init_sha256"]) == {"start.safetensors"}
    checkpoint(path, width=8)
    with pytest.raises(RunError, match="differs in: the weights that --init names"):
        umbrella.fit(pictures, **settings)


def test_a_fit_that_was_stopped_ends_as_if_it_had_not_been(pictures, donor, tmp_path, monkeypatch):
    settings = {"rungs": ("cnn",), "init": donor.path, "epochs": 4, "threads": 1}
    whole = umbrella.fit(pictures, out=tmp_path / "whole", **settings)
    real = rung._finish

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr(loop, "CHECKPOINT_SHARE", float("inf"))
    monkeypatch.setattr(rung, "_finish", stop)
    with pytest.raises(KeyboardInterrupt):
        umbrella.fit(pictures, out=tmp_path / "cut", **settings)
    monkeypatch.setattr(rung, "_finish", real)
    again = umbrella.fit(pictures, out=tmp_path / "cut", **settings)
    assert '"event": "resumed"' in (again.path / "log.jsonl").read_text()
    ends = [(run.path / "weights.safetensors").read_bytes() for run in (whole, again)]
    assert ends[0] == ends[1]


def test_solved_rungs_take_nothing(pictures, tmp_path):
    path = checkpoint(tmp_path / "start.safetensors")
    settings = {"rungs": ("most-common",), "init": str(path)}
    with pytest.raises(ConfigError, match="no rung that is climbed learns from start weights"):
        umbrella.fit(pictures, out=tmp_path / "run", **settings)


def test_the_family_of_residual_networks_that_differs_is_named(pictures, tmp_path):
    path = tmp_path / "foreign.safetensors"
    save_file(
        {"conv1.weight": torch.ones(64, 3, 7, 7), "layer1.0.conv1.weight": torch.ones(2, 2)}, path
    )
    with pytest.raises(ConfigError, match=r"conv1\.weight \[64, 3, 7, 7\].*another family"):
        umbrella.fit(pictures, out=tmp_path / "run", rungs=("resnet",), init=str(path), **QUICK)


BROKEN = {
    "not a number": (lambda x: x * float("nan"), r"NaN or infinite values in 'layers\.0\.conv"),
    "infinite": (lambda x: x / 0.0, "NaN or infinite"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_values_that_are_not_numbers_are_refused(how, tmp_path):
    change, message = BROKEN[how]
    name = "layers.0.conv.weight"
    path = checkpoint(
        tmp_path / "bad.safetensors", change=lambda all: {**all, name: change(all[name])}
    )
    with pytest.raises(ConfigError, match=message):
        open_donor(str(path))


@pytest.mark.parametrize("name", ["net.pt", "net.pth", "net.safetensors"])
def test_a_pickle_is_refused_whatever_its_name_and_never_opened(name, tmp_path):
    torch.save({"weight": torch.ones(2)}, tmp_path / name)
    with pytest.raises(ConfigError, match=r"is a pickle.*weights_only=True"):
        open_donor(str(tmp_path / name))


def test_other_files_and_places_are_refused_with_the_way_out(tmp_path, donor):
    (tmp_path / "text.safetensors").write_text("hello, world, this is no file of weights")
    whole = (donor.path / "weights.safetensors").read_bytes()
    (tmp_path / "cut.safetensors").write_bytes(whole[: len(whole) // 2])
    for name in ("text", "cut"):
        with pytest.raises(ConfigError, match="not a whole safetensors file"):
            open_donor(str(tmp_path / f"{name}.safetensors"))
    with pytest.raises(ConfigError, match="is not there"):
        open_donor(str(tmp_path / "absent"))
    with pytest.raises(ConfigError, match="is no finished run"):
        open_donor(str(tmp_path))
    small = replace(LIMITS, checkpoint_bytes=1000)
    with pytest.raises(ConfigError, match=r"bytes; at most 1,000 are read"):
        open_donor(str(donor.path), small)


def test_a_fit_cannot_start_from_the_folder_that_it_writes(pictures, donor):
    before = (donor.path / "run.json").read_bytes()
    with pytest.raises(ConfigError, match="lies in the run folder that is to be written"):
        umbrella.fit(pictures, out=donor.path, init=donor.path, fresh=True)
    assert (donor.path / "run.json").read_bytes() == before


def test_a_rung_of_a_run_can_be_named(donor):
    opened = open_donor(str(donor.path / "rungs" / "cnn"))
    assert opened.facts["fingerprint"] == donor.facts["fingerprint"]
    assert set(opened.digests) == {"weights.safetensors", "codecs.json"}


def test_a_comparison_takes_no_start_weights(pictures, donor, tmp_path):
    with pytest.raises(ConfigError, match="from random weights"):
        umbrella.compare(pictures, rungs=("mlp", "cnn"), init=donor.path, out=tmp_path / "run")


def test_rungs_that_a_solver_finds_and_fusions_have_no_start_weights():
    for name in ("mlp", "cnn", "resnet", "vit"):
        step = rung_of("image", name)
        assert initial.learns(step)
    assert not initial.learns(rung_of("text", "bow-svm"))
    assert not initial.learns(rung_of("fusion", "late"))


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("name", "width"), [("cnn", 5), ("resnet", 4), ("vit", 64)])
@pytest.mark.parametrize("size", [8, 24, 96])
def test_the_documented_layout_is_the_one_that_is_built(lang, name, width, size):
    network = build(rung_of("image", name), {"size": size}, outputs=7, width=width)
    text = (DOCS / lang / "init.md").read_text("utf-8")
    tables = re.findall(r"(?:^\| `.*\n)+", text.split("torch.save")[-1], re.MULTILINE)
    table = tables[("cnn", "resnet", "vit").index(name)]
    patch = size // 8
    letters = {
        "W": width,
        "C": 7,
        "K": max(1, size // 32) + 2,
        "P": patch,
        "T": (size // patch) ** 2,
    }
    written = {}
    for tensor, shape in re.findall(r"^\| `(.+?)` \| \[(.+?)\] ", table, re.MULTILINE):
        sizes = tuple(measure(part, letters) for part in shape.split(", "))
        for one in each(tensor, width):
            written[one] = sizes
    built = {n: tuple(x.shape) for n, x in network.state_dict().items() if "num_batches" not in n}
    assert written == built


def measure(part, letters):
    """A dimension as documented: 3, W, 2W."""
    times, letter = re.fullmatch(r"(\d*)([A-Z]?)", part).groups()
    return int(times or 1) * letters.get(letter, 1)


def each(tensor, width):
    """The tensors that one row of a table stands for."""
    if tensor.endswith(".norm.*"):
        ends = ("weight", "bias", "running_mean", "running_var")
        return [tensor[:-1] + end for end in ends]
    return (
        [tensor.replace(".N.", f".{block}.") for block in range(width // 32)]
        if (".N." in tensor)
        else [tensor]
    )
