"""A file that was found usable is known again, and never taken for another."""

import os
import stat
from dataclasses import replace

import numpy as np
import pytest
from mediafiles import picture, sound

from umbrella.base.limits import LIMITS
from umbrella.data import inspect as pass_over_files
from umbrella.data import known
from umbrella.data.inspect import inspect
from umbrella.data.read import read


@pytest.fixture
def looked(monkeypatch):
    """Names of the files that were really looked at; files may be fresh."""
    monkeypatch.setattr(known, "FRESH_SECONDS", -1e9)
    names = []
    real = pass_over_files.look_at

    def watched(path, *rest):
        names.append(os.path.basename(path))  # noqa: PTH119
        return real(path, *rest)

    monkeypatch.setattr(pass_over_files, "look_at", watched)
    return names


@pytest.fixture
def paths(tmp_path):
    return [str(picture(tmp_path / "set" / f"{seed}.png", seed)) for seed in range(6)]


def look(paths, tmp_path, kind="image", limits=LIMITS):
    return inspect(paths, kind, limits, tmp_path / "cache")


def test_a_second_pass_looks_at_nothing_and_finds_the_same(paths, tmp_path, looked):
    first = look([*paths, None, paths[0]], tmp_path)
    assert len(looked) == 6
    again = look([*paths, None, paths[0]], tmp_path)
    assert len(looked) == 6
    for name in ("digest", "content", "thumb", "there"):
        assert np.array_equal(getattr(first.signatures, name), getattr(again.signatures, name))
    assert first.signatures.there.tolist() == [True] * 6 + [False, True]
    assert again.faults == {}


def test_only_what_is_new_or_was_changed_is_looked_at(paths, tmp_path, looked):
    look(paths[:4], tmp_path)
    picture(tmp_path / "set" / "1.png", 77)
    before = os.stat(paths[2])  # noqa: PTH116
    data = (tmp_path / "set" / "2.png").read_bytes()
    (tmp_path / "set" / "2.png").write_bytes(data)  # the same bytes, times set back
    os.utime(paths[2], ns=(before.st_atime_ns, before.st_mtime_ns))
    looked.clear()
    found = look(paths, tmp_path).signatures
    assert sorted(looked) == ["1.png", "2.png", "4.png", "5.png"]
    assert np.array_equal(found.thumb, inspect(paths, "image").signatures.thumb)
    looked.clear()
    look(paths[::-1], tmp_path)
    assert looked == []


def test_a_file_just_written_is_looked_at_again(paths, tmp_path, looked, monkeypatch):
    monkeypatch.setattr(known, "FRESH_SECONDS", 1e6)
    look(paths, tmp_path)
    look(paths, tmp_path)
    assert len(looked) == 12


def test_bad_and_absent_files_are_never_known(paths, tmp_path, looked):
    (tmp_path / "set" / "0.png").write_bytes(b"GIF89a")
    for _ in range(2):
        looked.clear()
        found = look([*paths, str(tmp_path / "set" / "none.png")], tmp_path)
        assert list(found.faults) == [0, 6]
    assert looked == ["0.png", "none.png"]
    for odd in ("a\0b.png", "\udcff.png", "\ud800.png"):
        assert list(look([odd], tmp_path).faults) == [0]


DAMAGE = {
    "cut": lambda data: data[:-1000],
    "a flipped bit": lambda data: data[:-700] + bytes([data[-700] ^ 1]) + data[-699:],
    "empty": lambda data: data[:0],
    "another file": lambda data: b"\x80\x04K\x01." * len(data),
    "longer": lambda data: data + bytes(known.RECORD.itemsize),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_shelf_counts_as_empty_and_is_made_anew(paths, tmp_path, looked, damage):
    whole = look(paths, tmp_path).signatures.thumb
    (shelf,) = (tmp_path / "cache").iterdir()
    shelf.write_bytes(DAMAGE[damage](shelf.read_bytes()))
    for count in (6, 0):
        looked.clear()
        assert np.array_equal(look(paths, tmp_path).signatures.thumb, whole)
        assert len(looked) == count


def test_other_limits_other_kinds_and_other_versions_know_nothing(
    paths, tmp_path, looked, monkeypatch
):
    look(paths, tmp_path)
    strict = look(paths, tmp_path, limits=replace(LIMITS, image_pixels=1))
    assert len(strict.faults) == 6
    assert len(look(paths, tmp_path, "audio").faults) == 6
    looked.clear()
    monkeypatch.setattr(known, "FORM", known.FORM + 1)
    look(paths, tmp_path)
    assert len(looked) == 6


def test_shelves_stay_within_their_room_and_the_oldest_goes_first(tmp_path, looked, monkeypatch):
    monkeypatch.setattr(known, "MOST_BYTES", 8 * known.RECORD.itemsize)
    sets = [
        [str(sound(tmp_path / name / f"{seed}.wav", seed)) for seed in range(3)] for name in "abc"
    ]
    for some in sets[:2]:
        look(some, tmp_path, "audio")
    for back in (20, 10):  # clocks of file systems are too coarse to wait for
        for shelf in (tmp_path / "cache").iterdir():
            os.utime(shelf, ns=(0, shelf.stat().st_mtime_ns - back * 10**9))
        look(sets[0], tmp_path, "audio")  # used last
    look(sets[2], tmp_path, "audio")
    looked.clear()
    for some in (sets[2], sets[0]):
        look(some, tmp_path, "audio")
    assert looked == []
    assert len(list((tmp_path / "cache").iterdir())) == 2


@pytest.mark.usefixtures("looked")
def test_a_shelf_never_outgrows_the_room(tmp_path, monkeypatch):
    monkeypatch.setattr(known, "MOST_BYTES", 4 * known.RECORD.itemsize)
    paths = [str(picture(tmp_path / "set" / f"{seed}.png", seed)) for seed in range(9)]
    look(paths, tmp_path)
    for shelf in (tmp_path / "cache").iterdir():
        assert shelf.stat().st_size <= known.MOST_BYTES


def test_where_nothing_can_be_written_every_pass_looks(paths, tmp_path, looked):
    (tmp_path / "cache").write_text("a file where the folder should be")
    for _ in range(2):
        assert look(paths, tmp_path).faults == {}
    assert len(looked) == 12


@pytest.mark.usefixtures("looked")
def test_what_is_kept_names_no_file_and_is_the_users_own(paths, tmp_path):
    look(paths, tmp_path)
    (shelf,) = (tmp_path / "cache").iterdir()
    assert b"png" not in shelf.read_bytes()
    assert stat.S_IMODE((tmp_path / "cache").stat().st_mode) & 0o077 == 0


def test_reading_a_folder_twice_looks_at_its_files_once(tmp_path, looked, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for seed in range(6):
        picture(tmp_path / "set" / "ab"[seed % 2] / f"{seed}.png", seed)
    one, two = read(tmp_path / "set"), read(tmp_path / "set")
    assert len(looked) == 6
    assert one.fingerprint == two.fingerprint
    (tmp_path / "set" / "a" / "0.png").write_bytes((tmp_path / "set" / "b" / "1.png").read_bytes())
    assert read(tmp_path / "set").fingerprint != one.fingerprint


def test_files_that_came_inside_a_table_are_not_kept(tmp_path, looked, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    data = [picture(tmp_path / f"{seed}.png", seed).read_bytes() for seed in range(4)]
    read({"picture": data, "label": list("abab")})
    assert len(looked) == 4
    assert not (tmp_path / "cache").exists()
