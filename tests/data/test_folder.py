"""A folder of files by class becomes a table; what does not belong is refused or listed."""

import os
import shutil
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from mediafiles import picture, sound, video

from umbrella.base.errors import DataError
from umbrella.data.folder import find_files
from umbrella.data.read import read


@pytest.fixture
def photos(tmp_path):
    """Two classes of ten pictures each."""
    for seed in range(20):
        kind = "cat" if seed % 2 else "dog"
        picture(tmp_path / "photos" / kind / f"{seed:02}.png", seed)
    return tmp_path / "photos"


def said(table):
    return " | ".join(note.say("en") for note in table.notes)


def test_folders_are_classes_and_the_order_is_that_of_the_paths(photos):
    table = read(photos)
    assert table.kinds == {"file": "image", "label": "category"}
    files = table.raw("file").to_list()
    assert files == sorted(files)
    assert files[0] == "cat/01.png"
    assert table.raw("label").to_list() == [name.split("/")[0] for name in files]
    assert (table.name, table.source, table.root) == ("photos", str(photos), photos)
    assert "a folder of 20 image files" in said(table)


def test_paths_lead_to_the_files_and_missing_cells_stay_missing(photos):
    table = read(photos)
    paths = table.resolve("file", ["cat/01.png", None, "/abs.png"])
    assert paths == [str(photos / "cat" / "01.png"), None, "/abs.png"]


def test_the_fingerprint_covers_every_byte_and_no_clock(photos, tmp_path):
    first = read(photos).fingerprint
    moved = shutil.copytree(photos, tmp_path / "elsewhere" / "photos")
    os.utime(moved / "cat" / "01.png", (1, 1))
    assert read(moved).fingerprint == first
    picture(moved / "cat" / "01.png", 999)
    assert read(moved).fingerprint != first


def test_deeper_folders_belong_to_the_class_above(photos):
    picture(photos / "cat" / "indoor" / "x.png", 77)
    table = read(photos)
    assert (
        dict(zip(table.raw("file"), table.raw("label"), strict=True))["cat/indoor/x.png"] == "cat"
    )


def test_files_of_systems_and_hidden_ones_are_passed_by(photos):
    before = read(photos).fingerprint
    for name in (".DS_Store", "cat/Thumbs.db", "cat/.hidden.png", ".git/a.png", "dog/desktop.ini"):
        (photos / name).parent.mkdir(exist_ok=True)
        (photos / name).write_bytes(b"x")
    assert read(photos).fingerprint == before


def test_other_files_are_left_out_aloud(photos):
    (photos / "README.txt").write_text("about these photos")
    (photos / "cat" / "notes.csv").write_text("a,b\n")
    assert "2 other files are left out: .csv (1), .txt (1)" in said(read(photos))


def test_a_file_beside_the_classes_has_no_label(photos):
    picture(photos / "loose.png", 5)
    table = read(photos)
    assert table.raw("label").null_count() == 1
    assert "1 file lies beside the class folders" in said(table)


def test_train_and_test_are_parts_of_one_set_and_no_classes(tmp_path):
    for seed in range(12):
        part, kind = ("train", "test")[seed % 3 == 0], ("cat", "dog")[seed % 2]
        picture(tmp_path / "set" / part / kind / f"{seed}.png", seed)
    table = read(tmp_path / "set")
    assert set(table.raw("label")) == {"cat", "dog"}
    assert "test, train hold the same 2 classes" in said(table)


def test_folders_named_train_and_test_without_classes_in_them_are_classes(tmp_path):
    for seed in range(8):
        picture(tmp_path / "set" / ("train", "test")[seed % 2] / f"{seed}.png", seed)
    assert set(read(tmp_path / "set").raw("label")) == {"train", "test"}


def test_a_test_folder_without_classes_is_named_and_not_merged(tmp_path):
    for seed in range(8):
        picture(tmp_path / "set" / "train" / ("cat", "dog")[seed % 2] / f"{seed}.png", seed)
    picture(tmp_path / "set" / "test" / "1.png", 1)
    with pytest.raises(DataError, match=r"test holds files without class folders.*set/train"):
        read(tmp_path / "set")


def test_mixed_kinds_are_refused_with_counts_and_a_way_out(photos):
    sound(photos / "cat" / "meow.wav", 1)
    with pytest.raises(DataError, match=r"20 image files, 1 audio files.*cat/meow.wav.*Move them"):
        read(photos)


def test_files_without_class_folders_are_explained_when_learning_and_fine_when_answering(tmp_path):
    for seed in range(3):
        picture(tmp_path / "flat" / f"{seed}.png", seed)
    with pytest.raises(DataError, match=r"no folder of a class.*flat/cat/0.png"):
        read(tmp_path / "flat")
    table = read(tmp_path / "flat", answering=["photo"])
    assert table.kinds == {"photo": "image"}
    assert table.raw("photo").to_list() == ["0.png", "1.png", "2.png"]


def test_one_class_alone_is_refused(tmp_path):
    picture(tmp_path / "set" / "cat" / "1.png", 1)
    with pytest.raises(DataError, match="one class only, 'cat'"):
        read(tmp_path / "set")


def test_a_link_that_leaves_the_folder_is_refused_and_one_within_is_read(photos, tmp_path):
    (photos / "cat" / "again.png").symlink_to(photos / "dog" / "00.png")
    assert read(photos).rows == 21
    outside = picture(tmp_path / "secret.png", 3)
    (photos / "cat" / "out.png").symlink_to(outside)
    with pytest.raises(DataError, match=r"out.png is a link that leaves the folder.*secret.png"):
        read(photos)


def test_a_link_to_a_folder_above_does_not_run_in_rings(photos):
    (photos / "cat" / "ring").symlink_to(photos, target_is_directory=True)
    assert read(photos).rows == 20


def bad_files(folder):
    """Files that cannot be used, each with what is said of it."""
    whole = picture(folder / "whole.jpg", 1).read_bytes()
    (folder / "whole.jpg").unlink()
    return {
        "empty.jpg": (b"", "is empty (0 bytes)"),
        "page.jpg": (b"<!DOCTYPE html><html>404</html>", "is an HTML page, not a picture"),
        "words.jpg": (b"not found\n" * 9, "is text, not a picture"),
        "cut.jpg": (whole[: len(whole) // 2], "is damaged or cut short"),
        "zeros.jpg": (bytes(2000), "is nothing but zero bytes, not a picture"),
        "lfs.jpg": (b"version https://git-lfs.github.com/spec/v1\n", "a pointer of Git LFS"),
        "sound.jpg": (b"RIFF\x24\0\0\0WAVEfmt ", "is WAV sound, not a picture"),
        "header.png": (b"\x89PNG\r\n\x1a\n" + bytes(40), "is damaged or cut short"),
    }


def test_each_bad_file_is_listed_with_its_reason_and_skipped(photos):
    bad = bad_files(photos / "cat")
    for name, (data, _) in bad.items():
        (photos / "cat" / name).write_bytes(data)
    table = read(photos, bad_share=0.5)
    assert (table.rows, table.bad_rows) == (20, len(bad))
    listed = {row.reason.split(" ")[0]: str(row) for row in table.bad}
    for name, (_, reason) in bad.items():
        assert reason in listed[f"cat/{name}"], listed
        assert listed[f"cat/{name}"].startswith(f"{photos}: cat/")
    assert len(table.signatures["file"]) == 20


def test_too_many_bad_files_stop_the_reading_with_their_names(photos):
    for seed in range(0, 20, 2):
        (photos / "dog" / f"{seed:02}.png").write_bytes(b"")
    with pytest.raises(DataError, match=r"10 of 20 rows of .*photos are bad.*\n  dog/00.png is em"):
        read(photos)


def test_nothing_but_bad_files_is_no_table(photos):
    for path in photos.glob("*/*.png"):
        path.write_bytes(b"")
    with pytest.raises(DataError, match="holds no row that can be read: all 20 are bad"):
        read(photos, bad_share=1)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_a_file_that_may_not_be_read_is_listed(photos):
    (photos / "cat" / "01.png").chmod(0)
    assert "permission denied" in str(read(photos, bad_share=0.2).bad[0])


def test_a_folder_that_may_not_be_read_is_named(photos, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(DataError, match=r"photos cannot be read: Permission denied.*chmod"):
        find_files(photos)


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode there")
def test_a_name_that_is_no_text_is_a_bad_row(photos):
    raw = os.fsencode(photos / "cat") + b"/caf\xe9.png"
    try:
        with open(raw, "wb") as file:  # noqa: PTH123
            file.write((photos / "cat" / "01.png").read_bytes())
    except OSError:
        pytest.skip("this file system refuses such names")
    table = read(photos, bad_share=0.2)
    assert (table.rows, table.bad_rows) == (20, 1)
    assert "is not UTF-8: rename it" in table.bad[0].reason


def test_one_file_under_two_labels_is_told_by_name(photos):
    shutil.copy(photos / "cat" / "01.png", photos / "dog" / "same.png")
    assert "under more than one label" in said(read(photos))
    assert "cat/01.png = dog/same.png" in said(read(photos))


def test_the_same_file_twice_in_one_class_is_no_contradiction(photos):
    shutil.copy(photos / "cat" / "01.png", photos / "cat" / "same.png")
    assert "more than one label" not in said(read(photos))


@pytest.mark.parametrize(
    ("make", "ending", "kind"), [(sound, "wav", "audio"), (video, "mp4", "video")]
)
def test_sounds_and_videos_are_read_alike(tmp_path, make, ending, kind):
    for seed in range(4):
        make(tmp_path / "set" / "ab"[seed % 2] / f"{seed}.{ending}", seed)
    table = read(tmp_path / "set")
    assert table.kinds["file"] == kind
    assert table.rows == 4
    assert table.signatures["file"].there.all()


def test_an_archive_is_answered_with_the_command_that_unpacks_it(photos, tmp_path):
    with zipfile.ZipFile(tmp_path / "pets.zip", "w") as file:
        file.write(photos / "cat" / "01.png", "cat/01.png")
    with tarfile.open(tmp_path / "pets.tar.gz", "w:gz") as file:
        file.add(photos, "pets")
    with pytest.raises(DataError, match=r"zip file.*unzip pets.zip -d pets"):
        read(tmp_path / "pets.zip")
    with pytest.raises(DataError, match=r"tar archive.*tar -xf pets.tar.gz -C pets"):
        read(tmp_path / "pets.tar.gz")


def test_answering_keeps_files_that_cannot_be_read(photos):
    (photos / "cat" / "empty.png").write_bytes(b"")
    table = read(photos, answering=["file"])
    assert table.columns == ["file"]
    assert (table.rows, table.bad_rows) == (21, 0)


def test_a_table_of_paths_starts_from_its_own_folder(photos):
    rows = pl.DataFrame({"image": ["cat/01.png", "dog/00.png", None], "price": [1, 2, 3]})
    rows.write_csv(photos / "all.csv")
    table = read(photos / "all.csv")
    assert table.kinds == {"image": "image", "price": "number"}
    assert table.resolve("image", ["cat/01.png"]) == [str(photos / "cat" / "01.png")]
    assert table.signatures["image"].there.tolist() == [True, True, False]


def test_a_table_beside_the_folder_of_its_files_finds_them(photos):
    names = sorted(path.name for path in (photos / "cat").iterdir())
    pl.DataFrame({"image": names, "n": range(10)}).write_csv(photos / "cats.csv")
    table = read(photos / "cats.csv")
    assert table.resolve("image", names[:1]) == [str(photos / "cat" / names[0])]
    assert "found in the folder cat" in said(table)


def test_a_path_that_leads_nowhere_is_a_bad_row(photos):
    names = [f"dog/{seed:02}.png" for seed in range(0, 20, 2)]
    names += ["dog/gone.png", "https://example.org/a.png"]
    pl.DataFrame({"image": names, "n": range(12)}).write_csv(photos / "dogs.csv")
    table = read(photos / "dogs.csv", bad_share=0.2)
    assert (table.rows, table.bad_rows) == (10, 2)
    assert table.raw("n").to_list() == [str(n) for n in range(10)]
    assert "dog/gone.png is not there" in str(table.bad[0])
    assert "is an address, not a file" in str(table.bad[1])
    with pytest.raises(DataError, match=r"(?s)2 of 12 rows.*dog/gone.png is not there"):
        read(photos / "dogs.csv")


def test_a_column_whose_files_are_all_absent_says_where_it_looked_and_how_to_go_on(tmp_path):
    (tmp_path / "t.csv").write_text("image,n\na.png,1\nb.png,2\n")
    with pytest.raises(DataError, match=r"none of them is there, e.g. 'a.png'.*--kind image=cat"):
        read(tmp_path / "t.csv")
    assert read(tmp_path / "t.csv", kinds={"image": "category"}).rows == 2


def test_paths_from_memory_can_be_read_again_from_another_place(photos, tmp_path, monkeypatch):
    monkeypatch.chdir(photos)
    table = read({"image": ["cat/01.png", "dog/00.png"], "n": [1, 2]})
    table.write_parquet(tmp_path / "rows.parquet")
    monkeypatch.chdir("/")
    again = read(tmp_path / "rows.parquet")
    assert again.fingerprint == table.fingerprint
    assert again.signatures["image"].there.all()


def as_bytes(photos):
    return [path.read_bytes() for path in sorted(photos.glob("*/*.png"))]


@pytest.mark.parametrize("form", ["bytes", "struct", "memory"])
def test_files_inside_a_table_are_read_like_files_beside_it(photos, tmp_path, form):
    data = [*as_bytes(photos), None]
    cells = data if form != "struct" else [{"bytes": one, "path": "a.png"} for one in data[:-1]]
    source = {"image": cells, "n": list(range(len(cells)))}
    if form != "memory":
        pl.DataFrame(source).write_parquet(tmp_path / "inside.parquet")
        source = tmp_path / "inside.parquet"
    table = read(source)
    assert table.kinds["image"] == "image"
    cell = table.raw("image")[0]
    path = table.resolve("image", [cell])[0]
    assert Path(path).read_bytes() == data[0]
    assert np.count_nonzero(table.signatures["image"].there) == 20
    table.write_parquet(tmp_path / "kept.parquet")
    assert read(tmp_path / "kept.parquet").fingerprint == table.fingerprint


def test_files_inside_a_table_go_when_the_table_goes(photos, tmp_path):
    pl.DataFrame({"image": as_bytes(photos)}).write_parquet(tmp_path / "inside.parquet")
    table = read(tmp_path / "inside.parquet")
    folder = table.root
    assert len(list(folder.iterdir())) == 20
    del table
    assert not folder.exists()


def test_bytes_that_are_no_media_are_left_out_as_before(tmp_path):
    pl.DataFrame({"raw": [b"\1\2", b"\3"], "n": [1, 2]}).write_parquet(tmp_path / "raw.parquet")
    assert read(tmp_path / "raw.parquet").columns == ["n"]
