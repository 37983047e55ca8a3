"""Texts to vectors by a published encoder: the frozen part of a model that learns from few labels.

Texts are sorted by length and read packed, without padding. Shapes: N texts, W width.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from umbrella.models.transformer.pool import first, mean
from umbrella.pretrained.load import Pretrained

TOKENS = 2048  # read at once: enough for full speed on a CPU, little memory


def embed(pretrained: Pretrained, texts: Sequence[str], *, length: int = 0) -> NDArray[np.float32]:
    """Vectors of norm 1, float32 [N, W].

    Args:
        pretrained: an encoder; its `pool` says how a text's states become one vector.
        texts: any; an empty one has a vector too.
        length: tokens at most of a text; 0 is as many as the network reads.
    """
    return embed_rows(pretrained, pretrained.encode(texts, length))


@torch.inference_mode()
def embed_rows(pretrained: Pretrained, rows: Sequence[Sequence[int]]) -> NDArray[np.float32]:
    """The same of rows that are token ids already."""
    body = pretrained.network.body
    device = next(body.parameters()).device
    vectors = np.empty((len(rows), pretrained.config.width), np.float32)
    for batch in batches([len(row) for row in rows]):
        lengths = [len(rows[index]) for index in batch]
        ids = torch.tensor([token for index in batch for token in rows[index]], device=device)
        states = body(ids, lengths)
        vectors[batch] = _pooled(states, lengths, pretrained.pool).float().cpu().numpy()
    return vectors


def batches(lengths: Sequence[int], tokens: int = TOKENS) -> Iterator[NDArray[np.int64]]:
    """Rows to read together, the longest first: about so many tokens, at least one row."""
    order = np.argsort(-np.asarray(lengths, np.int64), kind="stable")
    start = 0
    while start < len(order):
        total, end = 0, start
        while end < len(order) and (end == start or total + lengths[order[end]] <= tokens):
            total += lengths[order[end]]
            end += 1
        yield order[start:end]
        start = end


def _pooled(states: Tensor, lengths: Sequence[int], pool: str) -> Tensor:
    vectors = first(states, lengths) if pool == "first" else mean(states, lengths)
    return torch.nn.functional.normalize(vectors, dim=1)
