"""Batches of made-up rows as each codec encodes them, for tests of networks.

Every maker takes how long its rows are; where rows have no length, only how many there are counts.
"""

import torch
from torch import Tensor
from torch.nn import functional

VOCAB = 50


def tokens(lengths: list[int], seed: int = 0) -> dict[str, Tensor]:
    """Rows as "text-tokens" encodes them: 2 starts a row, 0 pads it."""
    make = torch.Generator().manual_seed(seed)
    ids = torch.randint(1, VOCAB, (len(lengths), max(max(lengths), 1)), generator=make)
    ids[:, 0] = 2
    places = torch.arange(ids.shape[1])
    return {"ids": ids * (places < torch.tensor(lengths).unsqueeze(1))}


def bags(lengths: list[int], seed: int = 0) -> dict[str, Tensor]:
    """Rows as "text-bag" encodes them: weights of norm 1; a place of weight 0 is padding."""
    rows = tokens(lengths, seed)["ids"]
    make = torch.Generator().manual_seed(seed)
    weights = torch.rand(rows.shape, generator=make).clamp(min=0.1) * (rows > 0)
    return {"ids": rows, "weights": functional.normalize(weights, dim=1)}


def blanks(lengths: list[int], seed: int = 0) -> dict[str, Tensor]:
    """Rows as "blank" encodes them."""
    del seed
    return {"row": torch.zeros(len(lengths), 1)}


def tables(lengths: list[int], seed: int = 0) -> dict[str, Tensor]:
    """Rows as "table" encodes them: four signals, two columns of codes."""
    make = torch.Generator().manual_seed(seed)
    codes = [torch.randint(0, levels, (len(lengths),), generator=make) for levels in LEVELS]
    numbers = torch.randn((len(lengths), 4), generator=make)
    return {"numbers": numbers, "codes": torch.stack(codes, dim=1)}


def pictures(lengths: list[int], seed: int = 0) -> dict[str, Tensor]:
    """Rows as "image" encodes them."""
    make = torch.Generator().manual_seed(seed)
    shape = (len(lengths), EDGE, EDGE, 3)
    return {"pixels": torch.randint(0, 256, shape, generator=make, dtype=torch.uint8)}


def sounds(lengths: list[int], seed: int = 0) -> dict[str, Tensor]:
    """Rows as "audio-mel" encodes them: the pad fills what is beyond a row's end."""
    make = torch.Generator().manual_seed(seed)
    mel = torch.randn((len(lengths), max(max(lengths), 1), BANDS), generator=make)
    places = torch.arange(mel.shape[1])
    real = places < torch.tensor(lengths).unsqueeze(1)
    return {"mel": torch.where(real.unsqueeze(2), mel, PAD)}


def stats(lengths: list[int], seed: int = 0) -> dict[str, Tensor]:
    """Rows as "audio-stats" encodes them."""
    make = torch.Generator().manual_seed(seed)
    return {"stats": torch.randn((len(lengths), 12), generator=make)}


LEVELS, EDGE, BANDS, PAD = (5, 3), 16, 20, -1e4
MAKERS = {  # codec → maker
    "text-tokens": tokens,
    "text-bag": bags,
    "blank": blanks,
    "table": tables,
    "image": pictures,
    "audio-mel": sounds,
    "audio-stats": stats,
}
SIZES = {
    "text-tokens": {"vocab": VOCAB},
    "text-bag": {"vocab": VOCAB},
    "blank": {},
    "table": {"numbers": 4, "levels": LEVELS},
    "image": {"size": EDGE},
    "audio-mel": {"bands": BANDS},
    "audio-stats": {"numbers": 12},
}
# Codecs of ragged rows → what fills a short one.
PADS = {"text-tokens": 0.0, "text-bag": 0.0, "audio-mel": PAD}
