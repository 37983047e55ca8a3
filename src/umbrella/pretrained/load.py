"""A published checkpoint as a network of ours, with its tokenizer and its heads."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor

from umbrella.base.errors import DataError, RunError, listed
from umbrella.base.files import read_json
from umbrella.models.transformer.config import TransformerConfig
from umbrella.models.transformer.heads import Headed
from umbrella.pretrained.blank import blank
from umbrella.pretrained.families.bert import BERT, DISTILBERT, ELECTRA, ROBERTA
from umbrella.pretrained.families.decoders import GPT2, LLAMA
from umbrella.pretrained.families.pairs import BART, T5, T5_GATED
from umbrella.pretrained.family import Family
from umbrella.pretrained.find import find
from umbrella.pretrained.names import Names, take
from umbrella.pretrained.settings import Settings
from umbrella.pretrained.tokenizer import check_tokenizer, read_tokenizer
from umbrella.pretrained.weights import Weights, as_floats

FAMILIES: tuple[Family, ...] = (
    BERT,
    ROBERTA,
    DISTILBERT,
    ELECTRA,
    GPT2,
    LLAMA,
    BART,
    T5,
    T5_GATED,
)


@dataclass
class Pretrained:
    """A checkpoint in memory.

    Args:
        source: as it was asked for.
        folder: where it was found.
        family: whose names it has.
        network: body and heads; in evaluation mode.
        settings: its `config.json`.
        tokenizer: JSON text for `tokenizers.Tokenizer.from_str`; None where the folder has none.
        pool: how sentence vectors are made: "mean" of a row's states, or "first".
        aside: tensors that are known and not used, by their names in the file.
        stored: every name in the file.
    """

    source: str
    folder: Path
    family: Family
    network: Headed
    settings: dict[str, Any]
    tokenizer: str | None
    pool: str = "mean"
    aside: dict[str, Tensor] = field(default_factory=dict)
    stored: list[str] = field(default_factory=list)

    @property
    def config(self) -> TransformerConfig:
        """Of the body; of a pair the decoder's."""
        return self.network.body.config  # type: ignore[return-value]

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the outputs of its classifier or tagger, in order."""
        return Settings(self.settings).labels()

    @cached_property
    def engine(self) -> Tokenizer:
        """The tokenizer itself.

        Raises:
            DataError: the folder has none.
        """
        if self.tokenizer is None:
            raise DataError(
                f"{self.folder} has no tokenizer. Put the tokenizer.json of the same checkpoint "
                f"into it."
            )
        return Tokenizer.from_str(self.tokenizer)

    def encode(self, texts: Sequence[str], length: int = 0) -> list[list[int]]:
        """Token ids of texts, with the start and end that the checkpoint expects.

        Args:
            texts: any; an empty one is start and end alone.
            length: tokens at most, start and end among them; 0 is as many as the network reads.
        """
        most = min(length or 2**31, self.config.places or 2**31)
        if most < 2**31:
            self.engine.enable_truncation(most)
        else:
            self.engine.no_truncation()
        return [row.ids for row in self.engine.encode_batch_fast(list(texts))]


def load(source: str | Path, *, dtype: torch.dtype = torch.float32) -> Pretrained:
    """Load a checkpoint.

    Args:
        source: a folder in the layout of Hugging Face, an installed package that carries one, or a
            name on the hub, see find.py.
        dtype: in which the network computes; stored numbers are converted.

    Raises:
        DataError: not found; an architecture that is not supported; weights that do not fit the
            config; a tokenizer that does not fit the weights. Each says what is supported.
    """
    folder = find(source)
    raw = _config(folder)
    family, heads = _recognise(raw)
    weights = Weights(folder)
    names = Names(family, weights.names)
    settings = Settings(raw, _tied(names, weights))
    with blank():
        network = _network(family, settings, heads, names, weights)
    state, aside = take(network, names, weights.read, str(source))
    state = {name: as_floats(tensor, dtype) for name, tensor in state.items()}
    network.load_state_dict(state, strict=False, assign=True)
    tokenizer = read_tokenizer(folder, family.tokens)
    if tokenizer is not None:
        check_tokenizer(tokenizer, settings.whole("vocab_size"))
    return Pretrained(
        str(source),
        folder,
        family,
        network.eval(),
        raw,
        tokenizer,
        _pool(folder),
        {name: weights.read(name) for name in sorted(aside)},
        weights.names,
    )


def _config(folder: Path) -> dict[str, Any]:
    try:
        raw = read_json(folder / "config.json")
    except RunError as error:
        raise DataError(str(error)) from error
    if not isinstance(raw, dict) or not isinstance(raw.get("model_type"), str):
        raise DataError(
            f"{folder / 'config.json'} names no model_type. Supported: {listed(_types())}."
        )
    return raw


def _recognise(raw: dict[str, Any]) -> tuple[Family, tuple[str, ...]]:
    """The family of a config, and the heads of its architecture."""
    kind = raw["model_type"]
    if kind == "t5" and str(raw.get("feed_forward_proj", "relu")).startswith("gated-"):
        kind = "t5 gated"
    family = next((family for family in FAMILIES if kind in family.types), None)
    if family is None:
        raise DataError(
            f"config.json says model_type={kind!r}, which is not supported. Supported: "
            f"{listed(_types())}."
        )
    told = raw.get("architectures") or []
    if not told:
        return family, ("pool?",) if "pool" in family.heads else ()
    if known := [name for name in told if name in family.architectures]:
        return family, family.architectures[known[0]]
    raise DataError(
        f"config.json says architectures={told!r}, which is not supported. Supported for {kind}: "
        f"{listed(sorted(family.architectures))}."
    )


def _tied(names: Names, weights: Weights) -> bool | None:
    """Whether the output shares the token vectors, where the file tells; None where it does not.

    As transformers does: a file that holds both, and different ones, is not tied whatever its
    config says; T5 is tied unless it is so.
    """
    always = any("t5" in kind for kind in names.family.types)
    rows = (names.row(f"heads.{head}.weight") for head in ("lm", "mask"))
    for output in (row.theirs[0] for row in rows if row is not None):
        tokens = names.copies().get(output, "")
        if {output, tokens} <= names.present and not torch.equal(
            weights.read(output), weights.read(tokens)
        ):
            return False
    return True if always else None


def _types() -> list[str]:
    return [kind for family in FAMILIES for kind in family.types if " " not in kind]


def _network(
    family: Family, settings: Settings, heads: Sequence[str], names: Names, weights: Weights
) -> Headed:
    """The untrained network; a head with "?" only where the file holds it."""
    body = family.body(settings)
    made = {}
    for head in heads:
        name = head.removesuffix("?")
        row = names.row(f"heads.{name}.dense.weight")
        if head.endswith("?") and (row is None or row.theirs[0] not in names.present):
            continue
        outputs = 0
        if name in family.counted:
            counted = f"{family.counted[name]}.weight"
            outputs = len(weights.read(counted)) if counted in names.present else 1
        made[name] = family.heads[name](body.config, settings, outputs)  # type: ignore[arg-type]
    return Headed(body, made)


def _pool(folder: Path) -> str:
    """How sentence vectors are made, where the folder says so."""
    for path in (folder / "1_Pooling" / "config.json", folder.parent / "1_Pooling" / "config.json"):
        if path.is_file():
            raw = read_json(path)
            return "first" if raw.get("pooling_mode_cls_token") else "mean"
    return "mean"
