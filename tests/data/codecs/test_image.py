"""A column of pictures becomes squares of one size, and says which cells it could not read."""

import json

import numpy as np
import pytest
from PIL import Image as Pillow
from test_picture import saved, scene

from umbrella.base.errors import BundleError, ConfigError, DataError
from umbrella.base.tensors import pack
from umbrella.data.codecs import image
from umbrella.data.codecs.image import ImagePixels
from umbrella.data.codecs.sampling import sample


def column(edges, seed: int = 0):
    """Pictures of noise with these edges, as bytes."""
    rng = np.random.default_rng(seed)
    return [saved(Pillow.fromarray(rng.integers(0, 256, (e, e, 3), np.uint8))) for e in edges]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Paths of thirty pictures."""
    folder = tmp_path_factory.mktemp("pictures")
    for number, data in enumerate(column([8] * 30)):
        (folder / f"{number}.png").write_bytes(data)
    return [str(folder / f"{number}.png") for number in range(30)]


@pytest.mark.parametrize(
    ("edges", "size"),
    [([8] * 20, 8), ([32] * 20, 32), ([90] * 20, 64), ([5] * 20, 8), ([10] + [20] * 30, 20)],
)
def test_the_edge_found_is_what_nine_of_ten_pictures_have(edges, size):
    codec = ImagePixels().fit([column(edges)])
    assert codec.sizes == {"size": size}
    assert codec.encode(column([40]))["pixels"].shape == (1, size, size, 3)


def test_a_slender_picture_counts_by_its_shorter_edge():
    assert ImagePixels().fit([[saved(scene(48, 12))] * 3]).size == 12


def test_a_given_size_stays():
    codec = ImagePixels(size=24).fit([column([8])])
    assert codec.sizes == {"size": 24}


def test_mean_and_deviation_are_those_of_the_pixels():
    cells = column([16] * 5)
    codec = ImagePixels().fit([cells])
    pixels = codec.encode(cells)["pixels"].reshape(-1, 3)
    np.testing.assert_allclose(codec.mean, pixels.mean(axis=0))
    np.testing.assert_allclose(codec.deviation, pixels.std(axis=0))


def test_rows_that_cannot_be_read_are_black_and_say_why(files, tmp_path):
    cells = [files[0], str(tmp_path / "absent.png"), None, b"<html></html>", column([8])[0]]
    codec = ImagePixels(size=8)
    arrays, faults = codec.examine(cells)
    assert sorted(faults) == [1, 3]
    assert "does not exist" in faults[1]
    assert "HTML" in faults[3]
    black = [not row.any() for row in arrays["pixels"]]
    assert black == [False, True, True, True, False]
    assert np.array_equal(codec.encode(cells)["pixels"], arrays["pixels"])


def test_a_column_that_holds_no_picture_is_refused():
    for cells in ([], [None, None], [b"", b"<html>"]):
        for size in (None, 16):
            with pytest.raises(DataError, match="None of the training rows holds a picture"):
                ImagePixels(size=size).fit([cells])


def test_how_rows_are_batched_changes_nothing(files, monkeypatch):
    monkeypatch.setattr(image, "SAMPLE", 7)  # fewer than there are, so that chance matters
    one = ImagePixels().fit([files])
    many = ImagePixels().fit(files[i : i + 4] for i in range(0, len(files), 4))
    assert json.dumps(one.spec()) == json.dumps(many.spec())
    whole = one.encode(files)["pixels"]
    assert np.array_equal(whole, np.concatenate([one.encode([f])["pixels"] for f in files]))


def test_the_sample_comes_from_all_of_the_rows():
    kept = sample([[str(number) for number in range(1000)]], 50, "pictures")
    assert len(set(kept)) == 50
    assert 300 < np.mean([int(cell) for cell in kept]) < 700


def test_many_large_files_are_read_by_threads_alike(monkeypatch):
    cells = [*column([40] * 12), None, b"", *column([40] * 12, seed=1)]
    codec = ImagePixels(size=16)
    alone, reasons = codec.examine(cells)
    monkeypatch.setattr(image, "LARGE", 1)
    pools = []
    real = image.ThreadPoolExecutor
    monkeypatch.setattr(image, "ThreadPoolExecutor", lambda n: pools.append(n) or real(n))
    together, same = codec.examine(cells)
    assert len(pools) == 1
    assert np.array_equal(alone["pixels"], together["pixels"])
    assert reasons == same


@pytest.mark.parametrize("rule", ["crop", "fit"])
def test_the_stored_codec_encodes_alike(files, rule):
    codec = ImagePixels(rule=rule).fit([files])
    again = ImagePixels.from_spec(json.loads(json.dumps(codec.spec(), allow_nan=False)))
    cells = [*files, saved(scene()), None]
    assert np.array_equal(codec.encode(cells)["pixels"], again.encode(cells)["pixels"])
    assert again.sizes == codec.sizes
    assert again.spec() == codec.spec()


def test_no_rows_give_no_pixels():
    assert ImagePixels(size=16).encode([])["pixels"].shape == (0, 16, 16, 3)


def test_the_probes_are_pictures_that_differ():
    arrays, faults = ImagePixels(size=16).examine(ImagePixels().probes)
    assert faults == {}
    means = arrays["pixels"].mean(axis=(1, 2))
    assert len(np.unique(means.round(), axis=0)) == 4


@pytest.mark.parametrize(
    "settings", [{"size": 7}, {"size": 2000}, {"size": 16.0}, {"size": True}, {"rule": "stretch"}]
)
def test_a_bad_setting_is_refused_with_what_is_allowed(settings):
    with pytest.raises(ConfigError, match=f"{next(iter(settings))}="):
        ImagePixels(**settings)


def damaged_specs():
    good = ImagePixels(size=16).fit([column([16])]).spec()
    for value in (None, -1, float("nan"), "x", [], {}, 10**30, True):
        yield from ({**good, name: value} for name in good if name != "codec")
    yield from ({k: v for k, v in good.items() if k != name} for name in good if name != "codec")
    for values in (np.zeros(2), np.full(3, np.nan), np.full(3, 300.0), np.zeros(3, np.float32)):
        yield {**good, "mean": pack(values)}
    yield from ([], None, "image")


@pytest.mark.parametrize("spec", list(damaged_specs()), ids=lambda spec: repr(spec)[:60])
def test_a_damaged_or_hostile_spec_is_refused(spec):
    with pytest.raises(BundleError):
        ImagePixels.from_spec(spec)
