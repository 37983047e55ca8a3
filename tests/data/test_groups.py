"""Groups are proposed where names tell them, and not where they do not."""

import random
import zipfile

import pytest
import realdata

from umbrella.data.groups import propose, propose_columns

SPEAKERS = ("george", "jackson", "lucas", "nicolas", "theo", "yweweler")


def digits():
    names = [f"{d}_{s}_{n}.wav" for d in range(10) for s in SPEAKERS for n in range(50)]
    return names, [name[0] for name in names]


def test_the_speakers_of_real_digits_are_found_and_nothing_else():
    with zipfile.ZipFile(realdata.path("fsdd") / "fsdd_wav.zip") as file:
        names = [name for name in file.namelist() if name.endswith(".wav")]
    names.sort()
    found = propose(names, [name.split("/")[-1][0] for name in names])
    assert [one.groups for one in found] == [6]
    assert set(found[0].values) == set(SPEAKERS)
    assert found[0].name == "part 2 of the file name"
    assert not found[0].decides
    assert "500 rows each, of most labels" in found[0].why.say("en")


def test_the_label_in_other_words_is_no_group():
    words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    names, labels = digits()
    found = propose(names, [words[int(label)] for label in labels])
    assert [one.name for one in found] == ["part 2 of the file name"]


def test_a_counter_is_no_group():
    names = [f"{label}_{n}.png" for label in ("cat", "dog") for n in range(100)]
    assert propose(names, [name[:3] for name in names]) == []
    assert propose([f"{n:04d}.png" for n in range(200)], ["cat", "dog"] * 100) == []
    folders = [f"{label}/IMG_{n}.jpg" for label in ("cat", "dog") for n in range(1000, 1100)]
    assert propose(folders, [name[:3] for name in folders]) == []


def test_names_without_meaning_are_no_groups():
    draw = random.Random(0)
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    names = ["".join(draw.choices(letters, k=12)) + ".wav" for _ in range(500)]
    parts = ["_".join("".join(draw.choices(letters, k=4)) for _ in range(3)) for _ in range(500)]
    labels = draw.choices(["yes", "no", "maybe"], k=500)
    assert propose(names, labels) == []
    assert propose(parts, labels) == []


def test_few_letters_at_random_are_no_groups_of_one_label():
    draw = random.Random(1)
    names = [f"{draw.choice('abcdefgh')}_{draw.randrange(10**6)}.wav" for _ in range(400)]
    found = propose(names, draw.choices(["yes", "no"], k=400))
    assert not any(one.decides for one in found)


def test_patients_that_decide_the_label_are_found_though_numbered():
    names = [f"scans/{p:03d}_{slice:02d}.png" for p in range(60) for slice in range(12)]
    labels = ["ill" if int(name[6:9]) % 3 else "well" for name in names]
    found = propose(names, labels)
    assert [(one.name, one.groups, one.decides) for one in found] == [
        ("part 1 of the file name", 60, True)
    ]


def test_photos_of_one_house_belong_together_by_its_price():
    names = [
        f"{n}_{room}.jpg" for n in range(1, 81) for room in ("bed", "bath", "front", "kitchen")
    ]
    prices = [str(100_000 + 777 * int(name.split("_")[0])) for name in names]
    assert [one.groups for one in propose(names, prices)] == [80]


def test_folders_of_speakers_are_found():
    names = [f"clips/{s}/{w}-{n}.wav" for s in SPEAKERS for w in ("yes", "no") for n in range(9)]
    found = propose(names, [name.split("/")[-1].split("-")[0] for name in names])
    assert [one.name for one in found] == ["the folder"]


def test_folders_of_classes_are_no_groups():
    names = [f"{label}/{n}{label}x.wav" for label in "abcdef" for n in range(30)]
    assert propose(names, [name[0] for name in names]) == []


def test_a_number_behind_a_word_for_a_source_is_a_group():
    names = [f"subject{s:02d}_{w}_{n}.wav" for s in range(8) for w in "ab" for n in range(5)]
    assert [one.groups for one in propose(names, [name.split("_")[1] for name in names])] == [8]
    takes = [name.replace("subject", "take") for name in names]
    assert propose(takes, [name.split("_")[1] for name in takes]) == []


def test_parts_of_a_split_are_no_groups():
    names = [
        f"{part}_{label}_{n}.wav"
        for part in ("train", "val", "test", "dev")
        for label in "ab"
        for n in range(20)
    ]
    assert propose(names, [name.split("_")[1] for name in names]) == []


def test_a_finer_grouping_comes_first():
    names = [
        f"{school}-{child}-{w}-{n}.wav"
        for i, school in enumerate(("north", "south", "east", "west"))
        for child in ("ada", "bob", "cid")
        for child in [f"{child}{i}x"]
        for w in "ab"
        for n in range(6)
    ]
    found = propose(names, [name.split("-")[2] for name in names])
    assert [one.groups for one in found] == [12, 4]


@pytest.mark.parametrize("cells", [[], ["a_b.wav"], [None] * 50, [""] * 50, ["a/" * 50] * 50])
def test_odd_columns_are_no_trouble(cells):
    assert propose(cells, ["x", "y"] * (len(cells) // 2) + ["x"] * (len(cells) % 2)) == []


def test_every_row_has_a_group_even_outside_the_pattern():
    names, labels = digits()
    names[7], names[9] = "odd.wav", None
    (found,) = propose(names, labels)
    assert len(found.values) == len(names)
    assert found.values[7] != found.values[9]
    assert found.values[7] not in SPEAKERS


@pytest.mark.parametrize("name", ["user_id", "PatientID", "speaker", "患者编号", "author"])
def test_a_column_named_for_a_source_is_proposed(name):
    cells = [str(n // 10) for n in range(200)]
    labels = ["yes", "no", "no"] * 66 + ["yes", "no"]
    (found,) = propose_columns({"text": ["a"] * 200, name: cells}, labels)
    assert (found.name, found.groups) == (f"column {name}", 20)


def test_columns_that_number_rows_or_say_nothing_of_a_source_are_not():
    labels = ["yes", "no"] * 100
    unique = [str(n) for n in range(200)]
    assert propose_columns({"id": unique}, labels) == []
    assert propose_columns({"age": [str(n // 10) for n in range(200)]}, labels) == []
    assert propose_columns({"idle": [str(n // 10) for n in range(200)]}, labels) == []


def test_missing_cells_are_groups_of_their_own():
    cells = [None if n % 50 == 0 else str(n // 10) for n in range(200)]
    (found,) = propose_columns({"user": cells}, ["yes", "no"] * 100)
    assert found.values[0] != found.values[50]
