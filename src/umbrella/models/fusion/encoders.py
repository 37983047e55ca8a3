"""An encoder for every modality, and a token of equal width from each: where all fusions begin.

    a modality's inputs → its encoder → linear, norm → token; a learned token where it is missing

In training a modality that is there is now and then treated as missing, so that no answer hangs on
one of them alone (modality dropout: Neverova et al. 2015, "ModDrop", arXiv:1501.00102). Each
encoder keeps the head of its own rung, which answers from that modality alone.

Every fusion answers in three steps, which training takes one by one (fit/auxiliary.py): `weigh`
the modalities, `join` their tokens to an answer that sees several at once, where there are tokens,
and `settle` on the answer.

Shapes: B rows, M modalities, W width of a token, C outputs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from umbrella.base.errors import ConfigError
from umbrella.models.blocks import check_sizes
from umbrella.models.rungs.fusion import MEMBERS

PRESENT = "present"
QUICK = 30.0  # by which a weight of a whole modality learns faster than the other parameters
WEAK = 0.5  # strength of an answer that says nothing
OWN_WIDTH = 64  # token width at which the encoders have the widths of their own rungs


@dataclass(frozen=True)
class FusionConfig:
    """Sizes of a fusion.

    Args:
        sizes: "NAME.FIELD" → what the codec of modality NAME decides. A name begins with its kind:
            "table", "image", "image-kitchen".
        outputs: C.
        width: W; the encoders' widths go up and down with it.
        dropout: share of a hidden layer that training leaves out.
        absence: chance that training treats a modality as missing; one is always left.
    """

    sizes: Mapping[str, Any]
    outputs: int
    width: int = 64
    dropout: float = 0.2
    absence: float = 0.3

    def __post_init__(self) -> None:
        check_sizes(self)
        if not 0 <= self.absence < 1:
            raise ConfigError(f"absence={self.absence!r} is not in [0, 1). 0 switches it off.")
        for name in self.modalities:
            if kind_of(name) not in MEMBERS:
                raise ConfigError(
                    f"sizes name a modality {name!r}. It must begin with one of: "
                    f"{', '.join(MEMBERS)}."
                )
        if not self.modalities:
            raise ConfigError("A fusion has no modality. Give the sizes of at least one.")

    @property
    def modalities(self) -> tuple[str, ...]:
        """Their names, in order."""
        return tuple(dict.fromkeys(name.rpartition(".")[0] for name in self.sizes))

    def of(self, name: str) -> dict[str, Any]:
        """The sizes of one modality."""
        return {
            key.rpartition(".")[2]: value
            for key, value in self.sizes.items()
            if key.rpartition(".")[0] == name
        }


def kind_of(name: str) -> str:
    """The kind of a modality: "image" for "image-kitchen"."""
    return name.partition("-")[0]


@dataclass(frozen=True)
class Read:
    """What the encoders made of a batch.

    Args:
        tokens: [B, M, W]; the answers again where no tokens are made.
        alone: every modality's own answer, [B, M, C].
        there: which modalities count, bool [B, M].
    """

    tokens: Tensor
    alone: Tensor
    there: Tensor

    def detached(self) -> "Read":
        """The same, without a way back to the encoders."""
        return Read(self.tokens.detach(), self.alone.detach(), self.there)


class Fusion(Protocol):
    """What every fusion is made of beside its encoders."""

    encoders: "Encoders"
    rest: nn.Parameter  # answer of a row that has nothing, [C]

    def weigh(self, read: Read) -> Tensor:
        """Weights of the modalities, [B, M]: 0 where missing, else they sum to 1."""

    def join(self, read: Read, weights_BM: Tensor) -> Tensor | None:
        """An answer from all tokens at once, [B, C]; None where no tokens are made."""

    def settle(self, read: Read, weights_BM: Tensor, joint_BC: Tensor | None) -> Tensor:
        """The answer, [B, C]."""


class Encoders(nn.Module):
    """See the module docstring.

    Args:
        config: of the fusion.
        tokens: whether tokens are made; without them only the modalities' own answers are.
    """

    def __init__(self, config: FusionConfig, *, tokens: bool = True):
        super().__init__()
        self.names, self.absence, self.tokens = config.modalities, config.absence, tokens
        self.encoders = nn.ModuleList(make_encoder(name, config) for name in self.names)
        if not tokens:
            return
        self.maps = nn.ModuleList(
            nn.Sequential(
                nn.Linear(encoder.head.in_features, config.width),  # type: ignore[union-attr,arg-type]
                nn.LayerNorm(config.width),
            )
            for encoder in self.encoders
        )
        self.missing = nn.Parameter(0.02 * torch.randn(len(self.names), config.width))

    def forward(self, inputs: Mapping[str, Tensor]) -> Read:
        """Read every modality.

        Args:
            inputs: "NAME.INPUT" → as the encoder of NAME takes INPUT; "present" → float32 [B, M].
        """
        features, alone = [], []
        for name, encoder in zip(self.names, self.encoders, strict=True):
            own = {key.rpartition(".")[2]: x for key, x in inputs.items() if is_of(key, name)}
            features.append(encoder.features(**own))  # type: ignore[operator]
            quiet = getattr(encoder, "drop", nn.Identity())(features[-1])
            alone.append(encoder.head(quiet))  # type: ignore[operator]
        there_BM = inputs[PRESENT] > 0.5
        if self.training and self.absence:
            there_BM = drop(there_BM, self.absence)
        alone_BMC = torch.stack(alone, 1)
        if not self.tokens:
            return Read(alone_BMC, alone_BMC, there_BM)
        made = torch.stack([into(x) for into, x in zip(self.maps, features, strict=True)], 1)
        return Read(torch.where(there_BM.unsqueeze(2), made, self.missing), alone_BMC, there_BM)


def is_of(key: str, name: str) -> bool:
    """Whether an input belongs to a modality."""
    return key.rpartition(".")[0] == name


def make_encoder(name: str, config: FusionConfig) -> nn.Module:
    """The untrained network of a modality's rung, its width in proportion to the fusion's."""
    member = MEMBERS[kind_of(name)]
    module, attribute = member.network.split(":")
    network = getattr(import_module(module), attribute)
    own = network.Config(outputs=config.outputs, **config.of(name), **member.config)
    width = max(2, round(own.width * config.width / OWN_WIDTH))
    made: nn.Module = network(replace(own, width=width))
    return made


def strength(alone_BMC: Tensor, rest_C: Tensor) -> Tensor:
    """How far every own answer is from that of a row that has nothing, [B, M], above 0.

    It is a root mean square over the outputs, in what they are given in: log-odds, or standard
    deviations of the target.
    """
    return ((alone_BMC - rest_C).square().mean(dim=2) + WEAK**2).sqrt()


def join_share(gate: Tensor, there_BM: Tensor) -> Tensor:
    """How much the joint answer counts beside the own ones, [B, 1].

    A row with one modality is answered by that modality alone: there is nothing to join.
    """
    several_B1 = there_BM.sum(dim=1, keepdim=True) > 1
    return several_B1 * (QUICK * gate).sigmoid()


class JointHead(nn.Module):
    """Scores from a state [B, W] beside an answer [B, C], which is passed on as it is."""

    def __init__(self, width: int, outputs: int):
        super().__init__()
        self.width = width
        self.scores = nn.Linear(width, outputs, bias=False)
        nn.init.normal_(self.scores.weight, std=0.02)

    def forward(self, both: Tensor) -> Tensor:
        """Scores, [B, C]."""
        scores: Tensor = self.scores(both[:, : self.width]) + both[:, self.width :]
        return scores


def blend(weights_BM: Tensor, alone_BMC: Tensor, rest_C: Tensor) -> Tensor:
    """Own answers averaged by their weights, [B, C]; `rest` for a row that has nothing at all."""
    lacking_B1 = 1 - weights_BM.sum(dim=1, keepdim=True)
    return (weights_BM.unsqueeze(1) @ alone_BMC).squeeze(1) + lacking_B1 * rest_C


def drop(there_BM: Tensor, chance: float) -> Tensor:
    """Treat modalities as missing at random; a row that has any keeps at least one."""
    luck_BM = torch.rand(there_BM.shape, device=there_BM.device) * there_BM
    kept_BM = there_BM & (luck_BM >= chance)
    luckiest_BM = luck_BM == luck_BM.amax(dim=1, keepdim=True)
    return torch.where(kept_BM.any(dim=1, keepdim=True), kept_BM, there_BM & luckiest_BM)


def weigh(scores_BM: Tensor, there_BM: Tensor) -> Tensor:
    """Softmax over the modalities that are there; exactly 0 for the others, [B, M].

    A row that has none of them gets no weight anywhere.
    """
    return scores_BM.masked_fill(~there_BM, -1e4).softmax(dim=1) * there_BM
