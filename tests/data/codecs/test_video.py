"""A column of videos becomes a few squares of each, and says which cells it could not read."""

import json

import numpy as np
import pytest
from films import film, save, scene

from umbrella.base.errors import BundleError, ConfigError, DataError
from umbrella.data import codecs
from umbrella.data.codecs import video
from umbrella.data.codecs.shown import load
from umbrella.data.codecs.video import VideoFrames


def still(high, wide):
    """A short clip of this shape."""
    return film(np.full((2, high, wide, 3), 90, np.uint8))


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    """Paths of twelve clips."""
    folder = tmp_path_factory.mktemp("clips")
    return [str(save(folder / f"{seed}.mp4", film(scene(seed, 12)))) for seed in range(12)]


@pytest.mark.parametrize(
    ("edges", "size"),
    [([16] * 4, 16), ([32] * 4, 32), ([96] * 4, 48), ([16] + [32] * 20, 32)],
)
def test_the_edge_found_is_what_nine_of_ten_clips_have(edges, size):
    codec = VideoFrames(frames=2).fit([[still(edge, edge + 32) for edge in edges]])
    assert codec.sizes == {"size": size, "frames": 2}


def test_a_given_size_stays(clips):
    assert VideoFrames(size=24, frames=5).fit([clips]).sizes == {"size": 24, "frames": 5}


def test_rows_that_cannot_be_read_are_black_and_say_why(clips, tmp_path):
    cells = [clips[0], str(tmp_path / "absent.mp4"), None, b"<html></html>", film(scene(3))]
    codec = VideoFrames(size=16, frames=4)
    arrays, faults = codec.examine(cells)
    assert arrays["frames"].shape == (5, 4, 16, 16, 3)
    assert arrays["frames"].dtype == np.uint8
    assert sorted(faults) == [1, 3]
    assert faults[1].startswith(f"{tmp_path / 'absent.mp4'} does not exist")
    assert faults[3].startswith("The video in memory holds an HTML page")
    assert [not row.any() for row in arrays["frames"]] == [False, True, True, True, False]
    assert np.array_equal(codec.encode(cells)["frames"], arrays["frames"])
    assert np.array_equal(arrays["frames"][4], load(cells[4], 4, 16))


def test_a_column_that_holds_no_video_is_refused():
    for cells in ([], [None, None], [b"", b"<html>"]):
        for size in (None, 16):
            with pytest.raises(DataError, match="None of the training rows holds a video"):
                VideoFrames(size=size).fit([cells])


def test_how_rows_are_batched_changes_nothing(clips, monkeypatch):
    monkeypatch.setattr(video, "SAMPLE", 5)  # fewer than there are, so that chance matters
    cells = [*clips, still(16, 16)]
    one = VideoFrames(frames=3).fit([cells])
    many = VideoFrames(frames=3).fit(cells[i : i + 4] for i in range(0, len(cells), 4))
    assert json.dumps(one.spec()) == json.dumps(many.spec())
    whole = one.encode(clips)["frames"]
    assert np.array_equal(whole, np.concatenate([one.encode([c])["frames"] for c in clips]))


@pytest.mark.parametrize("rule", ["crop", "fit"])
def test_the_stored_codec_encodes_alike(clips, rule):
    codec = codecs.make("video", frames=3, rule=rule).fit([clips])
    again = codecs.from_spec(json.loads(json.dumps(codec.spec(), allow_nan=False)))
    cells = [*clips, *codec.probes]
    assert np.array_equal(codec.encode(cells)["frames"], again.encode(cells)["frames"])
    assert again.sizes == codec.sizes
    assert again.spec() == codec.spec()


def test_no_rows_give_no_frames():
    assert VideoFrames(size=16, frames=3).encode([])["frames"].shape == (0, 3, 16, 16, 3)


def test_the_probes_are_videos_that_differ_and_move():
    arrays, faults = VideoFrames(size=16, frames=4).examine(VideoFrames().probes)
    assert faults == {}
    means = arrays["frames"].mean(axis=(1, 2, 3))
    assert len(np.unique(means.round(), axis=0)) == 4
    moved = np.abs(np.diff(arrays["frames"].astype(int), axis=1)).mean(axis=(1, 2, 3, 4))
    assert (moved > 5).tolist() == [True, True, True, False]


@pytest.mark.parametrize(
    "settings",
    [
        {"frames": 0},
        {"frames": 257},
        {"frames": 4.0},
        {"frames": True},
        {"size": 7},
        {"size": 600},
        {"size": 16.0},
        {"rule": "stretch"},
    ],
    ids=str,
)
def test_a_bad_setting_is_refused_with_what_is_allowed(settings):
    with pytest.raises(ConfigError, match=f"{next(iter(settings))}="):
        VideoFrames(**settings)


def damaged_specs():
    good = VideoFrames(size=16).spec()
    for value in (None, -1, float("nan"), "x", [], {}, 10**30, True):
        yield from ({**good, name: value} for name in good if name != "codec")
    yield from ({k: v for k, v in good.items() if k != name} for name in good if name != "codec")
    yield from ([], None, "video")


@pytest.mark.parametrize("spec", list(damaged_specs()), ids=lambda spec: repr(spec)[:60])
def test_a_damaged_or_hostile_spec_is_refused(spec):
    with pytest.raises(BundleError):
        VideoFrames.from_spec(spec)
