"""Memory stays flat as a file grows: peaks of fresh processes reading a file and one 8 times it."""

import gzip
import subprocess
import sys

import polars as pl
import pytest

# Not ru_maxrss: a process inherits that of its parent, here pytest, and so hides its own.
READ = r"""
import re, sys
from pathlib import Path
from umbrella.base.limits import Limits
from umbrella.data.read import read
table = read(sys.argv[1], limits=Limits(memory_bytes=2 * 2**20))
letters = sum(frame["text"].str.len_chars().sum() for frame in table.batches(["text"]))
assert table.store.folder is not None and letters > 40 * table.rows
print(table.rows, re.search(r"VmHWM:\s+([0-9]+) kB", Path("/proc/self/status").read_text())[1])
"""
FORMS = ["csv.gz", "jsonl", "parquet"]
ALLOWED = 1.25  # peak of the large file over that of the small one


def write(path, form, rows):
    lines = (
        (f"review number {n} about the rooms and the breakfast, all of it", n % 7)
        for n in range(rows)
    )
    if form == "parquet":
        frame = pl.DataFrame(list(lines), schema=["text", "label"], orient="row")
        frame.write_parquet(path, row_group_size=rows)  # one row group, the worst case
        return
    if form == "csv.gz":
        with gzip.open(path, "wt", compresslevel=1) as file:
            file.write("text,label\n")
            file.writelines(f'"{text}",{label}\n' for text, label in lines)
    else:
        with path.open("w") as file:
            file.writelines(f'{{"text": "{text}", "label": {label}}}\n' for text, label in lines)


def peak(path):
    """Rows and kilobytes of the largest resident set of a process that reads the file."""
    ended = subprocess.run(
        [sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    rows, kilobytes = ended.stdout.split()
    return int(rows), int(kilobytes)


def check(folder, form, rows):
    small, large = folder / f"small.{form}", folder / f"large.{form}"
    write(small, form, rows)
    write(large, form, 8 * rows)
    (read, low), (read_large, high) = peak(small), peak(large)
    assert (read, read_large) == (rows, 8 * rows)
    assert high < ALLOWED * low, f"{low} KB for {rows} rows, {high} KB for {8 * rows}"


@pytest.mark.parametrize("form", FORMS)
def test_memory_stays_flat_while_a_file_grows_to_eight_times_its_size(tmp_path, form):
    check(tmp_path, form, 60_000)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_memory_stays_flat_for_files_of_hundreds_of_megabytes(tmp_path, form):
    check(tmp_path, form, 800_000)
