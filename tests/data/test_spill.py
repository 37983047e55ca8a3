"""Arrays that outgrow memory and disk hold the same rows as those that do not."""

from dataclasses import replace

import numpy as np
import pytest
from mediafiles import picture, sound

from umbrella.base.errors import DataError
from umbrella.base.limits import LIMITS
from umbrella.data import arrays
from umbrella.data.arrays import encode
from umbrella.data.codecs.audio_mel import AudioMel
from umbrella.data.codecs.columns import Columns, Part
from umbrella.data.codecs.image import ImagePixels
from umbrella.data.codecs.ragged import Ragged
from umbrella.data.codecs.text_tokens import TextTokens
from umbrella.data.codecs.windows import Ahead, Windows
from umbrella.data.spill import Spilling, Streamed, StreamedRagged
from umbrella.fit.batches import collate, row_lengths

ROWS = 40
ASKED = [np.array([3, 38, 0, 39, 3]), np.array([1, 2]), np.array([30, 39]), np.arange(ROWS)]


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    pictures = [str(picture(folder / f"{n}.png", n)) for n in range(ROWS)]
    sounds = [str(sound(folder / f"{n}.wav", n, rate=4000 + 100 * n)) for n in range(ROWS)]
    return {"picture": [*pictures[:-1], None], "sound": sounds}


def columns(places, name):
    codec = {"picture": lambda: ImagePixels(size=16), "sound": AudioMel}[name]()
    return Columns((Part((name,), codec),)).fit(lambda: batches(places, name))


def batches(places, name):
    cells = places[name]
    return ({name: cells[at : at + 7]} for at in range(0, ROWS, 7))


def limited(monkeypatch, memory, disk):
    monkeypatch.setattr(arrays, "LIMITS", replace(LIMITS, memory_bytes=memory, disk_bytes=disk))


@pytest.mark.parametrize("name", ["picture", "sound"])
@pytest.mark.parametrize(("memory", "disk"), [(9_000, 2**40), (9_000, 20_000), (9_000, 0)])
def test_every_way_of_keeping_gives_the_same_rows(places, name, memory, disk, monkeypatch):
    codecs = columns(places, name)
    plain = encode(codecs, batches(places, name))
    limited(monkeypatch, memory, disk)
    kept = encode(codecs, batches(places, name))
    (values,) = kept.values()
    assert isinstance(values, Streamed | StreamedRagged) == (disk < 2**30)
    np.testing.assert_array_equal(row_lengths(kept), row_lengths(plain))
    for rows in ASKED:
        for key, expected in collate(plain, rows).items():
            np.testing.assert_array_equal(collate(kept, rows)[key], expected)


def test_the_first_rows_stay_on_disk_and_the_others_are_made(places, monkeypatch):
    codecs = columns(places, "picture")
    limited(monkeypatch, 9_000, 20_000)
    pixels = encode(codecs, batches(places, "picture"))["pixels"]
    assert 0 < len(pixels.kept) < ROWS
    asked = []
    pixels.fetch = lambda rows: asked.extend(rows.tolist()) or np.zeros((len(rows), 16, 16, 3))
    pixels[np.array([0, 39, 1, 38])]
    assert asked == [39, 38]
    assert pixels[5].shape == (16, 16, 3)
    assert pixels[2:4].shape == (2, 16, 16, 3)


def test_a_file_that_vanished_meanwhile_stops_the_batch(tmp_path, monkeypatch):
    own = {"picture": [str(picture(tmp_path / f"{n}.png", n)) for n in range(ROWS)]}
    codecs = columns(own, "picture")
    limited(monkeypatch, 9_000, 0)
    pixels = encode(codecs, batches(own, "picture"))["pixels"]
    (tmp_path / "20.png").unlink()
    pixels[np.array([19, 21])]
    with pytest.raises(DataError, match=r"Row 21 of .*20\.png does not exist"):
        pixels[np.array([3, 20])]


def test_texts_are_kept_on_disk_whatever_their_size(monkeypatch):
    texts = {"text": [f"word{n} and {n * n} more words here" for n in range(400)]}
    codecs = Columns((Part(("text",), TextTokens(vocab=200)),)).fit(lambda: iter([texts]))
    plain = encode(codecs, iter([texts]))["ids"]
    limited(monkeypatch, 500, 0)
    kept = encode(codecs, iter([texts]))["ids"]
    assert type(kept) is Ragged
    np.testing.assert_array_equal(kept.padded(), plain.padded())


def test_windows_of_series_are_never_unfolded_onto_the_disk():
    steps = np.arange(50)
    none, ones = np.zeros(50, np.int64), np.ones(50)
    past = Windows(steps[:, None] * 1.0, none, steps, 8, np.array([True]), ones)
    ahead = Ahead(steps[:, None] * 1.0, none + 49, steps, 3, ones, ones)
    for kept in (past, ahead):
        growing = Spilling(replace(LIMITS, memory_bytes=1))
        growing.add(kept)
        assert growing.close() is kept
