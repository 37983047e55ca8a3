"""What networks that transcribe share: how frames are thinned out, and how symbols are scored.

    frames → 2 × (3×3 filters, stride 2 → batch norm → ReLU) → linear → … → log-softmax

Both strides halve time and pitch, so that a frame that is answered stands for four that came in.
Places beyond a clip's end are set to zero after every stage, and are answered by a certain blank:
so padding changes no answer, and who reads the answers need not know how long a row is.

Source: the thinning is that of Dong, Xu, Xu 2018, "Speech-Transformer", with batch norms added.
Shapes: B rows, T frames, P = T / 4 places (rounded up twice), K bands, W width, C outputs.
"""

import torch
from torch import Tensor, nn

from umbrella.models.audio.frames import real_frames

BLANK = 0  # the class that stands for no symbol
NEVER = -1e4  # log-probability of every symbol beyond the end of a row
THINNED = 2  # times that frames and bands are halved, rounded up


def places_of(frames: int) -> int:
    """P of so many frames."""
    for _ in range(THINNED):
        frames = -(-frames // 2)
    return frames


class Thinning(nn.Module):
    """Frames to a quarter as many places, each of W numbers.

    Args:
        bands: K.
        width: W.
        filters: of each of the two stages.
    """

    def __init__(self, bands: int, width: int, filters: int):
        super().__init__()
        sizes = ((1, filters), (filters, filters))
        self.filters = nn.ModuleList(
            nn.Conv2d(a, b, 3, stride=2, padding=1, bias=False) for a, b in sizes
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(b) for _, b in sizes)
        self.mix = nn.Linear(filters * places_of(bands), width)

    def forward(self, mel_BTK: Tensor) -> tuple[Tensor, Tensor]:
        """Places float32 [B, P, W], zero where they are padding, and which are real, bool [B, P].

        Args:
            mel_BTK: as the codec "audio-mel" gives them.
        """
        frames_BTK, real_BT = real_frames(mel_BTK)
        x_BFTK = frames_BTK.unsqueeze(1)
        for filters, norm in zip(self.filters, self.norms, strict=True):
            real_BT = real_BT[:, ::2]
            x_BFTK = norm(filters(x_BFTK)).relu() * real_BT[:, None, :, None]
        x_BPW = self.mix(x_BFTK.transpose(1, 2).flatten(2))
        return x_BPW * real_BT.unsqueeze(2), real_BT


def log_chances(scores_BPC: Tensor, real_BP: Tensor) -> Tensor:
    """Log-probabilities of the classes at each place; beyond a row's end a certain blank.

    Args:
        scores_BPC: raw scores.
        real_BP: which places are the row's own.
    """
    blank_C = torch.arange(scores_BPC.shape[2], device=scores_BPC.device) == BLANK
    beyond_C = torch.where(blank_C, 0.0, NEVER)
    chances_BPC = scores_BPC.float().log_softmax(dim=2).clamp_min(NEVER)
    return torch.where(real_BP.unsqueeze(2), chances_BPC, beyond_C)
