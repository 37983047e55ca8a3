"""Nothing is trained on a cell that could not be read, and a missing cell is no fault."""

import numpy as np
import pytest
from mediafiles import picture, sound

from umbrella.base.errors import DataError
from umbrella.data.arrays import cell_batches, encode
from umbrella.data.codecs.columns import Columns, Part
from umbrella.data.codecs.image import ImagePixels
from umbrella.data.read import read


@pytest.fixture
def table(tmp_path):
    for seed in range(4):
        picture(tmp_path / f"{seed}.png", seed)
    rows = "\n".join(f"{seed}.png,{'yes' if seed % 2 else 'no'}" for seed in range(4))
    (tmp_path / "t.csv").write_text(f"picture,label\n{rows}\n,no\n")
    return read(tmp_path / "t.csv", kinds={"picture": "image"})


def codecs_of(table):
    part = Part(("picture",), ImagePixels(size=16))
    return Columns((part,)).fit(lambda: cell_batches(table, ["picture"]))


def test_a_file_that_vanished_since_the_table_was_read_stops_the_encoding(table, tmp_path):
    codecs = codecs_of(table)
    (tmp_path / "2.png").unlink()
    with pytest.raises(DataError, match=r"Row 3 of the rows in use .*2\.png does not exist.*again"):
        encode(codecs, cell_batches(table, ["picture"]))


def test_the_row_is_counted_over_batches(table, tmp_path):
    codecs = codecs_of(table)
    (tmp_path / "3.png").write_bytes(b"GIF89a nothing")
    cells = next(cell_batches(table, ["picture"]))["picture"]
    with pytest.raises(DataError, match=r"Row 4 of .*3\.png is damaged"):
        encode(codecs, ({"picture": [cell]} for cell in cells))


def test_a_missing_cell_is_black_and_no_fault(table):
    pixels = encode(codecs_of(table), cell_batches(table, ["picture"]))["pixels"]
    assert [bool(np.any(square)) for square in pixels] == [True, True, True, True, False]


def test_a_picture_that_no_codec_reads_is_a_bad_row_at_reading(tmp_path):
    for seed in range(30):
        picture(tmp_path / "set" / "ab"[seed % 2] / f"{seed}.png", seed)
    deep = np.linspace(0, 1e6, 900, dtype=np.float32).reshape(30, 30)
    from PIL import Image

    Image.fromarray(deep).save(tmp_path / "set" / "a" / "depth.tif")
    table = read(tmp_path / "set")
    assert (table.rows, table.bad_rows) == (30, 1)
    assert "depth.tif holds 32 bit numbers" in str(table.bad[0])


def test_sounds_are_refused_alike(tmp_path):
    from umbrella.data.codecs.audio_mel import AudioMel

    paths = [str(sound(tmp_path / f"{seed}.wav", seed)) for seed in range(3)]
    codecs = Columns((Part(("s",), AudioMel()),)).fit(lambda: iter([{"s": paths}]))
    assert len(encode(codecs, [{"s": [*paths, None]}])["mel"].lengths) == 4
    with pytest.raises(DataError, match=r"Row 1 of .*gone\.wav does not exist"):
        encode(codecs, [{"s": [str(tmp_path / "gone.wav")]}])
