"""The command line as a user meets it: exit codes, one clear message, earlier results intact."""

import gzip
import json
import os
import pickle
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest
from invented import reviews, write_csv

from umbrella.cli import main

LIGHT = ["--rungs", "most-common,bow-svm"]


def fit(data, out, *more):
    return main(["fit", str(data), "--target", "label", "--out", str(out), *LIGHT, *more])


def refusal(capsys, status, *, want=2):
    """The one message on standard error; asserts the exit status and that nothing traced."""
    err = capsys.readouterr().err
    assert status == want, err
    assert "Traceback" not in err
    return err


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    place = tmp_path_factory.mktemp("cli")
    data = write_csv(place / "stay.csv", reviews(1200))
    assert fit(data, place / "run") == 0
    assert main(["ship", str(place / "run"), "-o", str(place / "stay.onnx")]) == 0
    return place


def test_fit_prints_the_table_and_the_first_look(tmp_path, capsys):
    data = write_csv(tmp_path / "stay.csv", reviews(600))
    assert fit(data, tmp_path / "run", "--lang", "en") == 0
    out = capsys.readouterr().out
    assert "rung " in out
    assert "bow-svm" in out
    assert "chosen: bow-svm" in out
    assert "first look: " in out
    assert fit(data, tmp_path / "run", "--lang", "zh") == 0
    again = capsys.readouterr()
    assert "选中：bow-svm" in again.out
    assert "早已完成" in again.err


def test_what_fit_says_of_the_data_is_said_in_chinese_too(tmp_path, capsys):
    data = tmp_path / "stay.csv"
    made = reviews(300)
    pairs = zip(made["text"], made["label"], strict=True)
    rows = [f"{text};{label};7" for text, label in pairs]
    data.write_text("\n".join(["text;label;room", *rows, "nothing;;"]), encoding="utf-8")
    assert fit(data, tmp_path / "run", "--lang", "zh") == 0
    told = capsys.readouterr().err
    before, _, _ = told.partition("most-common")
    ours = {"stay", "text", "label", "room", "CSV", "UTF"}
    assert set(re.findall(r"[A-Za-z]{3,}", before)) <= ours, before
    assert "第一行是列名" in told
    assert "以分号分隔" in told
    assert "没有目标值" in told


def test_every_verb_speaks_json(made, tmp_path, capsys):
    shutil.copytree(made / "run", tmp_path / "run")
    data = made / "stay.csv"

    def said(*argv):
        assert main([*map(str, argv), "--json"]) == 0
        return json.loads(capsys.readouterr().out.splitlines()[-1])

    assert (
        said("fit", data, "--target", "label", "--out", made / "run", *LIGHT)["rung"] == "bow-svm"
    )
    assert said("check", tmp_path / "run")["verdict"] in ("pass", "warn", "fail", "cannot tell")
    small = ("shrink", tmp_path / "run", "--size", "30KB", "--drop", "8%")
    assert said(*small)["cost"]["bytes"] <= 30_000
    assert said("ship", tmp_path / "run", "-o", tmp_path / "a.onnx")["bytes"] > 0
    assert main(["predict", str(tmp_path / "a.onnx"), str(data), "--json"]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(answers) == 1200
    assert {"text", "label_predicted", "probability"} <= set(answers[0])


@pytest.mark.parametrize("verb", ["fit", "check", "compare", "shrink", "ship", "predict"])
def test_help_shows_an_example(verb, capsys):
    assert main([verb, "--help"]) == 0
    assert f"umbrella {verb}" in capsys.readouterr().out


def test_the_version_and_a_wrong_flag(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("umbrella 0.")
    assert main(["fit", "x.csv", "--target", "label", "--minuets", "3"]) == 2
    assert "minutes" in capsys.readouterr().err


# -- data that cannot be used --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.csv", b"", "empty"),
        ("header.csv", b"text,label\n", "rows"),
        ("two.csv", b"text,label\na,x\nb,y\n", "2 rows"),
        ("quote.csv", b'text,label\n"never closed,x\n' + b"a,b\n" * 40, "quote"),
        ("wide.csv", b",".join(b"c%d" % n for n in range(50_000)) + b"\n", "columns"),
    ],
)
def test_unusable_files_end_in_one_message(tmp_path, capsys, name, content, message):
    (tmp_path / name).write_bytes(content)
    err = refusal(capsys, fit(tmp_path / name, tmp_path / "run"))
    assert message in err
    assert not (tmp_path / "run" / "run.json").exists()


def test_a_missing_file_a_folder_and_a_missing_target(made, tmp_path, capsys):
    err = refusal(capsys, fit(made / "sty.csv", tmp_path / "run"))
    assert "stay.csv" in err
    assert "folder" in refusal(capsys, fit(tmp_path, tmp_path / "run"))
    wrong = main(["fit", str(made / "stay.csv"), "--target", "lable", "--out", str(tmp_path / "r")])
    assert "Did you mean 'label'?" in refusal(capsys, wrong)


def test_ragged_rows_are_listed_and_skipped_up_to_the_share(tmp_path, capsys):
    path = write_csv(tmp_path / "stay.csv", reviews(600))
    lines = path.read_text().splitlines()
    lines[10] += ",too,many"
    path.write_text("\n".join(lines))
    assert fit(path, tmp_path / "run", "--lang", "en") == 0
    assert "stay.csv:11" in capsys.readouterr().err
    path.write_text("\n".join(f"{line},x,y" if n % 3 else line for n, line in enumerate(lines)))
    err = refusal(capsys, fit(path, tmp_path / "other"))
    assert "--bad-share" in err


def test_nul_bytes_empty_texts_and_a_text_of_ten_million_characters(tmp_path, capsys):
    path = write_csv(tmp_path / "stay.csv", reviews(600))
    with path.open("ab") as file:
        file.write(b"nul \0 byte,good\n,good\n,bad\n" + b"x" * 10_000_000 + b",bad\n")
    assert fit(path, tmp_path / "run", "--lang", "en") == 0
    assert "bad row" in capsys.readouterr().err


def test_a_gz_bomb_is_refused_quickly(tmp_path, capsys):
    with gzip.open(tmp_path / "bomb.csv.gz", "wb") as file:
        file.write(b"text,label\n")
        for _ in range(300):
            file.write(b"0" * 1_000_000)
    err = refusal(capsys, fit(tmp_path / "bomb.csv.gz", tmp_path / "run"))
    assert "bomb.csv.gz" in err


def test_a_wrong_encoding_that_is_forced_names_the_remedy(tmp_path, capsys):
    table = reviews(100)
    table["text"] = [f"{text} 很好" for text in table["text"]]
    path = write_csv(tmp_path / "stay.csv", table)
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    err = refusal(capsys, fit(path, tmp_path / "run", "--encoding", "utf-8"))
    assert "--encoding" in err
    assert fit(path, tmp_path / "run") == 0


# -- places that cannot be written, runs that are damaged ----------------------------------------


def test_a_full_disk_is_said_and_the_run_goes_on_later(tmp_path, capsys, monkeypatch):
    data = write_csv(tmp_path / "stay.csv", reviews(300))
    real = os.fsync

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    err = refusal(capsys, fit(data, tmp_path / "run"))
    assert "No space left on device" in err
    monkeypatch.setattr(os, "fsync", real)
    assert fit(data, tmp_path / "run") == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write in a read-only folder")
def test_a_read_only_folder_is_said(tmp_path, capsys):
    data = write_csv(tmp_path / "stay.csv", reviews(300))
    (tmp_path / "run").mkdir(mode=0o500)
    assert "--out" in refusal(capsys, fit(data, tmp_path / "run"))


def test_a_folder_that_is_a_file_is_said(tmp_path, capsys):
    data = write_csv(tmp_path / "stay.csv", reviews(300))
    (tmp_path / "run").write_text("x")
    assert "--out" in refusal(capsys, fit(data, tmp_path / "run"))


class Bomb:
    def __reduce__(self):
        return (os.system, ("touch ran",))


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("run.json", b"{"),
        ("run.json", b"[]"),
        ("codecs.json", b"[{}]"),
        ("codecs.json", b'[{"columns": ["text"], "prefix": "", "spec": {"codec": "os:system"}}]'),
        ("weights.safetensors", b""),
        ("weights.safetensors", pickle.dumps(Bomb())),
        ("split.parquet", b"PAR1 nothing"),
        ("ladder.json", b"\xff"),
    ],
)
def test_a_damaged_run_is_refused_and_nothing_in_it_runs(
    made, tmp_path, capsys, monkeypatch, name, damage
):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(made / "run", "run")
    (tmp_path / "run" / name).write_bytes(damage)
    refusal(capsys, main(["check", "run"]))
    assert not (tmp_path / "ran").exists()


def test_a_truncated_weight_file_is_refused_by_every_verb(made, tmp_path, capsys):
    shutil.copytree(made / "run", tmp_path / "run")
    weights = tmp_path / "run" / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    for verb in (["check"], ["shrink"], ["ship", "-o", str(tmp_path / "a.onnx")]):
        err = refusal(capsys, main([verb[0], str(tmp_path / "run"), *verb[1:]]))
        assert "weights.safetensors" in err
    assert not (tmp_path / "a.onnx").exists()


def test_a_bundle_of_a_newer_version_and_no_bundle_at_all(made, tmp_path, capsys):
    from umbrella.lite.envelope import seal, unseal

    data = (made / "stay.onnx").read_bytes()
    spec = json.loads(unseal(data).metadata["umbrella"])
    newer = seal(data, {"umbrella": json.dumps(spec | {"format": 99}), "card": ""})
    (tmp_path / "newer.onnx").write_bytes(newer)
    rows = str(made / "stay.csv")
    err = refusal(capsys, main(["predict", str(tmp_path / "newer.onnx"), rows]))
    assert "pip install -U umbrella" in err
    (tmp_path / "pickle.onnx").write_bytes(pickle.dumps(Bomb()))
    assert "pickle" in refusal(capsys, main(["predict", str(tmp_path / "pickle.onnx"), rows]))
    assert "No file" in refusal(capsys, main(["predict", str(tmp_path / "absent.onnx"), rows]))


# -- predict ------------------------------------------------------------------------------------


def test_predict_keeps_every_row_in_order_and_extra_columns(made, tmp_path):
    rows = tmp_path / "new.csv"
    rows.write_text('id,text\n7,"a lovely, warm room"\n8,\n9,a grim cold place\n')
    out = tmp_path / "answers.csv"
    assert main(["predict", str(made / "stay.onnx"), str(rows), "-o", str(out)]) == 0
    lines = out.read_text().splitlines()
    assert lines[0].startswith("id,text,label,probability")
    assert lines[1].startswith('7,"a lovely, warm room",good')
    assert lines[2].startswith("8,,")
    assert lines[3].startswith("9,a grim cold place,bad")


def test_predict_without_the_text_column_and_with_no_rows(made, tmp_path, capsys):
    rows = tmp_path / "new.csv"
    rows.write_text("id,txt\n" + "1,a room\n" * 3)
    err = refusal(capsys, main(["predict", str(made / "stay.onnx"), str(rows)]))
    assert "Did you mean" in err
    rows.write_text("id,text\n")
    out = tmp_path / "answers.csv"
    assert main(["predict", str(made / "stay.onnx"), str(rows), "-o", str(out)]) == 0
    assert out.read_text().splitlines() == ["id,text,label,probability,note"]


def test_predict_never_writes_over_its_input(made, tmp_path, capsys):
    rows = tmp_path / "new.csv"
    rows.write_text("text\na room\n")
    refusal(capsys, main(["predict", str(made / "stay.onnx"), str(rows), "-o", str(rows)]))
    assert rows.read_text() == "text\na room\n"


def test_predict_reads_standard_input(made):
    done = subprocess.run(
        [sys.executable, "-m", "umbrella.cli", "predict", str(made / "stay.onnx"), "-"],
        input="text\na lovely warm room\n",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[1].startswith("a lovely warm room,good")


# -- stops --------------------------------------------------------------------------------------


def started(data, out, *more):
    argv = [sys.executable, "-m", "umbrella.cli", "fit", str(data), "--target", "label"]
    return subprocess.Popen(
        [*argv, "--out", str(out), "--lang", "en", *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(path, seconds=60):
    end = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < end, f"{path} never came"
        time.sleep(0.05)


def test_ctrl_c_keeps_the_best_so_far_and_the_command_goes_on(tmp_path):
    data, out = write_csv(tmp_path / "stay.csv", reviews(3000)), tmp_path / "run"
    flags = ["--rungs", "bow-svm,lstm", "--epochs", "40"]
    with started(data, out, *flags) as process:
        wait_for(out / "rungs" / "bow-svm" / "result.json")
        time.sleep(1.0)
        process.send_signal(signal.SIGINT)
        err = process.communicate(timeout=60)[1]
    # Python ends by the signal itself where it met it inside exec(), as an import does; a shell
    # says 130 of both.
    assert process.returncode in (130, -signal.SIGINT), err
    assert "bow-svm" in err
    assert "Traceback" not in err
    assert json.loads((out / "run.json").read_text())["partial"]


def test_a_folder_in_use_is_refused(tmp_path, capsys):
    data, out = write_csv(tmp_path / "stay.csv", reviews(3000)), tmp_path / "run"
    with started(data, out, "--rungs", "lstm", "--epochs", "40") as process:
        wait_for(out / "plan.json")
        assert "in use by another run" in refusal(capsys, fit(data, out))
        process.kill()


def test_a_reader_that_goes_away_is_no_error(made):
    argv = f"{sys.executable} -m umbrella.cli predict {made / 'stay.onnx'} {made / 'stay.csv'}"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {argv} | head -n 1"], capture_output=True, text=True
    )
    assert done.stdout.startswith("text,label,")
    assert "Traceback" not in done.stderr
