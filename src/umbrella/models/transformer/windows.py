"""Long rows for an encoder with few places: windows that overlap, each token read where it has most
around it.

    tokens of a row → windows of `room` tokens, the next `step` further on, each between the tokens
    that begin and end a text → states → of every token the state in the window whose middle is
    nearest

Rows of all lengths share one rectangle, whose windows depend on their own row alone; it can be
traced. Windows that a short row does not need are never read but where the graph is exported.

Shapes: B rows, T tokens of the longest, K windows of the longest, L tokens of a window with those
that begin and end it, P tokens asked for, N = B · K · L.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from umbrella.base.errors import ConfigError
from umbrella.models.transformer.transformer import Transformer

SHARED = 4  # of a window's room this part lies in the next one too
AT_ONCE = 16_384  # tokens that are read at a time; training forgets and reads anew beyond


@dataclass(frozen=True)
class Frame:
    """What a window is.

    Args:
        places: tokens of a window at most, those that begin and end it among them.
        begin, end: tokens that an encoder is used to around a text.
        padding: the token that fills short rows; no text has it.
    """

    places: int
    begin: tuple[int, ...]
    end: tuple[int, ...]
    padding: int

    def __post_init__(self) -> None:
        if self.room < 2 * SHARED:
            raise ConfigError(
                f"window={self.places} leaves room for {self.room} tokens of a text; at least "
                f"{2 * SHARED} are needed. Use a window of {self.places + 2 * SHARED - self.room}."
            )

    @property
    def room(self) -> int:
        """Tokens of a text in a window."""
        return self.places - len(self.begin) - len(self.end)

    @property
    def overlap(self) -> int:
        """Tokens that two windows share."""
        return self.room // SHARED

    @property
    def step(self) -> int:
        """How much further the next window begins."""
        return self.room - self.overlap


@dataclass(frozen=True)
class Windows:
    """Rows cut into windows.

    Args:
        frame: what a window is.
        ids: int64 [B, K, L].
        real: bool [B, K, L], which places are tokens.
        text: bool [B, K, L], which are the text's own.
        used: bool [B, K], which windows a row needs.
        last: int64 [B], the number of its last one.
        at: int64 [K, L'] the token of the row at each place between those that begin and end it.
    """

    frame: Frame
    ids: Tensor
    real: Tensor
    text: Tensor
    used: Tensor
    last: Tensor
    at: Tensor

    def spread(self, values_BT: Tensor) -> Tensor:
        """What is known of tokens, at their places in the windows; 0 at those of others."""
        rows, windows, _ = self.ids.shape
        inside = values_BT[:, self.at.flatten()].view(rows, windows, -1)
        before, after = len(self.frame.begin), len(self.frame.end)
        spread = torch.nn.functional.pad(inside, (before, after))
        return torch.where(self.text, spread, 0)

    def place(self, tokens_BP: Tensor) -> Tensor:
        """Where the best states of tokens lie in N, [B, P].

        Args:
            tokens_BP: int64, numbers of tokens in their rows.
        """
        frame = self.frame
        rows, windows, length = self.ids.shape
        best = (tokens_BP - frame.overlap // 2).clamp_min(0) // frame.step
        best = _least(best, self.last.unsqueeze(1))
        row = torch.arange(rows, device=tokens_BP.device).unsqueeze(1)
        inside = len(frame.begin) + tokens_BP - best * frame.step
        return (row * windows + best) * length + inside


def cut(ids_BT: Tensor, frame: Frame) -> Windows:
    """Cut rows into windows.

    Args:
        ids_BT: int64 tokens of texts without those that begin and end one; padding at the end.
        frame: what a window is.
    """
    overlap, step, before = frame.overlap, frame.step, len(frame.begin)
    count_B = (ids_BT != frame.padding).sum(dim=1)
    number_T = torch.arange(ids_BT.shape[1], device=ids_BT.device)
    start_K = torch.cat([number_T[:1], number_T[step:-overlap:step]])
    at_KL = start_K.unsqueeze(1) + number_T[: frame.room]
    at_KL = _least(at_KL, number_T[-1:])
    inside = ids_BT[:, at_KL.flatten()].view(ids_BT.shape[0], start_K.shape[0], -1)
    left_BK = (count_B.unsqueeze(1) - start_K).clamp(0, frame.room)
    used_BK = (left_BK > overlap) | (start_K == 0)
    ids = torch.nn.functional.pad(inside, (before, len(frame.end)), value=frame.padding)
    place_L = torch.arange(ids.shape[2], device=ids.device)
    for number, token in enumerate(frame.begin):
        ids = torch.where(place_L == number, token, ids)
    tail = before + left_BK.unsqueeze(2)
    for number, token in enumerate(frame.end):
        ids = torch.where(place_L == tail + number, token, ids)
    real = place_L < tail + len(frame.end)
    text = (place_L > before - 1) & (place_L < tail)
    last_B = (count_B - overlap - 1).clamp_min(0) // step
    ids = torch.where(real, ids, frame.padding)
    return Windows(frame, ids, real, text, used_BK, last_B, at_KL)


def _least(a: Tensor, b: Tensor) -> Tensor:
    """The lesser of two, by operators that shipped graphs have."""
    return torch.where(a < b, a, b)


def states_of(
    body: Transformer, windows: Windows, tokens_BP: Tensor, types_BT: Tensor | None = None
) -> Tensor:
    """States of tokens, [B, P, W].

    Args:
        body: an encoder.
        windows: of the rows.
        tokens_BP: int64, numbers of tokens in their rows.
        types_BT: int64, of the tokens, where the body has some.
    """
    where = windows.place(tokens_BP)
    types = None if types_BT is None else windows.spread(types_BT)
    if torch.jit.is_tracing():
        flat = windows.ids.flatten(0, 1)
        types = None if types is None else types.flatten(0, 1)
        states = body(flat, real=windows.real.flatten(0, 1), types=types)
        return states.flatten(0, 1)[where]  # type: ignore[no-any-return]
    read = windows.real & windows.used.unsqueeze(2)
    lengths = read.sum(dim=2)[windows.used]
    states = _read(body, windows.ids[read], lengths, None if types is None else types[read])
    return states[read.flatten().cumsum(0)[where] - 1]


def _read(body: Transformer, ids: Tensor, lengths: Tensor, types: Tensor | None) -> Tensor:
    """States of packed windows, so many at a time that memory does not grow with all of them."""
    out = []
    again = body.training and torch.is_grad_enabled() and len(ids) > AT_ONCE
    for windows, tokens in _shares(lengths):
        kinds = None if types is None else types[tokens]

        def read(
            ids: Tensor, own: Tensor = lengths[windows], kinds: Tensor | None = kinds
        ) -> Tensor:
            states: Tensor = body(ids, own, types=kinds)
            return states

        part = ids[tokens]
        out.append(checkpoint(read, part, use_reentrant=False) if again else read(part))
    return torch.cat(out) if len(out) > 1 else out[0]


def _shares(lengths: Tensor) -> Iterator[tuple[slice, slice]]:
    """Windows of about AT_ONCE tokens together, and where their tokens lie."""
    ends = lengths.cumsum(0).tolist()
    first, begun = 0, 0
    for number, end in enumerate(ends):
        following = ends[number + 1] if number + 1 < len(ends) else None
        if following is None or following - begun > AT_ONCE:
            yield slice(first, number + 1), slice(begun, end)
            first, begun = number + 1, end
