import threading
import time

import numpy as np
import pytest
import vernier_registration as vernier
from conftest import corner_error, texture


def error(result, pair):
    return corner_error(result.matrix, pair[2], 160, 140)


@pytest.mark.parametrize("fixed_type, moving_type", [
    (np.float32, np.float32), (np.uint8, np.float64), (np.uint16, np.int32), (np.float16, np.int64),
])
def test_every_number_type_is_taken(pair, fixed_type, moving_type):
    result = vernier.register(pair[0].astype(fixed_type), pair[1].astype(moving_type))
    assert result.verdict == "aligned" and error(result, pair) < 0.5
    assert result.moved.dtype == moving_type and result.moved.shape == pair[0].shape


def test_every_stride_is_taken(pair):
    fixed, moving = np.asfortranarray(pair[0]), np.repeat(np.repeat(pair[1], 2, 0), 3, 1)[::2, ::3]
    assert error(vernier.register(fixed, moving), pair) < 0.5
    assert error(vernier.register(fixed[::-1][::-1], moving.T.copy().T), pair) < 0.5


def test_floats_in_c_order_are_not_copied(pair):
    image = vernier.Image.of(pair[0])
    described, kept = image.to_c()
    assert described.samples == pair[0].ctypes.data and kept[0] is pair[0]


def test_the_moved_image_shows_what_the_fixed_one_does(pair):
    moved = vernier.register(pair[0], pair[1], interpolation="cubic").moved
    assert np.abs(moved - pair[0])[40:-40, 40:-40].mean() < 2


@pytest.mark.parametrize("model", ["translation", "rigid", "similarity", "affine", "bspline"])
def test_every_model_is_estimated(pair, model):
    result = vernier.register(pair[0], pair[1], transform=model, initial=pair[2])
    assert result.matrix.shape == (3, 3) and result.model == model
    assert result.transform.is_matrix == (model != "bspline")


def test_a_result_has_its_evidence(pair):
    result = vernier.register(pair[0], pair[1])
    assert 0.95 <= result.confidence <= 1 and result.error is None
    assert result.evidence.similarity_after > result.evidence.similarity_before
    assert result.parameters["rotation"] == pytest.approx(14, abs=0.5)


def test_unrelated_images_fail_without_an_exception():
    result = vernier.register(texture(128, 128, seed=1), texture(128, 128, seed=2))
    assert result.verdict == "failed" and result.confidence < 0.5


def test_an_image_without_structure_for_a_method_fails_without_a_transform(pair):
    result = vernier.register(pair[0][:40, :40], texture(40, 40, passes=40), method="sift")
    assert result.verdict == "failed"
    if result.matrix is None:
        assert result.error and result.moved is None


def test_a_start_and_masks_are_used(pair):
    near = pair[2].copy()
    near[:2, 2] += [1, -1]
    assert error(vernier.register(pair[0], pair[1], initial=near), pair) < 0.5
    fixed, moving = pair[0].copy(), pair[1].copy()
    fixed[:40, :40] = moving[:40, :40] = texture(40, 40, seed=5, passes=0)
    mask = np.ones(fixed.shape, bool)
    mask[:40, :40] = False
    assert error(vernier.register(fixed, moving, fixed_mask=mask, moving_mask=mask), pair) < 0.5


def test_samples_that_are_not_finite_are_left_out(pair):
    fixed = pair[0].copy()
    fixed[10:20, 30:50] = np.nan
    assert error(vernier.register(fixed, pair[1]), pair) < 0.5


def test_a_volume_has_its_spacing():
    volume = texture(20, 48, 44)
    moving = np.roll(volume, (1, 0, 3), (0, 1, 2))
    result = vernier.register(volume, moving, transform="translation", spacing=(1, 1, 2.5))
    assert result.matrix.shape == (4, 4)
    assert result.matrix[:3, 3] == pytest.approx([3, 0, 2.5], abs=0.2)


@pytest.mark.parametrize("arguments, error_type, word", [
    (dict(transform="rotund"), ValueError, "transform cannot be rotund"),
    (dict(method="alchemy"), ValueError, "method cannot be alchemy"),
    (dict(threads="many"), ValueError, "threads cannot be many"),
    (dict(fixed=np.zeros(9)), ValueError, "dimensions"),
    (dict(moving=np.zeros((5, 9, 9))), ValueError, "dimensions"),
    (dict(fixed=np.array([["a", "b"]])), TypeError, "dtype"),
    (dict(fixed=np.full((64, 64), np.nan)), ValueError, "NaN"),
    (dict(fixed=np.ones((64, 64))), ValueError, "one value"),
    (dict(fixed=np.ones((64, 64, 3))), ValueError, "colour"),
    (dict(spacing=(1, 1, 1)), ValueError, "dimensions"),
    (dict(fixed_mask=np.ones((3, 3))), ValueError, "mask"),
    (dict(initial=np.zeros((3, 3))), ValueError, "initial"),
    (dict(initial=np.eye(2)), ValueError, "shape"),
])
def test_what_cannot_be_used_is_an_exception(pair, arguments, error_type, word):
    arguments = dict(fixed=pair[0], moving=pair[1]) | arguments
    with pytest.raises(error_type, match=word) as caught:
        vernier.register(arguments.pop("fixed"), arguments.pop("moving"), **arguments)
    assert "\n" not in str(caught.value) and "--" not in str(caught.value)


def test_the_answer_is_the_same_for_any_number_of_threads(pair):
    one, two = (vernier.register(pair[0], pair[1], threads=n).matrix for n in (1, 2))
    assert np.array_equal(one, two)


def test_many_pairs_keep_their_order_and_their_failures(pair):
    small = (pair[0][:32, :32].copy(), np.roll(pair[0][:32, :32], 2, 1))
    results = vernier.register_many([small, (np.zeros((32, 32)), small[1]), pair[:2]], jobs=2)
    assert [result.verdict for result in results][1] == "failed" and "one value" in results[1].error
    assert error(results[2], pair) < 0.5
    with pytest.raises(ValueError, match="rotund"):
        vernier.register_many([small], transform="rotund")


def test_the_interpreter_goes_on_meanwhile(pair):
    large = np.tile(pair[0], (4, 4)), np.tile(pair[1], (4, 4))
    work = threading.Thread(target=lambda: vernier.register(*large, transform="affine", threads=1))
    work.start()
    turns = 0
    while work.is_alive():
        time.sleep(0.001)
        turns += 1
    assert turns > 5
