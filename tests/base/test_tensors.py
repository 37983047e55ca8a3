"""Arrays in files and in JSON."""

import json
import pickle

import numpy as np
import pytest

from umbrella.base.errors import BundleError, RunError
from umbrella.base.tensors import load_tensors, pack, save_tensors, unpack


def test_tensors_come_back_equal(tmp_path):
    tensors = {"a": np.arange(6, dtype=np.float32).reshape(2, 3).T, "b": np.zeros((0, 2))}
    save_tensors(tmp_path / "w.safetensors", tensors, {"note": "x"})
    back = load_tensors(tmp_path / "w.safetensors")
    assert all(np.array_equal(back[name], tensors[name]) for name in tensors)


class Bomb:
    def __reduce__(self):
        return (exec, ("raise SystemExit('it ran')",))


def test_a_pickle_renamed_to_safetensors_is_refused_and_nothing_runs(tmp_path):
    (tmp_path / "w.safetensors").write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(RunError, match="not a whole safetensors file"):
        load_tensors(tmp_path / "w.safetensors")


@pytest.mark.parametrize("keep", [0, 7, 8, 40, -1])
def test_a_truncated_file_is_refused(tmp_path, keep):
    path = tmp_path / "w.safetensors"
    save_tensors(path, {"a": np.arange(100.0)})
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(RunError, match="not a whole"):
        load_tensors(path)


@pytest.mark.parametrize("dtype", ["<f4", "<u8", "|u1", ">i8"])
def test_packed_arrays_survive_json(dtype):
    array = np.arange(6).reshape(2, 3).astype(dtype)
    assert np.array_equal(unpack(json.loads(json.dumps(pack(array)))), array)


@pytest.mark.parametrize(
    "change",
    [{"dtype": "O"}, {"shape": [7]}, {"shape": [-1]}, {"shape": [True]}, {"base85": "~~~"}],
)
def test_a_hostile_packed_array_is_refused(change):
    with pytest.raises(BundleError, match="damaged"):
        unpack(pack(np.arange(6.0)) | change)
