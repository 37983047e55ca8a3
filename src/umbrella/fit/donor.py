"""A checkpoint that a fit may start from: read, judged, and never run.

A donor is one of our run folders, a rung's folder in one, or a .safetensors file of any origin.
A run folder brings its codecs along, so that ids mean what they meant when its weights were
learned; and it knows which rows it was fitted on.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from umbrella.base.errors import ConfigError, need
from umbrella.base.limits import LIMITS, Limits
from umbrella.base.run import Run, check_digests, digests, open_run
from umbrella.data import codecs
from umbrella.data.codecs.columns import Columns, Part

WEIGHTS, CODECS = "weights.safetensors", "codecs.json"
WRAPPERS = ("module.", "_orig_mod.", "model.", "network.")  # what training scripts put before names
PICKLED = (b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")  # first bytes
PICKLES = (".pt", ".pth", ".ckpt", ".bin", ".pkl", ".pickle")
TO_FOUND = (None, "auto")  # settings of a codec that its fit finds


@dataclass(frozen=True)
class Donor:
    """Weights to start from.

    Args:
        name: the path as the user wrote it.
        tensors: name → numbers; those with a fraction are float32.
        digests: file → SHA-256.
        parts: the codecs that the weights were learned with; none beside a bare file.
        run: the run folder that the weights are of, or None.
        facts: its run.json, or empty.
    """

    name: str
    tensors: Mapping[str, Tensor]
    digests: Mapping[str, str]
    parts: tuple[Part, ...] = ()
    run: Run | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def codec(
        self, name: str, settings: Mapping[str, Any], columns: Sequence[str], kinds: Sequence[str]
    ) -> Any | None:
        """The donor's codec where a rung asks for the like, or None.

        Args:
            name: of the codec that is asked for.
            settings: of it; what they leave to be found may be whatever the donor found.
            columns: that it will read. A codec of several columns is taken for the same ones only.
            kinds: of these columns.
        """
        fresh = codecs.make(name, kinds=kinds, **settings)
        for part in self.parts:
            if part.codec.name != name or (part.codec.several and part.columns != tuple(columns)):
                continue
            asked, kept = fresh.config, part.codec.config
            pairs = [(getattr(asked, f.name), getattr(kept, f.name)) for f in fields(asked)]
            if all(want in TO_FOUND or want == have for want, have in pairs):
                return part.codec
        return None

    def brought(self, codec: Any) -> bool:
        """Whether a codec is the donor's own."""
        return any(part.codec is codec for part in self.parts)

    @property
    def first(self) -> str:
        """Its first tensors with their shapes, for messages."""
        return show({name: tuple(tensor.shape) for name, tensor in self.tensors.items()})


def show(shapes: Mapping[str, tuple[int, ...]]) -> str:
    """The first tensors of many, as "layers.0.conv.weight [24, 3, 3, 3], …"."""
    some = [f"{name[:80]} {list(shape)}" for name, shape in list(shapes.items())[:3]]
    return ", ".join(some) + (", …" if len(shapes) > len(some) else "")


def open_donor(path: str, limits: Limits = LIMITS) -> Donor:
    """Read a checkpoint.

    Args:
        path: a run folder, a rung's folder in one, or a .safetensors file.
        limits: of its size.

    Raises:
        ConfigError: absent, a pickle, not safetensors, too large, or with numbers that are none.
        RunError, BundleError: a run folder that is damaged.
    """
    place = Path(path)
    if place.is_dir():
        return _from_folder(path, place, limits)
    if not place.is_file():
        raise ConfigError(
            f"--init {path} is not there. Name a run folder that `umbrella fit` wrote, or a "
            f".safetensors file."
        )
    with place.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Donor(path, _tensors(path, place, limits), {place.name: digest})


def _from_folder(path: str, place: Path, limits: Limits) -> Donor:
    weights = Run(place)
    if not weights.has(WEIGHTS) or not weights.has(CODECS):
        raise ConfigError(
            f"--init {path} holds no {WEIGHTS} with {CODECS} beside it, so it is no finished run. "
            f"Name a run folder, one of its rungs (RUN/rungs/NAME), or a .safetensors file."
        )
    whole = place if weights.has("run.json") else place.parent.parent
    run, facts = open_run(whole) if Run(whole).has("run.json") else (None, {})
    if run is not None:
        check_digests(run, facts)
    parts = Columns.from_entries(weights.read(CODECS)).parts
    sums = digests(weights, (WEIGHTS, CODECS))
    return Donor(path, _tensors(path, place / WEIGHTS, limits), sums, parts, run, facts)


def _tensors(path: str, place: Path, limits: Limits) -> dict[str, Tensor]:
    """Every tensor of a file, numbers with a fraction as float32, whatever they were stored as."""
    _refuse_others(path, place, limits)
    safetensors = need("safetensors", "train")
    out = {}
    try:
        with safetensors.safe_open(str(place), framework="pt", device="cpu") as file:
            for name in file.keys():  # noqa: SIM118
                tensor = file.get_tensor(name)
                out[name] = tensor.float() if tensor.is_floating_point() else tensor
    except (safetensors.SafetensorError, OSError, ValueError, RuntimeError) as error:
        raise ConfigError(
            f"--init {path} is not a whole safetensors file ({str(error)[:200]}). Nothing of it "
            f"was used. Give another copy of the file."
        ) from error
    if not out:
        raise ConfigError(f"--init {path} holds no tensors. Give a file with weights.")
    for name, tensor in out.items():
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise ConfigError(
                f"--init {path} holds NaN or infinite values in {name[:80]!r}: the training that "
                f"made it went wrong. Use an earlier checkpoint of it."
            )
    return unwrapped(out)


def unwrapped(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Names without what a wrapper put before every one of them, e.g. "module."."""
    for wrapper in WRAPPERS:
        if all(name.startswith(wrapper) for name in tensors):
            return unwrapped({n.removeprefix(wrapper): tensor for n, tensor in tensors.items()})
    return tensors


def _refuse_others(path: str, place: Path, limits: Limits) -> None:
    """Turn away what is not worth opening, with the way out."""
    size = place.stat().st_size
    if size > limits.checkpoint_bytes:
        raise ConfigError(
            f"--init {path} has {size:,} bytes; at most {limits.checkpoint_bytes:,} are read. "
            f"The networks here are small: give a checkpoint of one of them."
        )
    with place.open("rb") as file:
        begins = file.read(8)
    if place.suffix.lower() in PICKLES or begins.startswith(PICKLED):
        raise ConfigError(
            f"--init {path} is a pickle, as torch.save writes it, or named like one: opening a "
            f"pickle runs whatever code lies in it, so none is ever opened here. Where you trust "
            f"it, convert it once: safetensors.torch.save_file(torch.load(PATH, "
            f"weights_only=True), 'weights.safetensors')."
        )
