"""One look at each file: what is damaged is found before training, and copies are known."""

import io
import os
import struct

import av
import numpy as np
import pytest
import soundfile
from mediafiles import picture, pixels, samples, sound, video
from PIL import Image

from umbrella.base.limits import Limits
from umbrella.data.codecs.image import ImagePixels
from umbrella.data.inspect import inspect
from umbrella.data.magic import tell


def look(paths, kind="image", **limits):
    return inspect([str(p) if p is not None else None for p in paths], kind, Limits(**limits))


def why(path, kind="image", **limits):
    found = look([path], kind, **limits)
    assert not found.signatures.there[0]
    return found.faults[0]


@pytest.mark.parametrize("ending", ["png", "jpg", "gif", "bmp", "webp", "tif"])
def test_every_picture_format_is_read(tmp_path, ending):
    found = look([picture(tmp_path / f"a.{ending}", 1)])
    assert found.faults == {}
    assert found.signatures.thumb[0].std() > 5


@pytest.mark.parametrize("ending", ["wav", "flac", "ogg", "mp3"])
def test_every_sound_format_is_read(tmp_path, ending):
    found = look([sound(tmp_path / f"a.{ending}", 1, rate=16000)], "audio")
    assert found.faults == {}
    assert found.signatures.thumb[0].std() > 5


def test_sound_packed_as_m4a_is_read_and_found_out_when_it_is_cut(tmp_path):
    path = tmp_path / "a.m4a"
    whole = (samples(1, 2.0) * 30_000).astype(np.int16)[None]
    with av.open(str(path), "w", format="ipod") as file:
        stream = file.add_stream("aac", rate=8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(whole, format="s16", layout="mono")
        frame.sample_rate = 8000
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    assert look([path], "audio").faults == {}
    path.write_bytes(path.read_bytes()[:2000])
    assert "damaged or cut short" in why(path, "audio")


def test_rows_keep_their_order_and_a_file_met_twice_is_read_once(tmp_path):
    a, b = picture(tmp_path / "a.png", 1), picture(tmp_path / "b.png", 2)
    found = look([a, None, b, a, tmp_path / "gone.png"])
    assert found.signatures.there.tolist() == [True, False, True, True, False]
    assert found.signatures.digest[0].tolist() == found.signatures.digest[3].tolist()
    assert found.signatures.digest[0].tolist() != found.signatures.digest[2].tolist()
    assert (found.absent, list(found.faults)) == ([4], [4])
    assert found.faults[4] == "is not there"


def test_many_files_come_out_as_one_by_one(tmp_path):
    paths = [picture(tmp_path / f"{seed}.png", seed) for seed in range(150)]
    together = look(paths).signatures
    alone = [look([path]).signatures for path in paths[::37]]
    assert together.take(np.arange(150)[::37]).thumb.tolist() == [
        o.thumb[0].tolist() for o in alone
    ]
    assert len(np.unique(together.content)) == 150


@pytest.mark.parametrize("ending", ["jpg", "png", "gif", "bmp", "webp", "tif"])
@pytest.mark.parametrize("share", [0.2, 0.6, 0.95])
def test_a_picture_that_is_cut_short_is_found(tmp_path, ending, share):
    path = picture(tmp_path / f"a.{ending}", 1)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    assert "damaged or cut short" in why(path)


def test_a_large_picture_that_is_cut_short_is_found_though_it_is_read_small(tmp_path):
    path = tmp_path / "photo.jpg"
    Image.fromarray(pixels(1, 1200, 1600)).save(path)
    assert look([path]).faults == {}
    path.write_bytes(path.read_bytes()[:-5000])
    assert "damaged or cut short" in why(path)


def test_a_picture_beyond_the_limit_is_refused_by_its_header(tmp_path):
    path = picture(tmp_path / "a.png", 1)
    assert "claims 48 × 40 pixels; at most 1,000 are read" in why(path, image_pixels=1_000)
    assert "bytes; at most 10 are read" in why(path, image_bytes=10)


def test_a_bomb_costs_no_memory(tmp_path):
    header = struct.pack(">II5B", 60_000, 60_000, 8, 2, 0, 0, 0)
    path = tmp_path / "bomb.png"
    data = picture(tmp_path / "small.png", 1).read_bytes()
    path.write_bytes(data[:16] + header + data[29:])
    assert "pixels" in why(path) or "damaged" in why(path)


def test_what_is_no_plain_file_is_not_waited_for(tmp_path):
    assert why(tmp_path) == "is a folder, not a file"
    os.mkfifo(tmp_path / "pipe.png")
    assert why(tmp_path / "pipe.png") == "is a pipe or a device, not a file"
    assert why("/dev/zero") == "is a pipe or a device, not a file"
    assert why(str(tmp_path / "a\0b.png")) == "is not there"


def saved(array, format, **settings):
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, format, **settings)
    return buffer.getvalue()


def contents(tmp_path, *files):
    paths = []
    for at, data in enumerate(files):
        paths.append(tmp_path / f"{at}.bin")
        paths[-1].write_bytes(data)
    return look(paths).signatures.content.tolist()


def test_equal_pixels_are_equal_content_in_any_wrapping(tmp_path):
    whole = pixels(3)
    png, flat, bmp = (
        saved(whole, "PNG"),
        saved(whole, "PNG", compress_level=0),
        saved(whole, "BMP"),
    )
    other = whole.copy()
    other[5, 5] += 1
    one, two, three, four = contents(tmp_path, png, flat, bmp, saved(other, "PNG"))
    assert one == two == three != four


def test_a_photo_is_seen_as_its_camera_was_held(tmp_path):
    whole = pixels(3)
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees to the right to view
    turned = saved(np.rot90(whole), "PNG", exif=exif)
    one, two = contents(tmp_path, saved(whole, "PNG"), turned)
    assert one == two


def test_colours_of_any_depth_are_read(tmp_path):
    grey = pixels(3)[..., 0]
    deep = (grey.astype(np.uint16) * 257).astype(np.uint16)
    clear = np.dstack([pixels(3), np.full(grey.shape, 255, np.uint8)])
    one, two, three, four = contents(
        tmp_path,
        saved(grey, "PNG"),
        saved(deep, "PNG"),
        saved(pixels(3), "PNG"),
        saved(clear, "PNG"),
    )
    assert one == two
    assert three == four


def test_what_is_transparent_is_white(tmp_path):
    seen = np.zeros((40, 40, 4), np.uint8)
    seen[10:20, 10:20] = (9, 9, 9, 255)
    white = np.full((40, 40, 3), 255, np.uint8)
    white[10:20, 10:20] = 9
    one, two = contents(tmp_path, saved(seen, "PNG"), saved(white, "PNG"))
    assert one == two


def test_equal_samples_are_equal_content_in_any_wrapping(tmp_path):
    whole = (samples(1) * 30_000).astype(np.int16)
    for name in ("a.wav", "a.flac"):
        soundfile.write(tmp_path / name, whole, 8000)
    soundfile.write(tmp_path / "two.wav", np.column_stack([whole, whole]), 8000)
    soundfile.write(tmp_path / "other.wav", whole + 1, 8000)
    paths = [tmp_path / name for name in ("a.wav", "a.flac", "two.wav", "other.wav")]
    found = look(paths, "audio").signatures.content
    assert found[0] == found[1] == found[2] != found[3]


def test_bad_sounds_are_found(tmp_path):
    path = sound(tmp_path / "a.wav", 1)
    data = path.read_bytes()
    assert "lasts 0 s or more; at most 0" in why(path, "audio", audio_seconds=0)
    for cut in (20, 44, 200, len(data) - 100):
        path.write_bytes(data[:cut])
        assert "cut short" in why(path, "audio"), cut
    soundfile.write(tmp_path / "none.wav", np.zeros(0), 8000)
    assert why(tmp_path / "none.wav", "audio").startswith("holds no samples")
    flac = sound(tmp_path / "a.flac", 1)
    flac.write_bytes(flac.read_bytes()[:-800])
    assert "cut short" in why(flac, "audio")
    assert why(picture(tmp_path / "b.png", 1), "audio") == "is a PNG picture, not a sound"


def test_a_stream_whose_end_was_not_known_is_read(tmp_path):
    path = sound(tmp_path / "a.wav", 1)
    data = bytearray(path.read_bytes())
    at = data.index(b"data") + 4
    data[at : at + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(bytes(data))
    assert look([path], "audio").faults == {}


def test_videos_are_read_and_bad_ones_are_found(tmp_path):
    path, other = video(tmp_path / "a.mp4", 1), video(tmp_path / "b.mp4", 2)
    found = look([path, other], "video")
    assert found.faults == {}
    assert found.signatures.content[0] != found.signatures.content[1]
    assert "64 × 64 pixels" in why(path, "video", video_pixels=100)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    assert "damaged or cut short" in why(path, "video")


STARTS = {
    b"\xff\xd8\xff\xe0": "jpeg",
    b"RIFF\0\0\0\0WEBP": "webp",
    b"RIFF\0\0\0\0AVI ": "avi",
    b"\0\0\0\x20ftypM4A ": "m4a",
    b"\0\0\0\x20ftypisom": "mp4",
    b"\0\0\0\x14ftypqt  ": "mov",
    b"\xff\xfb\x90\x00": "mp3",
    b"ID3\x04": "mp3",
    b"\xff\xf1\x50\x80": "",  # AAC, which looks much like MP3
    b"\0\0\0\x20ftypheic": "",
    b"": "",
}


@pytest.mark.parametrize("start", STARTS, ids=repr)
def test_first_bytes_tell_the_format(start):
    assert tell(start).format == STARTS[start]
    assert (tell(start).kind is None) == (STARTS[start] == "")


def test_letters_cut_in_two_are_still_text():
    assert tell("一行中文".encode() * 50).name == "text"
    assert tell(("一行中文" * 50).encode()[:511]).name == "text"
    assert tell(bytes(range(128, 256)) * 4).name == "an unknown format"


def test_tiny_pictures_are_copies_only_when_they_are_equal(tmp_path):
    rng = np.random.default_rng(0)
    for name, edge in (("tiny", 8), ("small", 32)):
        pixels = rng.integers(0, 255, (edge, edge, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(tmp_path / f"{name}.png")
    tiny, small = (
        inspect([str(tmp_path / f"{name}.png")], "image").signatures.thumb
        for name in ("tiny", "small")
    )
    assert not tiny.any()
    assert small.any()


def lossy(path, seconds=3.0, **settings):
    """Noise, which no encoder can say in a few bytes."""
    draw = np.random.default_rng(0)
    soundfile.write(path, draw.uniform(-0.5, 0.5, int(seconds * 16000)), 16000, **settings)
    return path


@pytest.mark.parametrize("name", ["a.mp3", "a.ogg"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_lossy_sound_that_is_cut_short_is_found(tmp_path, name, share):
    path = lossy(tmp_path / name)
    assert look([path], "audio").faults == {}
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    assert "cut short" in why(path, "audio")


def test_ogg_whose_end_is_blank_is_found_and_what_stands_behind_its_end_is_not_minded(tmp_path):
    path = lossy(tmp_path / "a.ogg")
    data = path.read_bytes()
    path.write_bytes(data + b"TAG" + bytes(125))
    assert look([path], "audio").faults == {}
    last = data.rindex(b"OggS")
    path.write_bytes(data[:last] + bytes(len(data) - last))
    assert "its last page is damaged" in why(path, "audio")
    path.write_bytes(data[:last])  # as a recorded stream ends
    assert look([path], "audio").faults == {}


def test_what_no_codec_reads_does_not_pass(tmp_path):
    tall = Image.fromarray(np.full((30, 30), 0.5, np.float32))
    tall.save(tmp_path / "float.tif")
    assert "32 bit numbers" in why(tmp_path / "float.tif")
    wave = samples(1).astype(np.float32)
    wave[5] = np.nan
    soundfile.write(tmp_path / "nan.wav", wave, 8000, subtype="FLOAT")
    assert "no numbers" in why(tmp_path / "nan.wav", "audio")
    soundfile.write(tmp_path / "slow.wav", samples(1), 500)
    assert "500 samples a second" in why(tmp_path / "slow.wav", "audio")
    soundfile.write(tmp_path / "many.wav", np.zeros((10, 70)), 8000)
    assert "70 channels" in why(tmp_path / "many.wav", "audio")


def odd_pictures():
    grey = pixels(3)[..., 0]
    for mode in ("1", "L", "P", "LA", "PA", "RGBA", "RGBX", "CMYK", "YCbCr", "LAB", "I", "F"):
        for ending in ("PNG", "TIFF", "JPEG", "GIF", "BMP", "WEBP"):
            buffer = io.BytesIO()
            try:
                Image.fromarray(grey).convert("RGB").convert(mode).save(buffer, ending)
            except (OSError, ValueError):
                continue
            yield f"{mode}-{ending}", buffer.getvalue()
    yield "16-PNG", saved((grey.astype(np.uint16) * 257).astype(np.uint16), "PNG")


@pytest.mark.parametrize("data", [pytest.param(data, id=name) for name, data in odd_pictures()])
def test_a_picture_passes_exactly_when_the_codec_reads_it(tmp_path, data):
    for cut in (len(data), len(data) * 3 // 4, 60):
        path = tmp_path / f"{cut}.bin"
        path.write_bytes(data[:cut])
        passes = not look([path]).faults
        _, faults = ImagePixels(size=16).examine([str(path)])
        assert passes == (not faults)
