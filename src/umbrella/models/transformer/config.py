"""Every setting of a Transformer, and which of them go together.

Roles are configurations: BERT has norms after, types and a norm over the embeddings; GPT-2 norms
before, a last norm and looks backwards only; Llama grouped heads, rotations and gates.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from umbrella.base.errors import ConfigError, listed, unknown
from umbrella.models.blocks import SIZES, TABLE_WEIGHTS, check_size

HEAD = 32  # width of a head in networks that are ours from the start
LAYERS, HEADS, PLACES = 1000, 1024, 2**24  # largest value of each
NORMS = ("layer", "rms")
NORM_PLACES = ("pre", "post")
POSITIONS = ("none", "learned", "sinusoidal", "rotary", "relative")
SCALINGS = ("none", "linear", "llama3")
GATED = {"swiglu": "silu", "geglu": "gelu", "geglu_tanh": "gelu_tanh", "reglu": "relu"}
ACTIVATIONS = ("gelu", "gelu_tanh", "relu", "silu", *GATED)


def check_heads(width: int) -> None:
    """Refuse a width that heads of `HEAD` do not fill.

    Raises:
        ConfigError: names the nearest width that they do.
    """
    if width % HEAD:
        near = max(1, round(width / HEAD)) * HEAD
        raise ConfigError(f"width={width} is not a multiple of {HEAD}. Use {near}.")


@dataclass(frozen=True)
class TransformerConfig:
    """Sizes and kinds. The defaults are those of the networks that are ours from the start.

    Args:
        width: W, of the states.
        layers: blocks.
        heads: H.
        mlp_width: of the hidden layer of each block's two-layer network.
        vocab: tokens; 0 where vectors come in.
        padding: the token whose vector learns nothing; None where every token learns.
        kv_heads: heads of keys and values, each shared by H / kv_heads queries; 0 is H.
        head_width: E; 0 is W / H.
        activation: of the hidden layer, one of `ACTIVATIONS`; the last four are gated.
        norm: "layer" or "rms".
        norm_place: "pre", before each part of a block, or "post", after what it adds.
        epsilon: of every norm.
        positions: one of `POSITIONS`.
        places: longest row; 0 where nothing limits it.
        place_offset: number of the first place in the table (BART 2, RoBERTa padding + 1).
        rotary_base, rotary_scaling, rotary_factor, rotary_low, rotary_high, rotary_places: see
            places.py.
        buckets, reach: of relative positions, see places.py.
        bias_in, bias_out, bias_mlp: whether queries, keys and values, the mix of heads, and the
            two-layer network add a bias.
        types: kinds of places (first and second sentence); 0 for none.
        embed_norm: whether the sum of embeddings is normed.
        embed_width: of the embeddings where it is not W: a linear map leads to W. 0 is W.
        embed_scale: whether token vectors are multiplied by √(embed_width).
        attention_scale: by which scores are multiplied; 0 is 1 / √E.
        qk_norm: whether queries and keys are normed head by head.
        final_norm: whether the last states are normed.
        causal: whether places look backwards only.
        cross: whether blocks also look at a memory, of `memory_width` (0 is W).
        tied: whether a language head shares the token vectors.
        dropout, attention_dropout: shares that training leaves out of states and of looks.

    Raises:
        ConfigError: names the setting, what came and what is allowed.
    """

    width: int
    layers: int
    heads: int
    mlp_width: int
    vocab: int = 0
    padding: int | None = 0
    kv_heads: int = 0
    head_width: int = 0
    activation: str = "gelu"
    norm: str = "layer"
    norm_place: str = "pre"
    epsilon: float = 1e-5
    positions: str = "none"
    places: int = 0
    place_offset: int = 0
    rotary_base: float = 10_000.0
    rotary_scaling: str = "none"
    rotary_factor: float = 1.0
    rotary_low: float = 1.0
    rotary_high: float = 4.0
    rotary_places: int = 8192
    buckets: int = 32
    reach: int = 128
    bias_in: bool = True
    bias_out: bool = True
    bias_mlp: bool = True
    types: int = 0
    embed_norm: bool = False
    embed_width: int = 0
    embed_scale: bool = False
    attention_scale: float = 0.0
    qk_norm: bool = False
    final_norm: bool = False
    causal: bool = False
    cross: bool = False
    memory_width: int = 0
    tied: bool = True
    dropout: float = 0.0
    attention_dropout: float = 0.0

    def __post_init__(self) -> None:
        self._check_names()
        self._check_sizes()
        self._derive()
        self._check_together()

    @classmethod
    def small(cls, width: int, layers: int, dropout: float, **more: Any) -> "TransformerConfig":
        """The recipe of our own networks: heads of `HEAD`, twice the width inside, norms first."""
        check_heads(width)
        heads = width // HEAD
        return cls(width, layers, heads, 2 * width, dropout=dropout, **more)

    def _check_names(self) -> None:
        _choose("activation", self.activation, ACTIVATIONS)
        _choose("norm", self.norm, NORMS)
        _choose("norm_place", self.norm_place, NORM_PLACES)
        _choose("positions", self.positions, POSITIONS)
        _choose("rotary_scaling", self.rotary_scaling, SCALINGS)

    def _check_sizes(self) -> None:
        widest = SIZES["width"]
        for name, most in (("width", widest), ("mlp_width", 8 * widest), ("heads", HEADS)):
            check_size(name, getattr(self, name), most)
        check_size("layers", self.layers, LAYERS)
        for name, most in (
            ("vocab", SIZES["vocab"]),
            ("kv_heads", HEADS),
            ("head_width", widest),
            ("embed_width", widest),
            ("memory_width", widest),
            ("types", HEADS),
            ("places", PLACES),
            ("place_offset", PLACES),
        ):
            if getattr(self, name) != 0:
                check_size(name, getattr(self, name), most)
        for name in ("dropout", "attention_dropout"):
            share = getattr(self, name)
            if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share < 1:
                raise ConfigError(f"{name}={share!r} is not in [0, 1). Use 0 to switch it off.")
        if not self.epsilon > 0:
            raise ConfigError(f"epsilon={self.epsilon!r} is not above 0. Use 1e-5.")

    def _derive(self) -> None:
        if not self.head_width and self.width % self.heads:
            raise ConfigError(
                f"heads={self.heads} do not divide width={self.width}. Choose heads that do, "
                f"or give head_width."
            )
        derived = {
            "kv_heads": self.kv_heads or self.heads,
            "head_width": self.head_width or self.width // self.heads,
            "embed_width": self.embed_width or self.width,
            "memory_width": self.memory_width or self.width,
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    def _check_together(self) -> None:
        if self.heads % self.kv_heads:
            raise ConfigError(
                f"kv_heads={self.kv_heads} do not divide heads={self.heads}. Use one of: "
                f"{listed([str(n) for n in range(1, self.heads + 1) if self.heads % n == 0])}."
            )
        if self.positions == "rotary" and self.head_width % 2:
            raise ConfigError(f"Rotations need an even head_width; it is {self.head_width}.")
        if self.positions == "learned" and not self.places:
            raise ConfigError("Learned positions need a limit: give places, e.g. places=512.")
        if self.positions == "sinusoidal" and self.embed_width % 2:
            raise ConfigError(f"Sines need an even embed_width; it is {self.embed_width}.")
        if self.positions == "relative" and (self.buckets < 4 or self.reach <= self.buckets // 2):
            raise ConfigError(
                f"buckets={self.buckets!r} and reach={self.reach!r} do not fit. Use at least 4 "
                f"buckets and a reach above half of them, e.g. 32 and 128."
            )
        if self.vocab and self.padding is not None and not 0 <= self.padding < self.vocab:
            raise ConfigError(
                f"padding={self.padding!r} is no token of 0..{self.vocab - 1:,}. Give one, or None."
            )
        if self.cross and not self.causal:
            raise ConfigError("cross=True needs causal=True: only a decoder looks at a memory.")
        if self.vocab * self.embed_width > TABLE_WEIGHTS:
            raise ConfigError(
                f"A table of {self.vocab:,} tokens by {self.embed_width:,} exceeds "
                f"{TABLE_WEIGHTS:,} weights. Use a smaller embed_width or vocabulary."
            )

    @property
    def inner(self) -> int:
        """Features of all queries, H · E."""
        return self.heads * self.head_width

    @property
    def shared(self) -> int:
        """Features of all keys, or of all values."""
        return self.kv_heads * self.head_width

    @property
    def gated(self) -> bool:
        """Whether the hidden layer is multiplied by a gate of its own."""
        return self.activation in GATED


def _choose(name: str, value: Any, known: Iterable[str]) -> None:
    known = tuple(known)
    if value not in known:
        raise unknown(name, str(value), known)
