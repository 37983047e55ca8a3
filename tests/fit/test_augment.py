"""Varied rows keep shape, dtype and range, follow from the seed, and stay what they were if off."""

import pytest
import torch

from umbrella.base.errors import ConfigError
from umbrella.fit import vary
from umbrella.fit.augment import Augment, AugmentConfig, Mix
from umbrella.fit.vary import Draw
from umbrella.models.audio.frames import PAD

SETTINGS = {
    "flip": 0.5,
    "crop": 0.25,
    "zoom": 0.4,
    "colour": 0.3,
    "cutout": 0.5,
    "mixup": 0.4,
    "cutmix": 1.0,
    "shift": 0.5,
    "gain": 0.5,
    "noise": 0.3,
    "frames": 0.5,
    "bands": 0.5,
}
LENGTHS = torch.tensor([20, 7, 1, 13, 20, 16])
REAL = torch.arange(20) < LENGTHS.unsqueeze(1)

each = pytest.mark.parametrize("name", SETTINGS)


def pixels(rows: int = 6, size: int = 16, seed: int = 0) -> torch.Tensor:
    make = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (rows, size, size, 3), generator=make, dtype=torch.uint8)


def mel(seed: int = 0) -> torch.Tensor:
    """Six sounds of LENGTHS frames and 10 bands."""
    frames = torch.randn(6, 20, 10, generator=torch.Generator().manual_seed(seed))
    return torch.where(REAL.unsqueeze(2), frames, PAD)


def batch_for(name: str) -> dict[str, torch.Tensor]:
    sound = name in ("shift", "gain", "noise", "frames", "bands")
    return {"mel": mel()} if sound else {"pixels": pixels()}


def test_every_setting_is_tested():
    assert list(SETTINGS) == list(AugmentConfig.__dataclass_fields__)


@each
def test_off_means_untouched(name):
    inputs = batch_for(name)
    for settings in ({}, {name: 0.0}):
        got, mix = Augment(settings)(inputs, 3)
        assert all(got[key] is inputs[key] or torch.equal(got[key], inputs[key]) for key in inputs)
        assert mix is None


@each
def test_the_seed_decides_and_nothing_given_is_written_to(name):
    augment, inputs = Augment({name: SETTINGS[name]}), batch_for(name)
    before = {key: x.clone() for key, x in inputs.items()}
    torch.manual_seed(1)
    one, _ = augment(inputs, 5)
    torch.manual_seed(2)
    same, _ = augment(inputs, 5)
    others = [augment(inputs, seed)[0] for seed in range(6, 12)]
    for key, x in inputs.items():
        assert torch.equal(one[key], same[key])
        assert any(not torch.equal(one[key], other[key]) for other in others)
        assert torch.equal(x, before[key])


@each
def test_shape_dtype_and_range_are_kept(name):
    inputs = batch_for(name)
    for seed in range(20):
        for key, x in Augment({name: SETTINGS[name]})(inputs, seed)[0].items():
            assert x.shape == inputs[key].shape
            assert x.dtype == inputs[key].dtype
            assert x.isfinite().all()


@each
def test_padding_stays_padding_and_frames_stay_frames(name):
    inputs = {"mel": mel()}
    for seed in range(20):
        got = Augment({name: SETTINGS[name]})(inputs, seed)[0]["mel"]
        assert (got[~REAL] == PAD).all()
        assert (got[REAL] > PAD / 2).all()


def test_inputs_of_other_kinds_are_passed_on():
    inputs = {"photo.pixels": pixels(), "ids": torch.arange(6).view(6, 1)}
    got, mix = Augment({"flip": 1.0, "mixup": 1.0})(inputs, 0)
    assert got["ids"] is inputs["ids"]
    assert torch.equal(got["photo.pixels"], inputs["photo.pixels"].flip(2))
    assert mix is None  # the ids would tell


def test_rows_are_varied_each_in_its_own_way():
    same = pixels(1).expand(64, -1, -1, -1)
    for name in ("flip", "crop", "zoom", "colour", "cutout"):
        got = Augment({name: SETTINGS[name]})({"pixels": same}, 0)[0]["pixels"]
        assert len(torch.unique(got.flatten(1), dim=0)) > 1, name


def test_a_flip_swaps_about_that_share_of_the_rows():
    x = pixels(400, 8)
    got = Augment({"flip": 0.3})({"pixels": x}, 0)[0]["pixels"]
    swapped = (got == x.flip(2)).flatten(1).all(dim=1)
    kept = (got == x).flatten(1).all(dim=1)
    assert (swapped ^ kept).all()
    assert 0.2 < swapped.float().mean() < 0.4


def test_a_moved_picture_is_a_window_of_the_mirrored_one():
    x, most = pixels(1, 8).expand(200, -1, -1, -1), 2
    got = Augment({"crop": 0.25})({"pixels": x}, 0)[0]["pixels"]
    planes = x[:1].permute(0, 3, 1, 2).float()
    wide = torch.nn.functional.pad(planes, (most,) * 4, mode="reflect").permute(0, 2, 3, 1).byte()
    windows = {
        (top, left): wide[0, top : top + 8, left : left + 8]
        for top in range(5)
        for left in range(5)
    }
    seen = set()
    for row in got:
        found = [at for at, window in windows.items() if torch.equal(row, window)]
        assert len(found) == 1
        seen.add(found[0])
    assert seen == set(windows)


def test_a_zoom_shows_part_of_the_picture_larger():
    x = torch.arange(64).view(1, 1, 64, 1).expand(100, 64, 64, 3).to(torch.uint8)
    got = vary.zoom(x, Draw(0, x), 0.5).float()
    spread = got[:, 0, -1, 0] - got[:, 0, 0, 0]
    assert (spread < 64).all()
    assert spread.min() < 40
    assert spread.max() > 56


def test_new_colours_keep_what_is_grey_grey():
    grey = torch.full((50, 4, 4, 3), 100, dtype=torch.uint8)
    got = Augment({"colour": 0.2})({"pixels": grey}, 0)[0]["pixels"].float()
    assert torch.equal(got[..., 0], got[..., 2])
    assert got.min() >= 80
    assert got.max() <= 120
    assert got.std() > 5


def test_a_covered_square_is_grey_and_the_rest_is_as_it_was():
    x = pixels(300, 16)
    got = Augment({"cutout": 0.25})({"pixels": x}, 0)[0]["pixels"]
    changed = (got != x).any(dim=3)
    assert (got[changed] == vary.GREY).all()
    counts = changed.flatten(1).sum(dim=1)
    assert counts.max() == 16
    assert (counts > 0).all()


def test_blended_rows_have_the_share_that_their_labels_get():
    x = torch.zeros(8, 4, 4, 3)
    x += torch.arange(8).view(8, 1, 1, 1) * 10
    shares = []
    for seed in range(40):
        got, mix = Augment({"mixup": 0.5})({"pixels": x}, seed)
        assert isinstance(mix, Mix)
        expected = mix.share * x + (1 - mix.share) * x[mix.order]
        torch.testing.assert_close(got["pixels"], expected)
        assert sorted(mix.order.tolist()) == list(range(8))
        shares.append(mix.share)
    assert min(shares) < 0.2
    assert max(shares) > 0.8


def test_pasted_rectangles_have_the_share_that_their_labels_get():
    x = torch.arange(8, dtype=torch.uint8).view(8, 1, 1, 1).expand(8, 20, 20, 3)
    for seed in range(40):
        got, mix = Augment({"cutmix": 1.0})({"pixels": x}, seed)
        moved = mix.order != torch.arange(8)
        own = (got["pixels"] == x).flatten(1).float().mean(dim=1)
        other = (got["pixels"] == x[mix.order]).flatten(1).float().mean(dim=1)
        torch.testing.assert_close(own[moved], torch.full((int(moved.sum()),), mix.share))
        torch.testing.assert_close(other[moved], 1 - own[moved])


def test_with_both_kinds_of_mixing_batches_get_one_or_the_other():
    x = torch.arange(8, dtype=torch.float32).view(8, 1, 1, 1).expand(8, 20, 20, 3)
    pasted = 0
    for seed in range(40):
        got, _ = Augment({"mixup": 1.0, "cutmix": 1.0})({"pixels": x}, seed)
        pasted += bool((got["pixels"] == got["pixels"].round()).all())
    assert 8 < pasted < 32


def test_a_sound_that_moves_round_keeps_its_frames():
    x = mel()
    got = Augment({"shift": 1.0})({"mel": x}, 1)[0]["mel"]
    assert not torch.equal(got, x)
    for row, length in enumerate(LENGTHS):
        turns = [torch.roll(x[row, :length], step, 0) for step in range(int(length))]
        assert any(torch.equal(got[row, :length], turn) for turn in turns)


def test_a_gain_moves_all_of_a_sound_alike():
    x = mel()
    got = Augment({"gain": 0.5})({"mel": x}, 0)[0]["mel"]
    for row, length in enumerate(LENGTHS):
        louder = (got - x)[row, :length]
        torch.testing.assert_close(louder, louder.flatten()[:1].expand_as(louder))
        assert 0 < louder.abs().max() <= 0.5


def test_noise_has_the_deviation_asked_for():
    x = torch.zeros(4, 500, 40)
    got = Augment({"noise": 0.3})({"mel": x}, 0)[0]["mel"]
    assert abs(got.std().item() - 0.3) < 0.01


@pytest.mark.parametrize(("name", "axis"), [("frames", 1), ("bands", 2)])
def test_one_band_is_silenced_and_no_wider_than_asked(name, axis):
    x = torch.ones(300, 30, 20)
    got = Augment({name: 0.3})({"mel": x}, 0)[0]["mel"]
    silent = (got == 0).all(dim=3 - axis)
    assert torch.equal((got == 0).any(dim=3 - axis), silent)
    widths = silent.sum(dim=1)
    assert widths.max() == 0.3 * x.shape[axis]
    assert widths.min() == 0
    edges = (silent[:, 1:] != silent[:, :-1]).sum(dim=1)
    assert (edges <= 2).all()


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"flipp": 0.5}, "Did you mean 'flip'"),
        ({"flip": 1.5}, r"flip=1.5 is not in 0\.\.1"),
        ({"crop": -0.1}, "crop=-0.1"),
        ({"noise": 11}, r"noise=11 is not in 0\.\.10"),
        ({"gain": float("nan")}, "gain=nan"),
        ({"mixup": "much"}, "mixup='much'"),
        ({"zoom": 1}, "nothing of a picture"),
    ],
)
def test_a_bad_setting_is_refused_with_what_is_allowed(settings, why):
    with pytest.raises(ConfigError, match=why):
        Augment(settings)


def clips(rows: int = 4, frames: int = 5, size: int = 16, seed: int = 0) -> torch.Tensor:
    make = torch.Generator().manual_seed(seed)
    shape = (rows, frames, size, size, 3)
    return torch.randint(0, 256, shape, generator=make, dtype=torch.uint8)


@pytest.mark.parametrize("name", ["flip", "crop", "zoom", "colour", "cutout"])
def test_every_picture_of_a_clip_is_varied_alike(name):
    still = clips()[:, :1].expand(-1, 5, -1, -1, -1).contiguous()
    before = still.clone()
    varied = Augment({name: SETTINGS[name]})({"frames": still}, 7)[0]["frames"]
    assert varied.shape == still.shape
    assert varied.dtype == torch.uint8
    assert not torch.equal(varied, still)
    assert torch.equal(varied, varied[:, :1].expand_as(varied))
    assert torch.equal(still, before)


@pytest.mark.parametrize("name", ["flip", "crop", "zoom", "cutout"])
def test_a_picture_of_a_clip_is_varied_as_a_picture_would_be(name):
    moving = clips()
    augment = Augment({name: SETTINGS[name]})
    varied = augment({"frames": moving}, 7)[0]["frames"]
    for at in range(5):
        alone = augment({"frames": moving[:, at : at + 1].contiguous()}, 7)[0]["frames"]
        assert torch.equal(varied[:, at : at + 1], alone)


def test_clips_are_never_mixed():
    moving = clips()
    got, mix = Augment({"mixup": 1.0, "cutmix": 1.0})({"frames": moving}, 3)
    assert mix is None
    assert torch.equal(got["frames"], moving)
