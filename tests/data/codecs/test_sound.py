"""Sound files are decoded alike whatever their format, and bad ones are refused with a reason."""

import io
import re
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sounds
from sounds import tone, wav_that_promises, write

from umbrella.base.errors import DataError, MissingExtraError
from umbrella.base.limits import LIMITS
from umbrella.data.codecs.sound import each, load, rate_of, resample, settle_rate


@pytest.mark.parametrize(
    ("format", "subtype", "off"),
    [
        ("WAV", "PCM_16", 1e-4),
        ("WAV", "PCM_24", 1e-6),
        ("WAV", "PCM_U8", 0.01),
        ("WAV", "FLOAT", 0),
        ("WAV", "ULAW", 0.02),
        ("FLAC", "PCM_16", 1e-4),
        ("OGG", "VORBIS", 0.1),
        ("OGG", "OPUS", 0.1),
        ("MP3", None, 0.1),
    ],
)
def test_every_format_gives_the_same_wave(format, subtype, off):
    wave = tone(16000, 16000)
    got = load(write(wave, 16000, format, subtype), 16000)
    assert got.dtype == np.float32
    assert abs(len(got) - len(wave)) <= (0 if off < 0.05 else 2000)
    n = min(len(got), len(wave))
    assert np.abs(got[:n] - wave[:n])[1000:-2000].max() <= off


@pytest.mark.parametrize(
    ("codec", "format"), [("aac", "mp4"), ("aac", "adts"), ("aac", "matroska"), ("aac", "mov")]
)
def test_compressed_sound_in_boxes_is_read_by_av(codec, format):
    data = sounds.encoded(tone(16000, 16000), 16000, codec, format)
    assert rate_of(data) == 16000
    got = load(data, 16000)
    assert 15000 <= len(got) <= 19000
    loud = np.abs(np.fft.rfft(got[:16000]))
    assert loud.argmax() == pytest.approx(440, abs=2)


def test_a_path_reads_like_its_bytes(tmp_path):
    data = write(tone())
    path = tmp_path / "声音 1.wav"
    path.write_bytes(data)
    assert load(str(path), 8000).tolist() == load(data, 8000).tolist()


def test_channels_are_averaged():
    left, right = tone(), tone(hertz=1000)
    both = write(np.stack([left, right], axis=1), subtype="FLOAT")
    np.testing.assert_allclose(load(both, 8000), (left + right) / 2, atol=1e-6)


def test_eight_channels_at_192_kilohertz_are_mixed_and_resampled():
    wave = np.stack([tone(192_000, 192_000)] * 8, axis=1)
    got = load(write(wave, 192_000), 16000)
    assert len(got) == 16000
    np.testing.assert_allclose(got[500:-500], tone(16000, 16000)[500:-500], atol=0.01)


@pytest.mark.parametrize(("rate", "wanted"), [(44100, 16000), (8000, 16000), (11025, 8000)])
def test_resampling_keeps_a_tone_and_drops_what_is_too_high(rate, wanted):
    got = resample(tone(rate, rate), rate, wanted)
    np.testing.assert_allclose(got[500:-500], tone(wanted, wanted)[500 : len(got) - 500], atol=0.01)
    high = resample(tone(rate, rate, 0.49 * rate), rate, wanted)
    assert wanted > rate or np.abs(high[500:-500]).max() < 0.05


def test_only_the_first_seconds_are_read():
    data = write(tone(80_000))
    assert load(data, 8000, seconds=1.5).tolist() == load(data, 8000)[:12000].tolist()


def test_one_sample_is_a_sound():
    assert len(load(write(tone(2)[1:]), 8000)) == 1
    assert len(load(write(tone(2)[1:], 44100), 8000)) == 1


def bad_files():
    wave = tone()
    nan, huge = wave.copy(), wave.copy()
    nan[7], huge[7] = np.nan, np.inf
    yield "nothing in it", b"", "is empty"
    yield "a page", b"<!DOCTYPE html><html><body>404</body></html>", "HTML"
    yield "text", b"just some words, no sound at all", "holds text"
    yield "a picture", b"\x89PNG\r\n\x1a\n" + bytes(100), "PNG"
    yield "an archive", b"PK\x03\x04" + bytes(100), "zip"
    yield "no frames", write(wave[:0]), "no samples"
    yield "a head alone", write(wave)[:44], "cut short: 0 of 8,000 bytes"
    yield "half a head", write(wave)[:20], "cut short: its header"
    yield "half a wav", cut(write(wave), 0.5), "cut short: 3,978 of 8,000 bytes"
    yield "nearly all of a wav", write(wave)[:-2], "cut short: 7,998 of 8,000 bytes"
    yield "half an ogg", cut(write(noise(), 16000, "OGG", "VORBIS"), 0.5), "its last page lacks"
    yield "not a number", write(nan, subtype="FLOAT"), "no numbers"
    yield "infinite", write(huge, subtype="FLOAT"), "no numbers"
    yield "half an mp3", cut(write(tone(32000), 16000, "MP3"), 0.5), "cut short"
    yield "half a flac", cut(write(noise(), 8000, "FLAC"), 0.5), "cut short|damaged"
    yield "rate of 1", wav_that_promises(100, 100, rate=1), "1 samples a second"
    yield "rate of 2 GHz", wav_that_promises(100, 100, rate=2**31 - 1), "samples a second"
    yield "200 channels", write(np.zeros((10, 200), np.float32)), "200 channels"
    yield "noise named flac", b"fLaC" + bytes(range(256)) * 4, "damaged"
    yield "noise named ogg", b"OggS" + bytes(range(256)) * 4, "cut short|damaged"
    yield "noise named mp4", b"\0\0\0\x18ftypM4A " + bytes(range(256)) * 4, "damaged|no stream"
    yield "noise named wav", b"RIFF\xff\xff\xff\xffWAVE" + bytes(range(256)) * 4, "cut short"
    yield "a codec nobody knows", write(wave)[:20] + b"\x99\x99" + write(wave)[22:], "Read are WAV"


def cut(data, share):
    return data[: int(share * len(data))]


def noise():
    return np.random.default_rng(0).uniform(-0.5, 0.5, 200_000).astype(np.float32)


BAD = list(bad_files())


@pytest.mark.parametrize(("data", "why"), [bad[1:] for bad in BAD], ids=[bad[0] for bad in BAD])
def test_a_bad_file_is_refused_with_a_reason(data, why, tmp_path):
    path = tmp_path / "clip.wav"
    path.write_bytes(data)
    for cell in (data, str(path)):
        with pytest.raises(DataError, match=why):
            load(cell, 8000)


def test_the_message_names_the_file_and_what_to_do(tmp_path):
    path = tmp_path / "clip.wav"
    path.write_bytes(b"")
    with pytest.raises(DataError, match=r"clip\.wav is empty.*leave the row out"):
        load(str(path), 8000)


def test_what_a_decoder_says_of_a_file_stays_out_of_the_message(tmp_path):
    """It would be worded for programmers, in part, and name no remedy."""
    path = tmp_path / "clip.wav"
    for data in (b"fLaC" + bytes(200), b"ID3" + bytes(200), b"\0\0\0\x18ftypM4A " + bytes(200)):
        path.write_bytes(data)
        for cell in (data, str(path)):
            with pytest.raises(
                DataError, match=r"convert it to WAV, or leave the row out\.$"
            ) as one:
                load(cell, 8000)
            assert not re.search(r"Error|Errno|opening|BytesIO|recognised", str(one.value))


def test_a_header_written_before_the_end_was_known_yields_what_is_there():
    assert len(load(wav_that_promises(2**31 - 40, 16000), 8000)) == 8000
    assert len(load(wav_that_promises(2**32 - 1, 16000), 8000)) == 8000


def test_a_stream_without_a_stated_length_yields_what_is_there():
    whole = write(noise(), 16000, "OGG", "VORBIS")
    page = whole.index(b"OggS", len(whole) // 2)  # a recorded stream ends between two pages
    assert 50_000 < len(load(whole[:page], 16000)) < 150_000


def test_a_bomb_is_refused_in_a_blink():
    bomb = sounds.flac_bomb()
    assert len(bomb) < 100_000
    load(write(tone()), 8000)  # imports
    start = time.perf_counter()
    with pytest.raises(DataError, match="made to fill memory"):
        load(bomb, 16000)
    with pytest.raises(DataError, match="made to fill memory"):
        load(bomb, 16000, seconds=1)
    assert time.perf_counter() - start < 0.2


def test_a_sound_that_lasts_too_long_is_refused_before_it_is_decoded():
    short = replace(LIMITS, audio_seconds=1)
    with pytest.raises(DataError, match="at most 1 s"):
        load(write(tone(9000)), 8000, limits=short)
    assert len(load(write(tone(8000)), 8000, limits=short)) == 8000


def test_a_large_file_is_refused_by_its_size():
    with pytest.raises(DataError, match="at most 100 are read"):
        load(write(tone()), 8000, limits=replace(LIMITS, audio_bytes=100))


def test_what_is_not_there_is_told_apart(tmp_path):
    with pytest.raises(DataError, match="does not exist"):
        load(str(tmp_path / "none.wav"), 8000)
    with pytest.raises(DataError, match="is a folder"):
        load(str(tmp_path), 8000)
    with pytest.raises(DataError, match=r"cannot be opened|does not exist"):
        load("a\0b.wav", 8000)
    with pytest.raises(DataError, match=r"cannot be opened|does not exist"):
        load("x" * 5000, 8000)


def test_a_file_without_permission_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "mine.wav"
    path.write_bytes(write(tone()))

    def denied(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)  # the tests may run as root, who may read anything
    with pytest.raises(DataError, match=r"mine\.wav cannot be opened: Permission denied"):
        load(str(path), 8000)


@pytest.mark.parametrize(("library", "format"), [("soundfile", "WAV"), ("av", "M4A")])
def test_a_missing_library_is_answered_with_the_line_to_type(monkeypatch, library, format):
    data = write(tone()) if format == "WAV" else b"\0\0\0\x18ftypM4A " + bytes(99)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtraError, match=r"pip install 'umbrella\[audio\]'"):
        load(data, 8000)


def test_a_video_without_sound_is_refused():
    av = pytest.importorskip("av")
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as box:
        stream = box.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8))
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            box.mux(packet)
    with pytest.raises(DataError, match="no stream of sound"):
        load(file.getvalue(), 8000)


def test_each_keeps_the_order_and_the_reasons():
    cells = [write(tone(100 + n)) for n in range(20)]
    cells[3], cells[5] = None, b""
    got = each(cells, lambda cell: len(load(cell, 8000)))
    assert got[3] is None
    assert isinstance(got[5], DataError)
    assert [n for n in got if isinstance(n, int)] == [100 + n for n in range(20) if n not in (3, 5)]


def test_the_commonest_rate_is_settled_and_no_row_is_lost():
    rates = (8000, 11025, 11025, 44100)
    cells = [write(tone(), rate) for rate in rates]
    batches = [cells[:1], [None, b""], cells[1:]]
    rate, stream = settle_rate(iter(batches), None)
    assert rate == 11025
    assert list(stream) == batches
    assert settle_rate(iter([cells[3:]]), None)[0] == 16000
    assert settle_rate(iter(batches), 22050)[0] == 22050


def test_a_column_without_any_sound_is_refused_with_the_first_reason():
    with pytest.raises(DataError, match=r"None of the training rows.*is empty"):
        settle_rate([[b"", None]], None)


def without_its_count(data):
    """An MP3 whose first frame, which holds nothing but the number of frames, is gone."""
    return data[data.index(data[:2], 4) :]


@pytest.mark.parametrize("order", [1, -1], ids=["quiet first", "loud first"])
def test_an_mp3_that_does_not_say_how_long_it_is_is_read_to_its_end(order):
    wave = np.concatenate([np.zeros(48_000, np.float32), noise()[:48_000]])[::order]
    whole = write(np.ascontiguousarray(wave), 16000, "MP3")
    assert len(load(whole, 16000)) == 96_000
    bare = without_its_count(whole)
    for data in (bare, b"ID3\x04\0\0\0\0\x07\x68" + bytes(1000) + bare):
        read = load(data, 16000)
        assert abs(len(read) - 96_000) < 3000
        loud = read[-40_000:] if order == 1 else read[:40_000]
        assert np.abs(loud).mean() > 0.1
