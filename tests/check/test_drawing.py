"""Worst and best rows stand in the report with small pictures, of pixels and nothing else."""

import base64
import io
import json
import re

import made
import numpy as np
import pytest
from mediafiles import picture, pixels, sound, video
from PIL import Image
from test_report_page import Tags, printed

from umbrella.check import drawing
from umbrella.check.drawing import EDGE, ROOM, draw_rows
from umbrella.check.html import page
from umbrella.check.report import Report, check

SECRET = "Hidden Street 7"


def image_of(drawn):
    """The picture behind a data: URI."""
    head, _, data = drawn["uri"].partition(",")
    assert head in ("data:image/png;base64", "data:image/jpeg;base64")
    return Image.open(io.BytesIO(base64.b64decode(data)))


def drawn(kind, path):
    ((one,),) = draw_rows([{"column": (kind, str(path))}])
    return one


def test_a_picture_is_small_upright_and_without_notes(tmp_path):
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, SECRET  # turn to the right; a description
    whole = pixels(3, 300, 600)
    Image.fromarray(whole).save(tmp_path / "a.jpg", exif=exif, comment=SECRET, quality=95)
    assert SECRET.encode() in (tmp_path / "a.jpg").read_bytes()
    one = drawn("image", tmp_path / "a.jpg")
    small = image_of(one)
    assert small.size == (one["wide"], one["high"]) == (EDGE // 2, EDGE)
    assert dict(small.getexif()) == {}
    assert SECRET.encode() not in base64.b64decode(one["uri"].partition(",")[2])
    expected = Image.fromarray(np.rot90(whole, -1)).resize(small.size)
    assert np.abs(np.asarray(small).astype(int) - np.asarray(expected)).mean() < 6
    assert one["about"]["en"] == "picture, 600 × 300 pixels"


def test_a_tiny_picture_keeps_its_pixels_and_a_profile_is_left_behind(tmp_path):
    whole = pixels(3, 30, 20)
    Image.fromarray(whole).save(tmp_path / "a.png", icc_profile=SECRET.encode() * 9)
    small = image_of(drawn("image", tmp_path / "a.png"))
    assert np.array_equal(np.asarray(small), whole)
    assert set(small.info) == set()


def test_a_sound_is_drawn_with_high_notes_above_low_ones(tmp_path):
    import soundfile

    at = np.arange(16000) / 16000
    for name, hertz in (("low", 200), ("high", 5000)):
        soundfile.write(tmp_path / f"{name}.wav", 0.5 * np.sin(2 * np.pi * hertz * at), 16000)
    loudest = []
    for name in ("low", "high"):
        one = drawn("audio", tmp_path / f"{name}.wav")
        levels = np.asarray(image_of(one))
        assert levels.shape == (one["high"], one["wide"])
        assert one["wide"] <= EDGE
        loudest.append(levels.mean(axis=1).argmax())
    low, high = loudest
    assert high < low - 10  # rows are counted from above
    assert one["about"]["en"].startswith("sound, 1 s of it drawn")


def test_silence_and_a_single_sample_can_be_drawn(tmp_path):
    import soundfile

    for count in (1, 8000, 400_000):
        soundfile.write(tmp_path / "quiet.wav", np.zeros(count), 8000)
        assert image_of(drawn("audio", tmp_path / "quiet.wav")).size[0] <= EDGE


def test_a_video_is_a_strip_of_four(tmp_path):
    one = drawn("video", video(tmp_path / "a.mp4", 1))
    assert image_of(one).size == (4 * EDGE, EDGE)
    assert "4 pictures" in one["about"]["en"]


@pytest.mark.parametrize("kind", sorted(drawing.DRAWN))
def test_a_file_that_cannot_be_read_is_named_with_its_reason_and_not_its_folder(tmp_path, kind):
    (tmp_path / "odd.bin").write_bytes(b"<!doctype html>")
    for name, why in (("odd.bin", "HTML page"), ("gone.bin", "does not exist")):
        one = drawn(kind, tmp_path / name)
        assert set(one) == {"column", "why"}
        assert why in one["why"]["en"]
        assert name in one["why"]["en"]
        assert str(tmp_path) not in json.dumps(one)


def test_missing_cells_and_columns_of_words_are_not_drawn(tmp_path):
    path = str(picture(tmp_path / "a.png", 1))
    rows = [{"a": ("image", None), "b": ("text", "words"), "c": ("image", path)}]
    assert [one["column"] for one in draw_rows(rows)[0]] == ["c"]


def test_the_report_never_holds_more_than_its_room(tmp_path, monkeypatch):
    noise = np.random.default_rng(0).integers(0, 256, (200, 200, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "a.png")
    row = {"p": ("image", str(tmp_path / "a.png"))}
    size = len(draw_rows([row])[0][0]["uri"])
    assert 16 * size < ROOM  # two times eight rows of noise, the worst there is
    monkeypatch.setattr(drawing, "ROOM", 3 * size + 10)
    made_ = [one for (one,) in draw_rows([row] * 5)]
    assert ["uri" in one for one in made_] == [True, True, True, False, False]
    assert "the report holds" in made_[-1]["why"]["en"]


@pytest.fixture(scope="module")
def paths(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drawn")
    kinds = [("image", picture(folder / "a<b>.png", 1)), ("audio", sound(folder / "b.wav", 2))]
    return [*kinds, ("image", folder / "gone.png")]


def report_of(paths, maker=made.classify):
    def draw(rows):
        kinds = [paths[row % len(paths)] for row in rows]
        return draw_rows([{"<b>column": (kind, str(path))} for kind, path in kinds])

    return check(maker(draw=draw))


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("maker", [made.classify, made.regress])
def test_the_page_shows_worst_and_best_rows_alone_and_described(paths, lang, maker):
    report = report_of(paths, maker)
    stored = json.loads(json.dumps(report.to_json(), allow_nan=False))
    text = page(Report.from_json(stored), lang)
    assert text == page(report, lang)
    tags = Tags(text)
    sources = [value for key, value in tags.attributes if key == "src"]
    assert len(sources) > 6
    assert all(re.fullmatch(r"data:image/(png|jpeg);base64,[\w+/=]+", one) for one in sources)
    told = [value for key, value in tags.attributes if key == "alt"]
    assert len(told) == len(sources)
    assert all("<b>column" in one for one in told)
    assert "<b>column" not in text
    assert "img-src data:" in text
    assert {"en": "does not exist", "zh": "无法显示"}[lang] in text
    assert {"en": "rows it gets right", "zh": "作为对照"}[lang] in text
    assert str(paths[0][1].parent) not in text


def test_best_rows_are_right_and_sure_and_worst_ones_wrong(paths):
    details = report_of(paths).find("worst").details
    assert len(details["examples"]) == len(details["best"]) == 8
    assert all(one["truth"] == one["said"] for one in details["best"])
    assert all(one["truth"] != one["said"] for one in details["examples"])
    sure = [one["confidence"] for one in details["best"]]
    assert sure == sorted(sure, reverse=True)
    numbers = report_of(paths, made.regress).find("worst").details
    off = [[abs(o["truth"] - o["said"]) for o in numbers[k]] for k in ("best", "examples")]
    assert max(off[0]) < min(off[1])


def test_the_terminal_shows_what_it_showed(paths):
    for lang in ("en", "zh"):
        assert printed(report_of(paths), lang) == printed(check(made.classify()), lang)


def test_rows_without_files_have_no_pictures_and_no_best():
    report = check(made.classify())
    assert set(report.find("worst").details) == {"examples"}
    assert "<img" not in page(report, "en")


@pytest.mark.parametrize(
    "uri",
    ["https://example.org/a.png", 'data:image/png;base64,AA" onerror="x', "data:text/html,<b>",
     "data:image/svg+xml;base64,AAAA", "javascript:alert(1)"],
)  # fmt: skip
def test_a_doctored_source_never_reaches_the_page(paths, uri):
    report = report_of(paths)
    for one in report.find("worst").details["examples"]:
        for some in one["drawn"]:
            if "uri" in some:
                some["uri"] = uri
    text = page(report, "en")
    assert uri not in text
    assert "onerror" not in text
