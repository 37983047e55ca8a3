"""The whole journey beyond text: fit, check, shrink, ship and predict for tables and files."""

import csv
import random
from itertools import pairwise

import numpy as np
import pytest
import soundfile
from mediafiles import samples
from PIL import Image, ImageDraw

import umbrella
from umbrella.base.errors import ConfigError


def shapes(folder, count=160):
    """Bright discs and bars on noise, a folder a class."""
    rng = np.random.default_rng(0)
    for row in range(count):
        kind = ("bar", "disc")[row % 2]
        noise = rng.integers(0, 110, (24, 24, 3), dtype=np.uint8)
        image = Image.fromarray(noise)
        x, y = (int(n) for n in rng.integers(2, 10, 2))
        draw = ImageDraw.Draw(image)
        if kind == "disc":
            draw.ellipse((x, y, x + 11, y + 11), fill=(230, 220, 210))
        else:
            draw.rectangle((x, y + 4, x + 12, y + 6), fill=(230, 220, 210))
        (folder / kind).mkdir(parents=True, exist_ok=True)
        image.save(folder / kind / f"{row}.png")
    return folder


def sounds(folder, count=160):
    """Low and high hums under noise, a folder a class."""
    rng = np.random.default_rng(0)
    for row in range(count):
        kind = ("low", "high")[row % 2]
        pitch = {"low": 300, "high": 1500}[kind] * rng.uniform(0.8, 1.25)
        length = int(rng.integers(2000, 4000))
        wave = np.sin(2 * np.pi * pitch * np.arange(length) / 8000)
        wave = 0.4 * wave + 0.1 * rng.normal(size=length) + 0.2 * samples(row)[:length].mean()
        (folder / kind).mkdir(parents=True, exist_ok=True)
        soundfile.write(folder / kind / f"{row}.wav", np.clip(wave, -1, 1), 8000)
    return folder


def guests(path, count=1500):
    """Nights, season and date; the price follows from all three, and some cells are missing."""
    rng = random.Random(0)
    rows = ["nights,season,day,price"]
    for _ in range(count):
        nights, season = rng.randint(1, 14), rng.choice(["spring", "summer", "winter"])
        month = rng.randint(1, 12)
        price = 40 * nights + {"spring": 0, "summer": 90, "winter": -30}[season] + 5 * month
        day = "" if rng.random() < 0.05 else f"2024-{month:02}-17"
        rows.append(f"{nights},{season},{day},{price + rng.gauss(0, 8):.2f}")
    path.write_text("\n".join(rows) + "\n")
    return path


def answers(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def journey(run, place, drop):
    """Check, shrink, ship; the shipped file."""
    report = run.check()
    assert {finding.name for finding in report.findings} >= {"score", "gap", "twins"}
    small = run.shrink(drop=drop, out=place / "small")
    assert small.facts["cost"]["bytes"] < run.facts["cost"]["bytes"]
    shipped = small.ship(place / "model.onnx")
    assert shipped.parity.answers_changed == 0
    assert "a text" not in (place / "model.card.md").read_text("utf-8")
    return place / "model.onnx"


@pytest.mark.parametrize(("make", "light"), [(shapes, "mlp"), (sounds, "linear")])
def test_a_folder_by_class_goes_all_the_way(make, light, tmp_path):
    folder = make(tmp_path / "files")
    first = min(folder.rglob("*.*"))
    (first.parent / f"bad{first.suffix}").write_text("<html>")
    made = umbrella.fit(folder, out=tmp_path / "run", rungs=("most-common", light), epochs=8)
    assert made.facts["rung"] == light
    assert made.facts["bad_rows"] == 1
    assert made.scores["test"]["score"] >= 0.85
    file = journey(made, tmp_path, "45%")
    from umbrella.api import predict_source

    predict_source(file, folder, tmp_path / "out.csv")
    rows = answers(tmp_path / "out.csv")
    assert len(rows) == 161
    right = [row["label"] == row["file"].split("/")[0] for row in rows if row["label"]]
    assert len(right) == 160
    assert np.mean(right) >= 0.85
    (unread,) = [row for row in rows if not row["label"]]
    assert unread["file"].endswith(f"bad{first.suffix}")
    assert unread["note"]


def test_a_table_of_numbers_and_categories_goes_all_the_way(tmp_path):
    source = guests(tmp_path / "guests.csv")
    rungs = ("most-common", "boost")
    made = umbrella.fit(source, "price", out=tmp_path / "run", rungs=rungs)
    assert made.facts["kind"] == "table"
    assert made.facts["rung"] == "boost"
    assert made.scores["test"]["score"] < 0.4 * made.scores["baseline"]["score"]
    file = journey(made, tmp_path, "60%")
    prices = [
        row["value"]
        for row in umbrella.load(file).predict(
            [{"nights": n, "season": "summer", "day": "2024-06-17"} for n in (2, 6, 12)]
        )
    ]
    assert all(later - sooner > 60 for sooner, later in pairwise(prices))


def test_equal_rows_of_few_common_values_are_no_copies(tmp_path):
    rng = random.Random(0)
    table = {"sex": [rng.choice("fm") for _ in range(300)]}
    table["class"] = [rng.choice("123") for _ in range(300)]
    table["label"] = [s if rng.random() < 0.8 else "m" for s in table["sex"]]
    made = umbrella.fit(table, out=tmp_path / "run", rungs=("most-common", "linear"))
    assert made.facts["twins"]["rows"] == 0


def test_a_target_that_is_not_named_is_asked_for_with_the_columns(tmp_path):
    table = {"a": ["x y", "y z"] * 20, "b": ["p", "q"] * 20}
    with pytest.raises(ConfigError, match=r"--target COLUMN.*columns: a, b"):
        umbrella.fit(table, out=tmp_path / "run")


def test_speakers_in_file_names_are_kept_whole_unless_forbidden(tmp_path):
    rng = np.random.default_rng(0)
    rows = ["file,label"]
    for digit in "012":
        for speaker in ("ann", "bo", "cy", "di", "ed", "flo", "gus", "hal"):
            for take in range(6):
                name = f"{digit}_{speaker}_{take}.wav"
                wave = np.sin(2 * np.pi * 400 * (1 + int(digit)) * np.arange(2000) / 8000)
                soundfile.write(tmp_path / name, 0.5 * wave + 0.05 * rng.normal(size=2000), 8000)
                rows.append(f"{name},{digit}")
    (tmp_path / "t.csv").write_text("\n".join(rows) + "\n")
    settings = {"kinds": {"label": "category"}, "rungs": ("most-common", "linear")}
    made = umbrella.fit(tmp_path / "t.csv", out=tmp_path / "run", **settings)
    assert made.facts["grouped"] is not None
    parts = {}
    from umbrella.fit.trained import load_trained, read_rows

    opened = read_rows(load_trained(made.path))
    for part in ("train", "validation", "test"):
        for cell in opened.cells(part)["file"]:
            parts.setdefault(cell.split("_")[-2], set()).add(part)
    assert all(len(where) == 1 for where in parts.values())
    mixed = umbrella.fit(tmp_path / "t.csv", out=tmp_path / "mixed", group="none", **settings)
    assert mixed.facts["grouped"] is None


def test_a_column_of_user_ids_groups_the_rows_and_is_no_input(tmp_path):
    rng = random.Random(0)
    table = {"user_id": [f"u{row // 8}" for row in range(480)]}
    table["age"] = [rng.randint(18, 80) for _ in range(480)]
    table["height"] = [rng.gauss(170, 9) for _ in range(480)]
    table["label"] = ["old" if age > 50 else "young" for age in table["age"]]
    rungs = ("most-common", "linear")
    made = umbrella.fit(table, out=tmp_path / "run", rungs=rungs)
    assert made.facts["grouped"] == "user_id"
    assert made.facts["columns"] == ["age", "height"]
    asked = umbrella.fit(table, out=tmp_path / "asked", rungs=rungs, group="none")
    assert "user_id" in asked.facts["columns"]
