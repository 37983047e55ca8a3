"""Copies of pictures and sounds stay together; what only resembles does not."""

import io
from dataclasses import replace

import numpy as np
import pytest
import realdata
import soundfile
from mediafiles import pixels, samples, sound
from PIL import Image, ImageEnhance

from umbrella.base.errors import ConfigError
from umbrella.base.limits import LIMITS
from umbrella.data.inspect import Signatures, inspect
from umbrella.data.pictures import look_at_picture
from umbrella.data.read import read
from umbrella.data.twins_media import find_media_twins, match, near_pairs


def signatures(pictures):
    """Signatures of pictures in memory, each saved as PNG unless it is bytes."""
    looks, digests = [], []
    for one in pictures:
        data = one if isinstance(one, bytes) else png(one)
        format = "jpeg" if data[:2] == b"\xff\xd8" else "png"
        looks.append(look_at_picture(data, format, LIMITS))
        digests.append(np.frombuffer(np.array(hash(data)).tobytes() * 4, np.uint8))
    content = [int.from_bytes(look.content, "little") for look in looks]
    there = np.ones(len(looks), bool)
    thumbs = np.stack([look.thumb for look in looks])
    return Signatures(np.stack(digests), np.array(content, np.uint64), thumbs, there)


def png(array):
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, "PNG")
    return buffer.getvalue()


def jpeg(array, quality=70):
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def resized(array, share=0.9):
    image = Image.fromarray(array)
    size = round(image.width * share), round(image.height * share)
    return np.asarray(image.resize(size, Image.Resampling.BICUBIC))


EDITS = {
    "saved again at quality 70": jpeg,
    "moved by a pixel": lambda a: np.pad(a, ((0, 0), (1, 0), (0, 0)), "edge")[:, :-1],
    "resized to 90 %": resized,
    "5 % brighter": lambda a: np.asarray(ImageEnhance.Brightness(Image.fromarray(a)).enhance(1.05)),
    "grey": lambda a: np.repeat(np.asarray(Image.fromarray(a).convert("L"))[..., None], 3, axis=2),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_copy_is_a_near_twin(edit):
    originals = [pixels(seed) for seed in range(40)]
    twins = match([signatures([*originals, *map(EDITS[edit], originals)])], seed=0)
    assert twins.cluster[40:].tolist() == list(range(40))
    assert (twins.exact, twins.canonical, twins.near) == (0, 0, 40)


def test_strangers_are_no_twins():
    twins = match([signatures([pixels(seed) for seed in range(500)])], seed=0)
    assert (twins.rows, twins.largest) == (0, 1)


def test_each_sort_of_twin_is_counted_once():
    a, b = pixels(1), pixels(2)
    flat = io.BytesIO()
    Image.fromarray(a).save(flat, "PNG", compress_level=0)
    twins = match([signatures([a, b, png(a), flat.getvalue(), jpeg(a), jpeg(a)])], seed=0)
    assert twins.cluster.tolist() == [0, 1, 0, 0, 0, 0]
    assert (twins.exact, twins.canonical, twins.near) == (2, 1, 1)
    assert twins.key[0] == twins.key[2] == twins.key[3] != twins.key[4]


def test_near_can_be_left_out():
    a = pixels(1)
    twins = match([signatures([a, jpeg(a), png(a)])], near=False, seed=0)
    assert twins.cluster.tolist() == [0, 1, 0]


def test_blank_pictures_are_nobodys_near_twin():
    blank = [np.full((40, 40, 3), shade, np.uint8) for shade in range(100, 200)]
    assert match([signatures(blank)], seed=0).near == 0


def test_missing_files_are_nobodys_twin():
    some = signatures([pixels(1)] * 3)
    some = replace(some, there=np.array([True, False, False]))
    assert match([some], seed=0).cluster.tolist() == [0, 1, 2]


def test_with_two_columns_both_must_be_copies():
    a, b, c = pixels(1), pixels(2), pixels(3)
    left, right = signatures([a, jpeg(a), jpeg(a)]), signatures([b, jpeg(b), c])
    assert match([left, right], seed=0).cluster.tolist() == [0, 0, 2]


def test_no_rows_have_no_twins():
    none = signatures([pixels(1)]).take(np.zeros(0, np.int64))
    assert len(match([none], seed=0).cluster) == 0


def test_an_odd_threshold_is_refused():
    with pytest.raises(ConfigError, match=r"0.5 for image is not in \[0.7, 1\)"):
        match([signatures([pixels(1)])], thresholds={"image": 0.5}, seed=0)


def test_pictures_that_all_look_alike_are_not_one_twin():
    """Scans of one form differ in what is written; the form must not join them."""
    form = pixels(7, 64, 64)
    scans = []
    for seed in range(300):
        scan = form.copy()
        draw = np.random.default_rng(seed)
        scan[20:44, 20:44] = draw.integers(0, 256, (3, 3, 3)).repeat(8, 0).repeat(8, 1)
        scans.append(scan)
    some = signatures(scans)
    assert len(near_pairs([some], {"image": 0.7}, 0)[0]) > 300  # they do look alike
    assert match([some], thresholds={"image": 0.7}, seed=0).largest <= 50


def test_copies_are_found_among_many():
    draw = np.random.default_rng(0)
    thumbs = draw.integers(0, 256, (20_000, 8, 8), dtype=np.uint8).repeat(4, 1).repeat(4, 2)
    thumbs[10_000:10_100] = np.clip(
        thumbs[:100].astype(int) + draw.integers(-6, 7, (100, 32, 32)), 0, 255
    )
    content = np.arange(1, 20_001, dtype=np.uint64)
    digest = content.view(np.uint8).reshape(-1, 8).repeat(4, axis=1)
    twins = match([Signatures(digest, content, thumbs, np.ones(20_000, bool))], seed=0)
    assert twins.near == 100
    assert twins.cluster[10_000:10_100].tolist() == list(range(100))


def test_a_sound_saved_otherwise_is_a_twin_and_other_sounds_are_not(tmp_path):
    paths = [sound(tmp_path / f"{seed}.wav", seed) for seed in range(12)]
    soundfile.write(tmp_path / "softer.wav", 0.5 * samples(3), 8000)
    sound(tmp_path / "packed.ogg", 4)
    paths += [tmp_path / "softer.wav", tmp_path / "packed.ogg"]
    found = inspect([str(path) for path in paths], "audio").signatures
    assert match([found], seed=0).cluster.tolist() == [*range(12), 3, 4]


def test_rows_that_do_not_count_are_not_compared(tmp_path):
    for seed, name in ((1, "a/1"), (2, "b/2"), (1, "b/1")):
        path = tmp_path / "set" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png(pixels(seed)))
    table = read(tmp_path / "set")
    assert find_media_twins(table, ["file"], np.ones(3, bool), seed=0).cluster.tolist() == [0, 0, 2]
    keep = np.array([True, False, True])
    assert find_media_twins(table, ["file"], keep, seed=0).cluster.tolist() == [0, 1]


def test_real_rooms_are_told_apart():
    folder = realdata.path("houses") / "images"
    paths = [str(path) for path in sorted(folder.glob("frontal/*.jpg"))]
    found = inspect(paths, "image")
    assert found.faults == {}
    assert match([found.signatures], seed=0).rows <= 0.05 * len(paths)
