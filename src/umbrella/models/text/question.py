"""A published encoder that answers questions on texts of any length, window by window.

    question and a window of the text → encoder → linear → log-odds of starts and ends
    every piece is judged in the window that has most text around it; silence where it is least
    likely of all windows

Sources: Devlin et al. 2019, arXiv:1810.04805 (starts and ends; windows; silence at the first
place). Windows are read a few at a time, so that memory does not grow with the text.

Shapes: B rows, Q places of a question, T pieces of a text, V windows of all rows, K of a row, S
places of a window, W width.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from umbrella.base.errors import ConfigError
from umbrella.base.stretch import NEVER, WIDTH, stride_of
from umbrella.models.blocks import check_size, make_head
from umbrella.models.text.bert import BertConfig
from umbrella.models.transformer.published import Published
from umbrella.models.transformer.transformer import Transformer

AT_ONCE = 32  # windows that are read at a time


@dataclass(frozen=True)
class BertAnswerConfig(BertConfig):
    """Sizes of the encoder, and how texts are cut.

    Args:
        asked: places of a question and what stands around it, at most.
        closing: tokens behind a text.
        part: the type of a text, where the encoder tells types.
        window: L, pieces of a text in a window.
    """

    outputs: int = WIDTH
    asked: int = 64
    closing: tuple[int, ...] = ()
    part: int = 0
    window: int = 320

    def __post_init__(self) -> None:
        super().__post_init__()
        check_size("asked", self.asked, 2**16)
        check_size("window", self.window, 2**16)
        whole = self.asked + self.window + len(self.closing)
        if (self.places and whole > self.places) or not 0 <= self.part < max(self.types, 1):
            raise ConfigError(
                f"An encoder of {self.places} places and {self.types} types cannot read {whole}, "
                f"the text as part {self.part}. Use a smaller window, or its own tokenizer."
            )

    @property
    def stride(self) -> int:
        """Pieces from the beginning of a window to that of the next."""
        return stride_of(self.window)


@dataclass(frozen=True)
class _Windows:
    """Windows of all rows, laid out.

    Args:
        tokens, types: int64 [V, S].
        real: which places are no padding, bool [V, S].
        number: how many windows come before a row's first, [B].
        count: windows of every row, [B].
    """

    tokens: Tensor
    types: Tensor
    real: Tensor
    number: Tensor
    count: Tensor


class BertAnswer(Published):
    """Find answers; see the module docstring for the design."""

    Config = BertAnswerConfig

    def __init__(self, config: BertAnswerConfig):
        super().__init__()
        self.config = config
        self.body = Transformer(config)
        self.drop = nn.Dropout(config.dropout)
        self.head = make_head(config.width, 2)

    def forward(self, head: Tensor, ids: Tensor, bounds: Tensor) -> Tensor:
        """Judge every piece, float32 [B, 1 + T, 4]; layout: base/stretch.py.

        Args:
            head: int64 [B, Q], the question with what stands around it.
            ids: int64 [B, T], the text.
            bounds: int64 [B, T, 2], −1 in padding.
        """
        real_BT = bounds[:, :, 1] > 0
        asked_B, long_B = torch.ne(head, self.config.padding or 0).sum(dim=1), real_BT.sum(dim=1)
        windows = self._cut(head, ids, asked_B, long_B)
        scores_N2, first_V = self._judge(windows)
        place_BT = self._owners(windows, first_V, asked_B, long_B, real_BT)
        told_BT2 = scores_N2[place_BT.flatten()].unflatten(0, place_BT.shape)
        told_BT2 = torch.where(real_BT[:, :, None], told_BT2, NEVER)
        silent_B2 = self._silence(windows, scores_N2, first_V)
        whole = torch.cat([silent_B2[:, None], told_BT2], dim=1)
        places = torch.cat([torch.zeros_like(bounds[:, :1]), bounds], dim=1).to(whole.dtype)
        return torch.cat([whole, places], dim=2)

    def _cut(self, head: Tensor, ids: Tensor, asked_B: Tensor, long_B: Tensor) -> _Windows:
        config = self.config
        stride, seen = config.stride, config.window
        count_B = 1 + (long_B - seen).clamp_min(0).add(stride - 1).div(
            stride, rounding_mode="trunc"
        )
        every_K = torch.arange(count_B.max(), device=ids.device)  # type: ignore[call-overload]
        row_V, at_V = (every_K < count_B[:, None]).nonzero(as_tuple=True)
        asked_V1 = asked_B[row_V][:, None]
        begin_V1 = (at_V * stride)[:, None]
        long_V1 = (long_B[row_V][:, None] - begin_V1).clamp(0, seen)
        closing = torch.tensor([*config.closing, config.padding or 0], device=ids.device)
        wide = (asked_V1 + long_V1).max() + len(config.closing)
        place_S = torch.arange(wide, device=ids.device)[None]
        own_VS = (place_S - asked_V1 + begin_V1).clamp(0, ids.shape[1] - 1)
        end_VS = (place_S - asked_V1 - long_V1).clamp(0, len(config.closing))
        asked_VS = head[row_V].gather(1, place_S.clamp(0, head.shape[1] - 1).expand_as(own_VS))
        text_VS = ids.flatten()[row_V[:, None] * ids.shape[1] + own_VS]
        is_text = place_S >= asked_V1
        is_closing = place_S >= asked_V1 + long_V1
        tokens = torch.where(is_text, torch.where(is_closing, closing[end_VS], text_VS), asked_VS)
        real = place_S < asked_V1 + long_V1 + len(config.closing)
        number_B = count_B.cumsum(dim=0) - count_B
        return _Windows(tokens, is_text.long() * config.part, real, number_B, count_B)

    def _judge(self, windows: _Windows) -> tuple[Tensor, Tensor]:
        """Log-odds of all places one behind the other, [N, 2], and each window's first, [V]."""
        if torch.jit.is_tracing():
            states = self.body(windows.tokens, real=windows.real, types=self._types(windows.types))
            scores = self.head(self.drop(states)).flatten(0, 1)
            wide = windows.tokens.shape[1]
            return scores, torch.arange(windows.tokens.shape[0], device=scores.device) * wide
        lengths_V = windows.real.sum(dim=1)
        several = len(lengths_V) > 2 * AT_ONCE and torch.is_grad_enabled() and self.training
        parts = []
        for start in range(0, len(lengths_V), AT_ONCE):
            some = slice(start, start + AT_ONCE)
            real = windows.real[some]
            given = windows.tokens[some][real], lengths_V[some], windows.types[some][real]
            if several:  # a long text: what its windows hold is made again when gradients need it
                parts.append(checkpoint(self._read, *given, use_reentrant=False))
            else:
                parts.append(self._read(*given))
        return torch.cat(parts), lengths_V.cumsum(dim=0) - lengths_V

    def _read(self, tokens: Tensor, lengths: Tensor, types: Tensor) -> Tensor:
        states = self.body(tokens, lengths, types=self._types(types))
        return self.head(self.drop(states)).float()  # type: ignore[no-any-return]

    def _types(self, types: Tensor) -> Tensor | None:
        return types if self.config.types else None

    def _owners(
        self, windows: _Windows, first_V: Tensor, asked_B: Tensor, long_B: Tensor, real_BT: Tensor
    ) -> Tensor:
        """Where every piece is judged: number of a place among all, [B, T]; 0 for padding."""
        stride, seen = self.config.stride, self.config.window
        piece_T = torch.arange(real_BT.shape[1], device=long_B.device)[None]
        middle_T = (piece_T - (seen - stride) // 2).clamp_min(0)
        at_BT = middle_T.div(stride, rounding_mode="trunc").minimum(windows.count[:, None] - 1)
        window_BT = windows.number[:, None] + at_BT
        place_BT = first_V[window_BT] + asked_B[:, None] + piece_T - at_BT * stride
        return torch.where(real_BT, place_BT, 0)

    def _silence(self, windows: _Windows, scores_N2: Tensor, first_V: Tensor) -> Tensor:
        """Log-odds of silence, [B, 2]: of a row's windows the least."""
        every_K = torch.arange(windows.count.max(), device=first_V.device)[None]  # type: ignore[call-overload]
        last_B1 = windows.count[:, None] - 1
        window_BK = windows.number[:, None] + every_K.minimum(last_B1)
        told = scores_N2[first_V[window_BK].flatten()].unflatten(0, window_BK.shape)
        return told.amin(dim=1)
