"""The whole journey with videos: fit, check, shrink, ship and predict, from a folder or a table."""

import csv

import numpy as np
from films import film, save

import umbrella
from umbrella.api import predict_source

COUNT = 100


def clips(folder, count=COUNT):
    """Red and blue discs that fall, on noise, a folder a class."""
    y, x = np.mgrid[:16, :16]
    for row in range(count):
        rng = np.random.default_rng(row)
        pictures = np.repeat(rng.integers(40, 110, (1, 16, 16, 3), dtype=np.uint8), 6, axis=0)
        top, left = rng.integers(2, 8), rng.integers(4, 12)
        kind = ("blue", "red")[row % 2]
        for at in range(6):
            disc = (y - top - at) ** 2 + (x - left) ** 2 < 12
            pictures[at][disc] = (230, 60, 50) if kind == "red" else (50, 60, 230)
        save(folder / kind / f"{row}.mp4", film(pictures, rate=6, settings={"preset": "veryfast"}))
    return folder


def answers(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_folder_of_clips_goes_all_the_way(tmp_path):
    folder = clips(tmp_path / "clips")
    save(folder / "blue" / "bad.mp4", b"<html>")
    rungs = ("most-common", "frames")
    made = umbrella.fit(
        folder, out=tmp_path / "run", rungs=rungs, epochs=12, shares=(0.6, 0.2, 0.2)
    )
    assert made.facts["rung"] == "frames"
    assert made.facts["bad_rows"] == 1
    assert made.scores["test"]["score"] >= 0.85
    report = made.check()
    assert {finding.name for finding in report.findings} >= {"score", "gap", "twins"}
    small = made.shrink(drop="45%", out=tmp_path / "small")
    assert small.facts["cost"]["bytes"] < made.facts["cost"]["bytes"]
    assert small.ship(tmp_path / "model.onnx").parity.answers_changed == 0
    predict_source(tmp_path / "model.onnx", folder, tmp_path / "out.csv")
    rows = answers(tmp_path / "out.csv")
    assert len(rows) == COUNT + 1
    right = [row["label"] == row["file"].split("/")[0] for row in rows if row["label"]]
    assert len(right) == COUNT
    assert np.mean(right) >= 0.85
    (unread,) = [row for row in rows if not row["label"]]
    assert unread["file"].endswith("bad.mp4")
    assert "HTML" in unread["note"]
    asked = [str(folder / "red" / "1.mp4"), (folder / "blue" / "0.mp4").read_bytes()]
    told = umbrella.load(tmp_path / "model.onnx").predict(asked)
    assert [row["label"] for row in told] == ["red", "blue"]


def test_a_table_with_a_column_of_clips_is_fitted(tmp_path):
    clips(tmp_path / "clips", 40)
    lines = ["clip,kind"]
    for path in sorted((tmp_path / "clips").rglob("*.mp4")):
        lines.append(f"clips/{path.parent.name}/{path.name},{path.parent.name}")
    (tmp_path / "clips.csv").write_text("\n".join(lines) + "\n")
    made = umbrella.fit(
        tmp_path / "clips.csv", "kind", out=tmp_path / "run", rungs=("frames",), epochs=2
    )
    assert made.facts["kind"] == "video"
    assert made.facts["columns"] == ["clip"]
    assert made.facts["network"]["config"]["frames"] == 16
