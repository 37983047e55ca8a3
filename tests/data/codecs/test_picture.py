"""Every kind of picture becomes the same upright RGB square, and nothing else gets through."""

import io
import os
import struct
import zlib
from contextlib import suppress

import numpy as np
import pytest
from PIL import Image, ImageOps

from umbrella.base.errors import DataError
from umbrella.base.limits import Limits
from umbrella.data.codecs.picture import ALLOWED, GREY, ORIENTATION, hushed, load, shape_of


def scene(width: int = 48, height: int = 32) -> Image.Image:
    """A smooth picture whose four corners differ."""
    y, x = np.mgrid[:height, :width]
    red, green = 255 * x / (width - 1), 255 * y / (height - 1)
    return Image.fromarray(np.stack([red, green, 255 - red], 2).astype(np.uint8))


def saved(picture: Image.Image, format: str = "PNG", **how) -> bytes:
    file = io.BytesIO()
    picture.save(file, format, **how)
    return file.getvalue()


def near(one, two, most):
    return np.abs(np.asarray(one).astype(int) - np.asarray(two).astype(int)).max() <= most


@pytest.mark.parametrize("format", ALLOWED)
def test_every_allowed_format_shows_the_same_picture(format):
    exact = {"lossless": True} if format == "WEBP" else {"quality": 98} if format == "JPEG" else {}
    plain = scene(32, 32)
    source = plain.quantize(256) if format == "GIF" else plain
    got = load(saved(source, format, **exact), 32)
    assert got.shape == (32, 32, 3)
    assert got.dtype == np.uint8
    assert near(got, plain, {"JPEG": 12, "GIF": 24}.get(format, 0))


def test_a_square_picture_of_the_right_size_keeps_every_pixel():
    pixels = np.random.default_rng(0).integers(0, 256, (8, 8, 3), np.uint8)
    assert np.array_equal(load(saved(Image.fromarray(pixels)), 8), pixels)


def test_crop_fills_the_square_from_the_middle():
    expected = scene().crop((8, 0, 40, 32))
    assert np.array_equal(load(saved(scene()), 32), np.asarray(expected))
    half = expected.resize((16, 16), Image.Resampling.BILINEAR)
    assert near(load(saved(scene()), 16), half, 4)


def test_fit_keeps_all_of_the_picture_between_grey_bars():
    got = load(saved(scene()), 48, "fit")
    assert np.array_equal(got[8:40], np.asarray(scene()))
    assert (got[:8] == GREY).all()
    assert (got[40:] == GREY).all()


@pytest.mark.parametrize("rule", ["crop", "fit"])
@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 900), (900, 1), (7, 5)])
def test_tiny_and_slender_pictures_are_scaled_too(rule, width, height):
    colour = Image.new("RGB", (width, height), (200, 10, 30))
    got = load(saved(colour), 16, rule)
    assert got.shape == (16, 16, 3)
    assert (got == (200, 10, 30)).all(axis=2).any()


@pytest.mark.parametrize("value", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_pictures_are_turned_as_their_exif_says(format, value):
    exif = Image.Exif()
    exif[ORIENTATION] = value
    how = {"lossless": True} if format == "WEBP" else {"quality": 98} if format == "JPEG" else {}
    data = saved(scene(), format, exif=exif.tobytes(), **how)
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    assert upright.size == ((48, 32) if value < 5 else (32, 48))
    left, top = (upright.width - 32) // 2, (upright.height - 32) // 2
    assert near(load(data, 32), upright.crop((left, top, left + 32, top + 32)), 0)


def test_a_damaged_exif_turns_nothing():
    data = saved(scene(32, 32), "JPEG", exif=b"Exif\0\0MM\0*\0\0\xff\xff rubbish")
    with hushed():
        assert near(load(data, 32), scene(32, 32), 30)


def test_cmyk_becomes_rgb():
    inks = scene(32, 32).convert("CMYK")
    for format in ("JPEG", "TIFF"):
        how = {"quality": 98} if format == "JPEG" else {}
        assert near(load(saved(inks, format, **how), 32), scene(32, 32), 12)


def test_sixteen_bit_grey_keeps_its_high_byte():
    values = np.linspace(0, 65535, 32 * 32).astype(np.uint16).reshape(32, 32)
    for format in ("PNG", "TIFF"):
        got = load(saved(Image.fromarray(values), format), 32)
        assert np.array_equal(got, np.repeat((values >> 8).astype(np.uint8)[:, :, None], 3, 2))


def test_sixteen_bit_colour_is_read():
    value = (0xABCD, 0x1234, 0xFFFF)
    line = b"\0" + struct.pack(">3H", *value) * 8
    assert (
        load(png(8, 8, zlib.compress(line * 8), depth=16, kind=2), 8) == (0xAB, 0x12, 255)
    ).all()


@pytest.mark.parametrize("mode", ["I", "F"])
def test_numbers_without_a_black_and_a_white_are_refused(mode):
    picture = Image.new(mode, (16, 16), 70_000)
    with pytest.raises(DataError, match="32 bit numbers"):
        load(saved(picture, "TIFF"), 16)


def test_what_is_transparent_shows_white():
    clear = scene(32, 32).convert("RGBA")
    clear.putalpha(
        Image.fromarray(np.repeat([[0, 128, 255, 255]], 32, 0).repeat(8, 1).astype("u1"))
    )
    got = load(saved(clear), 32)
    assert (got[:, :8] == 255).all()
    assert np.array_equal(got[:, 16:], np.asarray(scene(32, 32))[:, 16:])
    blended = 255 + (np.asarray(scene(32, 32))[:, 8:16].astype(float) - 255) * 128 / 255
    assert near(got[:, 8:16], blended.round(), 1)


@pytest.mark.parametrize("mode", ["P", "L", "RGB"])
def test_a_transparent_colour_shows_white_too(mode):
    picture = Image.new("RGB", (16, 16), (0, 0, 0)).convert(mode)
    picture.paste(picture.getpixel((0, 0)), (0, 0, 16, 16))
    key = picture.getpixel((0, 0))
    assert (load(saved(picture, transparency=key), 16) == 255).all()
    assert (load(saved(picture), 16) == 0).all()


def test_two_levels_grey_and_grey_with_alpha_become_rgb():
    grey = scene(32, 32).convert("L")
    for picture in (grey, grey.convert("1"), grey.convert("LA")):
        expected = np.asarray(picture.convert("RGB"))
        assert np.array_equal(load(saved(picture), 32), expected)


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP", "TIFF"])
def test_of_several_frames_the_first_is_taken(format):
    first, second = (Image.new("RGB", (16, 16), c) for c in ((255, 0, 0), (0, 0, 255)))
    how = {"lossless": True} if format == "WEBP" else {}
    data = saved(first, format, save_all=True, append_images=[second], **how)
    assert near(load(data, 16), np.full((16, 16, 3), (255, 0, 0)), 1)


def test_a_large_jpeg_is_decoded_small_and_looks_alike():
    large = scene(3000, 2000)
    got = load(saved(large, "JPEG", quality=95), 32)
    left = large.crop((500, 0, 2500, 2000))
    assert near(got, left.resize((32, 32), Image.Resampling.BILINEAR, reducing_gap=3), 6)


def png(width: int, height: int, data: bytes, depth: int = 8, kind: int = 0) -> bytes:
    """A PNG whose header may claim anything."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.mark.parametrize("edge", [20_000, 10_000, 2**31 - 1])
def test_a_header_that_claims_too_many_pixels_is_refused_undecoded(edge):
    bomb = png(edge, edge, zlib.compress(bytes(1000)))
    for read in (lambda: load(bomb, 32), lambda: shape_of(bomb)):
        with hushed(), pytest.raises(DataError, match=r"pixels.* at most 50,000,000 are read"):
            read()


def test_too_many_bytes_are_refused(tmp_path):
    path = tmp_path / "large.png"
    path.write_bytes(saved(scene()))
    few = Limits(image_bytes=100)
    for cell in (str(path), path.read_bytes()):
        with pytest.raises(DataError, match="bytes; at most 100 are read"):
            load(cell, 32, limits=few)


@pytest.mark.parametrize("format", ALLOWED)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_truncated_file_is_refused(format, share):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    data = saved(Image.fromarray(noise), format)
    with hushed(), pytest.raises(DataError, match="damaged"):
        load(data[: int(share * len(data))], 32)


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("page.jpg", b"<!DOCTYPE html><html>Not found</html>", "holds an HTML page, no picture"),
        ("none.png", b"", r"is empty \(0 bytes\)"),
        ("text.png", b"I am no picture", "holds text, no picture"),
        ("song.jpg", b"fLaC" + bytes(100), "holds FLAC sound, no picture"),
        ("zeros.jpg", bytes(100), "holds nothing but zero bytes"),
        ("old.jpg", b"8BPS" + bytes(100), "holds a Photoshop document"),
        ("cut.jpg", b"\xff\xd8\xff", "is damaged"),
        ("head.png", b"\x89PNG\r\n\x1a\n", "is damaged"),
    ],
)
def test_what_is_no_picture_is_refused_by_name(tmp_path, name, data, why):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(DataError, match=rf"{name} {why}" if "damaged" not in why else why):
        load(str(path), 32)


def test_a_path_that_leads_to_no_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    for cell, why in (
        (tmp_path / "absent.png", "does not exist"),
        (tmp_path, "is a folder"),
        (tmp_path / "pipe.png", "or a device"),
        ("bad\0name.png", "cannot be opened"),
        ("x" * 5000, "cannot be opened"),
    ):
        with pytest.raises(DataError, match=why):
            load(str(cell), 32)


@pytest.mark.parametrize("format", ALLOWED)
def test_damaged_bytes_give_a_picture_or_a_reason_and_nothing_else(format):
    data = bytearray(saved(scene(32, 32), format))
    rng = np.random.default_rng(0)
    for _ in range(150):
        hurt = bytearray(data)
        for at in rng.integers(0, len(data), 4):
            hurt[at] = rng.integers(0, 256)
        with hushed(), suppress(DataError):
            assert load(bytes(hurt), 16).shape == (16, 16, 3)
