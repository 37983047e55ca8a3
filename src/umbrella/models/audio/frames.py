"""What networks that read frames of sound share: which frames are real, and what size they may be.

Shapes: B rows, T frames, K bands.
"""

import torch
from torch import Tensor

PAD = -1e4  # what the codec "audio-mel" fills every band of a padding frame with
BANDS = 512  # most bands
NUMBERS = 2**16  # most numbers of a clip


def real_frames(mel_BTK: Tensor) -> tuple[Tensor, Tensor]:
    """The frames with padding set to zero, and which are real, bool [B, T].

    The first frame always counts, as an average one where it is padding: a row without frames
    then reads as one average frame, and no mean is ever taken over nothing.
    """
    real_BT = mel_BTK[:, :, 0] > PAD / 2
    frames_BTK = torch.where(real_BT.unsqueeze(2), mel_BTK, 0.0)
    first_T = torch.arange(mel_BTK.shape[1], device=mel_BTK.device) == 0
    return frames_BTK, real_BT | first_T
