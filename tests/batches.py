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


def subwords(lengths: list[int], seed: int = 0) -> dict[str, Tensor]:
    """Rows as "text-subwords" encodes them: 2 starts a row, 3 ends it, 0 pads it."""
    rows = tokens(lengths, seed)["ids"]
    last = torch.tensor([max(length - 1, 0) for length in lengths])
    rows[torch.arange(len(rows)), last] = torch.where(last > 0, 3, rows[:, 0])
    return {"ids": rows}


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


def videos(lengths: list[int], seed: int = 0) -> dict[str, Tensor]:
    """Rows as "video" encodes them."""
    make = torch.Generator().manual_seed(seed)
    shape = (len(lengths), FRAMES, EDGE, EDGE, 3)
    return {"frames": torch.randint(0, 256, shape, generator=make, dtype=torch.uint8)}


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


def kinds(lengths: list[int], seed: int = 0) -> dict[str, Tensor]:
    """Rows as the codecs of a fusion encode them: some lack a modality, empty ones lack all."""
    parts = {"table": tables, "text": bags, "audio": sounds, "image": pictures, "video": videos}
    out = {
        f"{name}.{key}": x for name, make in parts.items() for key, x in make(lengths, seed).items()
    }
    present = torch.ones(len(lengths), len(parts))
    present[1::3, 0] = present[::2, 3] = 0.0
    present[[length == 0 for length in lengths]] = 0.0
    return {"present": present} | out


def windows(lengths: list[int], seed: int = 0) -> dict[str, Tensor]:
    """Rows as "window" encodes them: the target ends at 0, what stands beside it is its own."""
    make = torch.Generator().manual_seed(seed)
    past = torch.randn((len(lengths), WINDOW, 3), generator=make)
    past[:, :, 0] -= past[:, -1:, 0].clone()
    return {"past": past}


def pieces(lengths: list[int], seed: int = 0) -> dict[str, Tensor]:
    """Rows as "text-pieces" encodes words: every piece two characters after the one before."""
    rows = tokens(lengths, seed)["ids"]
    letters = torch.randint(1, 12, (*rows.shape, 5)) * (rows > 0).unsqueeze(2)
    return {"ids": rows, "bounds": _bounds(rows > 0), "letters": letters}


def named(lengths: list[int], seed: int = 0) -> dict[str, Tensor]:
    """Rows as "text-names" encodes them where no name is known."""
    rows = tokens(lengths, seed)["ids"]
    return {"names": torch.zeros_like(rows), "bounds": _bounds(rows > 0)}


def asked(lengths: list[int], seed: int = 0) -> dict[str, Tensor]:
    """Rows as "text-asked" encodes words: a question of five pieces on each."""
    make = torch.Generator().manual_seed(seed + 1)
    text, rows = pieces(lengths, seed), len(lengths)
    same = torch.randint(0, 64, text["ids"].shape, generator=make) * (text["ids"] > 0)
    ids = torch.randint(1, VOCAB, (rows, 5), generator=make)
    letters = torch.randint(1, 12, (rows, 5, 5), generator=make)
    return text | {"same": same, "asked_ids": ids, "asked_letters": letters}


def questions(lengths: list[int], seed: int = 0) -> dict[str, Tensor]:
    """Rows as "text-question" encodes them: a question of five tokens on each."""
    make = torch.Generator().manual_seed(seed + 1)
    ids = tokens(lengths, seed)["ids"]
    head = torch.randint(1, VOCAB, (len(lengths), 5), generator=make)
    return {"head": head, "ids": ids, "bounds": _bounds(ids > 0)}


def _bounds(real: Tensor) -> Tensor:
    starts = 2 * torch.arange(real.shape[1]).expand(real.shape[0], -1)
    return torch.where(real.unsqueeze(2), torch.stack([starts, starts + 1], dim=2), -1)


LEVELS, EDGE, FRAMES, BANDS, PAD, WINDOW = (5, 3), 16, 6, 20, -1e4, 24
MAKERS = {  # codec → maker
    "text-tokens": tokens,
    "text-subwords": subwords,
    "text-bag": bags,
    "text-names": named,
    "text-pieces": pieces,
    "text-asked": asked,
    "text-question": questions,
    "blank": blanks,
    "table": tables,
    "image": pictures,
    "video": videos,
    "audio-mel": sounds,
    "audio-stats": stats,
    "window": windows,
    "fusion": kinds,
}
SIZES = {
    "text-tokens": {"vocab": VOCAB},
    "text-subwords": {"vocab": VOCAB, "width": 32, "layers": 2, "heads": 2, "mlp_width": 32}
    | {"positions": "learned", "places": 400, "types": 1, "embed_norm": True, "norm_place": "post"},
    "text-bag": {"vocab": VOCAB},
    "text-names": {"labels": 1},  # of no type
    "text-pieces": {"vocab": VOCAB, "pairs": 0, "alphabet": 12, "letters": 5},
    "text-asked": {"vocab": VOCAB, "pairs": 0, "alphabet": 12, "letters": 5},
    "text-question": {"vocab": VOCAB, "width": 32, "layers": 2, "heads": 2, "mlp_width": 32}
    | {"positions": "learned", "places": 40, "types": 2, "norm_place": "post", "padding": 0}
    | {"asked": 8, "closing": (3,), "part": 1, "window": 16, "dropout": 0.0},
    "blank": {},
    "table": {"numbers": 4, "levels": LEVELS},
    "image": {"size": EDGE},
    "video": {"size": EDGE, "frames": FRAMES},
    "audio-mel": {"bands": BANDS},
    "audio-stats": {"numbers": 12},
    "window": {"window": WINDOW, "channels": 3, "ahead": 0, "season": 7},
    "fusion": {
        "table.numbers": 4,
        "table.levels": LEVELS,
        "text.vocab": VOCAB,
        "audio.bands": BANDS,
        "image.size": EDGE,
        "video.size": EDGE,
        "video.frames": FRAMES,
    },
}
# Codecs of ragged rows → what fills a short one.
PADS = {"text-tokens": 0.0, "text-subwords": 0.0, "text-bag": 0.0, "audio-mel": PAD}
