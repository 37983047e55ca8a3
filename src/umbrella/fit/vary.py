"""The single ways of augment.py to vary a batch: tensors in, tensors out, and what they draw.

Shapes: B rows, S edge of a picture, T frames of a sound, K bands.
"""

import torch
from torch import Tensor
from torch.nn import functional

GREY = 128  # of covered pixels; near 0 for a network
BRIGHTNESS = (0.299, 0.587, 0.114)  # share of red, green and blue in it, ITU-R BT.601


class Draw:
    """Random numbers for a batch, drawn on the CPU, so that every device gets the same.

    Args:
        seed: all of them follow from it.
        like: a tensor [B, …] on the device where the numbers go.
    """

    def __init__(self, seed: int, like: Tensor):
        self.rows, self.device = like.shape[0], like.device
        self.generator = torch.Generator().manual_seed(seed)

    def uniform(self, ndim: int = 1) -> Tensor:
        """One number in [0, 1) for each row, [B, 1, 1, …] with so many dimensions."""
        numbers = torch.rand(self.rows, generator=self.generator).to(self.device)
        return numbers.view(-1, *(1,) * (ndim - 1))

    def around(self, reach: float, ndim: int = 1) -> Tensor:
        """As `uniform`, in [-reach, reach)."""
        return reach * (2 * self.uniform(ndim) - 1)

    def whole(self, most: int | Tensor, ndim: int = 1) -> Tensor:
        """A whole number in 0 … most for each row; `most` may differ by row, as [B, 1, …]."""
        return (self.uniform(ndim) * (most + 1)).long().clamp(max=most)  # type: ignore[arg-type]

    def normal(self, shape: torch.Size) -> Tensor:
        """Standard normal numbers."""
        return torch.randn(shape, generator=self.generator).to(self.device)

    def order(self) -> Tensor:
        """The rows in another order, int64 [B]."""
        return torch.randperm(self.rows, generator=self.generator).to(self.device)


def move(pixels: Tensor, draw: Draw, flip: float, crop: float) -> Tensor:
    """Swap left and right in a share of the pictures, and move all, mirrored at the border.

    Args:
        pixels: [B, S, S, 3].
        draw: random numbers.
        flip: chance of a swap.
        crop: most of the edge that a picture moves by, up to 1.
    """
    rows, size = pixels.shape[:2]
    most = min(round(crop * size), size - 1)
    places = torch.arange(size, device=pixels.device)
    mirrored = draw.uniform(2) < flip
    columns = torch.where(mirrored, size - 1 - places, places)
    columns = _inside(columns + draw.whole(2 * most, 2) - most, size)
    lines = _inside(places + draw.whole(2 * most, 2) - most, size)
    batch = torch.arange(rows, device=pixels.device).view(-1, 1, 1)
    flat = (batch * size + lines.unsqueeze(2)) * size + columns.unsqueeze(1)
    return pixels.reshape(-1, pixels.shape[3]).index_select(0, flat.flatten()).view(pixels.shape)


def _inside(places: Tensor, size: int) -> Tensor:
    """Places beyond either end, mirrored back."""
    places = places.abs()
    return torch.where(places < size, places, 2 * (size - 1) - places)


def zoom(pixels: Tensor, draw: Draw, most: float) -> Tensor:
    """Scale a cut-out of 1 - most to 1 of the edge, anywhere, up to the whole edge."""
    share = 1 - most * draw.uniform(1)
    slack = 1 - share
    turn = torch.zeros(len(share), 2, 3, device=pixels.device)
    turn[:, 0, 0] = turn[:, 1, 1] = share
    turn[:, 0, 2], turn[:, 1, 2] = draw.around(1) * slack, draw.around(1) * slack
    planes = pixels.permute(0, 3, 1, 2).float()
    grid = functional.affine_grid(turn, list(planes.shape), align_corners=False)
    seen = functional.grid_sample(planes, grid, padding_mode="reflection", align_corners=False)
    return _back(seen.permute(0, 2, 3, 1), pixels)


def recolour(pixels: Tensor, draw: Draw, reach: float) -> Tensor:
    """Change brightness, contrast and saturation of each picture by up to this share."""
    seen = pixels.float() * (1 + draw.around(reach, 4))
    mean = seen.mean(dim=(1, 2, 3), keepdim=True)
    seen = mean + (seen - mean) * (1 + draw.around(reach, 4))
    grey = (seen * seen.new_tensor(BRIGHTNESS)).sum(dim=3, keepdim=True)
    return _back(grey + (seen - grey) * (1 + draw.around(reach, 4)), pixels)


def cover(pixels: Tensor, draw: Draw, edge: float) -> Tensor:
    """Lay a grey square of this share of the edge over each picture, part of it maybe outside."""
    size = pixels.shape[1]
    wide = max(1, round(edge * size))
    places = torch.arange(size, device=pixels.device)
    top, left = (draw.whole(size - 1, 2) - wide // 2 for _ in range(2))
    lines = (places >= top) & (places < top + wide)
    columns = (places >= left) & (places < left + wide)
    covered = lines.unsqueeze(2) & columns.unsqueeze(1)
    return pixels.masked_fill(covered.unsqueeze(3), GREY)


def blend(pixels: Tensor, others: Tensor, share: float) -> Tensor:
    """`share` of the pixels and the rest of the others."""
    return _back(torch.lerp(others.float(), pixels.float(), share), pixels)


def paste(
    pixels: Tensor, others: Tensor, area: float, middle: tuple[float, float]
) -> tuple[Tensor, float]:
    """Put one rectangle of the others in the same place of every picture.

    Args:
        pixels, others: [B, S, S, 3].
        area: of the rectangle as a share of the picture; what lies outside of it is lost.
        middle: of the rectangle, as shares of the edge.

    Returns:
        The pictures, and the share of their own pixels that is left.
    """
    size = pixels.shape[1]
    half = area**0.5 * size / 2
    (top, low), (left, right) = (
        (round(max(0, at * size - half)), round(min(size, at * size + half))) for at in middle
    )
    pasted = pixels.clone()
    pasted[:, top:low, left:right] = others[:, top:low, left:right]
    return pasted, 1 - (low - top) * (right - left) / size**2


def _back(seen: Tensor, like: Tensor) -> Tensor:
    """Float pixels in the range and the dtype of the ones they were made from."""
    seen = seen.clamp(0, 255)
    return seen.to(like.dtype) if like.is_floating_point() else seen.round().to(like.dtype)


def roll(frames: Tensor, draw: Draw, real: Tensor, reach: float) -> Tensor:
    """Move each sound round by up to this share of its own frames, either way.

    Args:
        frames: [B, T, K].
        draw: random numbers.
        real: bool [B, T], true for the first frames of each row.
        reach: up to 1.
    """
    length = real.sum(dim=1, keepdim=True)
    step = (draw.around(reach, 2) * length).round().long()
    places = torch.arange(frames.shape[1], device=frames.device)
    places = torch.where(real, (places + step) % length, places)
    return frames.gather(1, places.unsqueeze(2).expand_as(frames))


def cover_frames(frames: Tensor, draw: Draw, real: Tensor, reach: float) -> Tensor:
    """Silence a band of time, up to this share of each sound's own frames."""
    length = real.sum(dim=1, keepdim=True)
    wide = (draw.uniform(2) * (reach * length + 1)).long().clamp(max=length)
    first = draw.whole(length - wide, 2)
    places = torch.arange(frames.shape[1], device=frames.device)
    covered = (places >= first) & (places < first + wide)
    return frames.masked_fill(covered.unsqueeze(2), 0.0)


def cover_bands(frames: Tensor, draw: Draw, reach: float) -> Tensor:
    """Silence a band of frequencies, up to this share of them."""
    bands = frames.shape[2]
    wide = draw.whole(round(reach * bands), 2)
    first = draw.whole(bands - wide, 2)
    places = torch.arange(bands, device=frames.device)
    covered = (places >= first) & (places < first + wide)
    return frames.masked_fill(covered.unsqueeze(1), 0.0)
