"""The pictures of a clip at given times are those of decoding it all, and cost no more than due."""

import io
import time
from contextlib import suppress

import av
import numpy as np
import pytest
import realdata
from films import EVERY, film, scene

from umbrella.base.errors import DataError
from umbrella.base.limits import LIMITS, Limits
from umbrella.data.codecs import clip, shown
from umbrella.data.magic import FORMATS
from umbrella.data.videos import look_at_video

OPEN = {"x264-params": "open-gop=1:bframes=3"}  # pictures before a key build on those before it


def all_pictures(data):
    with av.open(io.BytesIO(data)) as box:
        return list(box.decode(video=0))


def at_times(data, count):
    """The pictures on show, and those that decoding everything finds at the same times."""
    with clip.opened(data) as open_clip:
        times = open_clip.spread(count)
        got = list(shown.pictures(open_clip, times))
    whole = all_pictures(data)
    begun = [[one for one in whole if one.pts <= when] or whole[:1] for when in times]
    return got, [some[-1] for some in begun]


@pytest.mark.parametrize("count", [1, 3, 8, 30, 47])
@pytest.mark.parametrize("format", EVERY)
def test_sought_pictures_are_those_of_decoding_everything(format, count):
    got, wanted = at_times(film(scene(1), format), count)
    assert [one.pts for one in got] == [one.pts for one in wanted]
    for one, other in zip(got, wanted, strict=True):
        assert np.array_equal(one.to_ndarray(), other.to_ndarray())


@pytest.mark.parametrize("format", ["mp4", "mov", "matroska"])
@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_pictures_that_lean_on_both_sides_of_a_key_are_found(format, codec):
    settings = OPEN if codec == "libx264" else {"x265-params": "open-gop=1:log-level=none"}
    pictures = scene(2, 60, 64, 96)  # x265 writes past its memory where a side is below 64
    data = film(pictures, format, codec=codec, settings=settings)
    for count in (5, 60):
        got, wanted = at_times(data, count)
        assert [one.pts for one in got] == [one.pts for one in wanted]
        assert all(map(np.array_equal, *([p.to_ndarray() for p in some] for some in (got, wanted))))


def test_times_and_not_numbers_of_pictures_are_spread():
    pictures = scene(3, 8)
    times = [0, 1, 2, 3, 4, 20, 21, 22]  # the fifth lasts for most of the clip
    got, wanted = at_times(film(pictures, "matroska", times=times), 8)
    assert [one.pts for one in got] == [one.pts for one in wanted]
    assert sum(one.pts == got[3].pts for one in got) >= 5
    even, _ = at_times(film(pictures, "matroska"), 8)
    assert len({one.pts for one in even}) == 8


def test_a_clip_of_fewer_pictures_repeats_them_evenly():
    frames = shown.load(film(scene(4, 3)), 6, 32)
    assert [np.array_equal(frames[2 * at], frames[2 * at + 1]) for at in range(3)] == [True] * 3
    assert len({one.tobytes() for one in frames}) == 3
    assert len({one.tobytes() for one in shown.load(film(scene(4, 1)), 4, 32)}) == 1


def test_what_lies_between_the_keys_that_are_asked_for_is_not_decoded(monkeypatch):
    data, counted = film(scene(5, 120), keys=6), []
    whole = shown._decoded

    def counting(*given):
        for packet, frames in whole(*given):
            counted.append(len(frames))
            yield packet, frames

    monkeypatch.setattr(shown, "_decoded", counting)
    shown.load(data, 4, 16)
    assert sum(counted) <= 4 * (6 + 3)  # a key's stretch each, and a few that are in the making


def test_a_clip_of_one_key_is_decoded_once(monkeypatch):
    data, counted = film(scene(5, 60), keys=600), []
    whole = shown._decoded

    def counting(*given):
        for packet, frames in whole(*given):
            counted.append(len(frames))
            yield packet, frames

    monkeypatch.setattr(shown, "_decoded", counting)
    shown.load(data, 16, 16)
    assert sum(counted) <= 60


@pytest.mark.parametrize("turn", [90, 180, -90])
def test_a_clip_is_turned_as_a_player_turns_it(turn):
    pictures = np.zeros((4, 32, 48, 3), np.uint8)
    pictures[:, :16, :24] = 255  # the first quarter is white
    (upright,) = shown.load(film(pictures), 1, 32)
    (turned,) = shown.load(film(pictures, turn=turn), 1, 32)
    assert np.abs(turned.astype(int) - np.rot90(upright, turn // 90)).mean() < 2
    white = [turned[:12, :8].mean(), turned[:12, -8:].mean(), turned[-12:, -8:].mean()]
    assert np.argmax(white) == {-90: 1, 180: 2}.get(turn, np.argmax(white))
    if turn == 90:
        assert turned[-12:, :8].mean() > 200


def test_a_square_is_cut_out_of_the_middle_or_all_is_kept():
    pictures = np.zeros((2, 32, 64, 3), np.uint8)
    pictures[:, :, 16:48] = 255
    (cut,), (kept,) = (shown.load(film(pictures), 1, 16, rule) for rule in ("crop", "fit"))
    assert cut[:, 1:-1].min() > 200
    assert np.abs(kept[:4].astype(int) - shown.GREY).max() < 3
    assert kept[6:10, :3].max() < 60
    assert kept[6:10, 6:10].min() > 200


def test_wide_pixels_are_made_square():
    pictures = np.zeros((2, 32, 32, 3), np.uint8)
    pictures[:, :, 8:24] = 255
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as box:
        stream = box.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        stream.codec_context.sample_aspect_ratio = 2
        for pixels in pictures:
            box.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        box.mux(stream.encode())
    assert clip.shape_of(file.getvalue()) == (64, 32)
    assert shown.load(file.getvalue(), 1, 32)[0, :, 1:-1].min() > 200


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        (b"", r"is empty \(0 bytes\)"),
        (b"<html></html>", "holds an HTML page, no video"),
        (b"RIFF\0\0\0\0WAVEfmt ", "holds WAV sound, no video"),
        (b"\0\0\0\x18ftypisom" + bytes(200), "is damaged or cut short|holds no picture"),
        ("nowhere.mp4", "nowhere.mp4 does not exist"),
        (".", "is a folder"),
        ("a\0b.mp4", "cannot be opened"),
    ],
    ids=["empty", "html", "sound", "junk", "absent", "folder", "nul"],
)
def test_what_is_no_video_is_refused_in_words(cell, why):
    with pytest.raises(DataError, match=why):
        shown.load(cell, 4, 16)


def test_sound_alone_is_refused():
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as box:
        stream = box.add_stream("aac", rate=8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 4096), np.float32), "fltp", "mono")
        frame.sample_rate = 8000
        box.mux(stream.encode(frame))
        box.mux(stream.encode())
    with pytest.raises(DataError, match="holds no picture"):
        shown.load(file.getvalue(), 4, 16)


@pytest.mark.parametrize("share", [0.05, 0.5, 0.8])
@pytest.mark.parametrize("format", ["mp4", "avi"])
def test_a_file_that_is_cut_short_is_refused(format, share, tmp_path):
    data = film(scene(6, 60), format)
    if format == "mp4":
        path = tmp_path / "a.mp4"
        early = {"movflags": "faststart"}  # the index first, so that pictures are cut off
        with av.open(str(path), "w", options=early) as box, av.open(io.BytesIO(data)) as given:
            stream = box.add_stream_from_template(given.streams.video[0])
            for packet in given.demux(video=0):
                if packet.size:
                    packet.stream = stream
                    box.mux(packet)
        data = path.read_bytes()
    assert shown.load(data, 16, 16).any()
    with pytest.raises(DataError, match=r"is (damaged or )?cut short|holds no picture"):
        shown.load(data[: int(share * len(data))], 16, 16)


def test_a_picture_that_cannot_be_decoded_shows_the_one_before_it():
    data = bytearray(film(scene(7, 40), keys=10, settings={"x264-params": "bframes=0:scenecut=0"}))
    whole = shown.load(bytes(data), 40, 32)
    with av.open(io.BytesIO(bytes(data))) as box:
        places = [(p.pos, p.size) for p in box.demux(video=0) if p.is_keyframe]
    at, size = places[2]
    data[at : at + size] = b"\xff" * size
    broken = shown.load(bytes(data), 40, 32)
    assert np.array_equal(broken[:20], whole[:20])
    assert np.array_equal(broken[30:], whole[30:])
    assert np.array_equal(broken[20], whole[19])


def bomb(high, wide, count):
    """Many black pictures in few bytes."""
    file, black = io.BytesIO(), av.VideoFrame(wide, high, "yuv420p")
    for plane in black.planes:
        plane.update(bytes([128]) * plane.buffer_size)
    with av.open(file, "w", format="mp4") as box:
        stream = box.add_stream("libx264", rate=30, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = wide, high, "yuv420p"
        stream.codec_context.gop_size = 10_000
        for at in range(count):
            black.pts = at
            box.mux(stream.encode(black))
        box.mux(stream.encode())
    return file.getvalue()


def test_a_small_file_that_unfolds_to_much_is_refused_in_a_blink():
    data = bomb(720, 1280, 450)
    assert len(data) < 25_000
    start = time.monotonic()
    with pytest.raises(DataError, match=r"unfolds from .* to 622,080,000"):
        shown.load(data, 16, 64)
    assert time.monotonic() - start < 0.2
    assert shown.load(bomb(720, 1280, 20), 4, 16).shape == (4, 16, 16, 3)


@pytest.mark.parametrize(
    ("limit", "why"),
    [
        ({"video_pixels": 1000}, "claims 48 × 32 pixels; at most 1,000"),
        ({"video_seconds": 1}, "lasts 2 s; at most 1 s"),
        ({"video_frames": 30}, "holds 50 pictures; at most 30"),
        ({"file_bytes": 100}, "bytes; at most 100 are read"),
    ],
)
def test_every_limit_is_judged_by_the_header(limit, why):
    data = film(scene(8, 50))
    assert shown.load(data, 2, 16).any()
    with pytest.raises(DataError, match=why):
        shown.load(data, 2, 16, limits=Limits(**limit))


def test_a_ribbon_of_pixels_is_refused():
    data = film(np.zeros((2, 8, 320, 3), np.uint8), "avi", codec="ffv1")
    with pytest.raises(DataError, match="claims 320 × 8 pixels; a side of at most 32 times"):
        shown.load(data, 2, 64)


def test_every_format_that_is_told_has_its_demuxer():
    told = {name for name, content in FORMATS.items() if content.kind == "video"}
    assert set(clip.DEMUXERS) == told


def test_damage_anywhere_is_answered_with_words_or_pictures():
    rng = np.random.default_rng(0)
    for format in EVERY:
        whole = film(scene(9, 20), format)
        for _ in range(20):
            data = bytearray(whole)
            for at in rng.integers(0, len(data), 12):
                data[at] = rng.integers(256)
            with suppress(DataError):  # anything else would be a defect
                assert shown.load(bytes(data), 5, 16).shape == (5, 16, 16, 3)


def test_what_passes_at_reading_never_fails_to_be_encoded(tmp_path):
    rng = np.random.default_rng(1)
    for format in ("mp4", "matroska", "avi", "mpeg2video"):
        whole = film(scene(9, 20), format)
        for _ in range(15):
            data = bytearray(whole)
            for at in rng.integers(0, len(data), 10):
                data[at] = rng.integers(256)
            path = tmp_path / "clip"
            path.write_bytes(data)
            try:
                look_at_video(path, LIMITS)
            except DataError:
                continue
            assert shown.load(str(path), 6, 16).shape == (6, 16, 16, 3)


@pytest.mark.slow
def test_real_clips_are_those_of_decoding_everything():
    folder = realdata.path("surv_fight_video")
    for path in sorted(folder.rglob("*.mp4"))[::9]:
        got, wanted = at_times(path.read_bytes(), 16)
        assert [one.pts for one in got] == [one.pts for one in wanted]
        assert LIMITS.video_pixels > got[0].width * got[0].height
