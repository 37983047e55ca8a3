"""The run folder: locks, logs and refusals."""

import json
import subprocess
import sys

import pytest

from umbrella.base.errors import RunError
from umbrella.base.run import FORMAT, Run, open_run

HOLD = """
import sys, time
from umbrella.base.run import Run
with Run(sys.argv[1]).lock():
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_folder_held_by_another_process_is_refused_and_freed_by_its_death(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(RunError, match=f"process {other.pid}"), Run(tmp_path).lock():
            pass
        other.kill()
    with Run(tmp_path).lock():
        pass


def test_a_line_cut_by_a_kill_does_not_spoil_the_next(tmp_path):
    run = Run(tmp_path)
    run.log("begun", rows=3)
    with (tmp_path / "log.jsonl").open("a") as file:
        file.write('{"at": 1, "eve')
    run.log("finished")
    lines = (tmp_path / "log.jsonl").read_text().splitlines()
    assert json.loads(lines[0])["event"] == "begun"
    assert json.loads(lines[2])["event"] == "finished"


def test_a_newer_run_asks_for_an_upgrade(tmp_path):
    Run(tmp_path).write("run.json", {"format": FORMAT + 1})
    with pytest.raises(RunError, match="pip install -U umbrella"):
        open_run(tmp_path)


@pytest.mark.parametrize("content", [[], {}, {"format": "1"}, 3])
def test_a_foreign_run_json_is_refused(tmp_path, content):
    Run(tmp_path).write("run.json", content)
    with pytest.raises(RunError, match="not a run of ours"):
        open_run(tmp_path)


def test_an_unfinished_folder_says_how_to_go_on(tmp_path):
    with pytest.raises(RunError, match="goes on where it stopped"):
        open_run(tmp_path)
    with pytest.raises(RunError, match="No run folder"):
        open_run(tmp_path / "absent")


def test_a_folder_that_nothing_came_into_is_taken_away_again(tmp_path):
    with pytest.raises(ValueError, match="refused"), Run(tmp_path / "new").lock():
        raise ValueError("refused")
    assert not (tmp_path / "new").exists()
    (tmp_path / "own").mkdir()
    with Run(tmp_path / "own").lock():
        pass
    assert (tmp_path / "own").is_dir()
    with Run(tmp_path / "filled").lock():
        (tmp_path / "filled" / "kept.txt").write_text("kept", "utf-8")
    assert (tmp_path / "filled" / "kept.txt").is_file()
