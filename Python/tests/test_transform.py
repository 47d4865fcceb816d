import numpy as np
import pytest
import vernier_registration as vernier
from conftest import rigid, texture

MATRIX = rigid(20, 3, -2, 60, 50)
SPACE = np.array([[1, 0.1, 0, 4], [0, 1, 0.2, 5], [0.1, 0, 1, 6], [0, 0, 0, 1]])


def test_points_go_from_fixed_to_moving_and_back():
    transform = vernier.Transform(MATRIX)
    points = np.array([[0, 0], [10, 20], [3.5, -1]])
    expected = points @ MATRIX[:2, :2].T + MATRIX[:2, 2]
    assert np.allclose(transform(points), expected) and np.allclose(transform.inverse()(expected), points)
    assert transform([1, 2]).shape == (2,) and transform.rank == 2
    with pytest.raises(ValueError, match="coordinates"):
        transform([1, 2, 3])


@pytest.mark.parametrize("matrix", [MATRIX, SPACE])
@pytest.mark.parametrize("ending", ["tfm", "json", "h5"])
def test_files_are_read_back_exactly(tmp_path, matrix, ending):
    path = tmp_path / f"t.{ending}"
    vernier.Transform(matrix).write(path)
    assert np.allclose(vernier.Transform.read(path).matrix, matrix, atol=1e-12)


def test_a_homography_is_a_matrix(tmp_path):
    matrix = np.array([[1, 0, 0], [0, 1, 0], [1e-3, 0, 1.0]])
    transform = vernier.Transform(matrix)
    assert transform.is_matrix and np.allclose(transform([100, 50]), np.array([100, 50]) / 1.1)
    transform.write(tmp_path / "h.json")
    assert np.allclose(vernier.Transform.read(tmp_path / "h.json").matrix, matrix)


def test_what_is_no_transform_says_so(tmp_path):
    for wrong in (np.eye(2), np.ones(5)):
        with pytest.raises(ValueError, match="shape"):
            vernier.Transform(wrong)
    with pytest.raises(ValueError, match="no inverse"):
        vernier.Transform(np.diag([1.0, 0, 1])).inverse()
    with pytest.raises(ValueError, match="nothing.tfm"):
        vernier.Transform.read(tmp_path / "nothing.tfm")
    with pytest.raises(ValueError, match="ends in one of"):
        vernier.Transform(MATRIX).write(tmp_path / "t.xyz")


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.float32, bool])
def test_applying_keeps_the_type_and_takes_the_grid(kind):
    image = texture(50, 60) > 128 if kind is bool else texture(50, 60).astype(kind)
    like = np.zeros((20, 30))
    moved = vernier.apply(np.array([[1, 0, 5], [0, 1, 7], [0, 0, 1.0]]), image, like, interpolation="nearest")
    assert moved.dtype == kind and np.array_equal(moved, image[7:27, 5:35])


def test_background_and_inverse():
    image = np.ones((10, 10))
    shift = np.array([[1, 0, 5], [0, 1, 0], [0, 0, 1.0]])
    assert vernier.apply(shift, image, background=9)[0].tolist() == [1] * 5 + [9] * 5
    assert vernier.apply(shift, image, background=9, inverse=True)[0].tolist() == [9] * 5 + [1] * 5


def test_a_transform_of_somebody_else_is_judged(pair):
    right = vernier.judge(pair[0], pair[1], pair[2])
    wrong = vernier.judge(pair[0], pair[1], rigid(-30, 20, 20, 160, 140))
    assert right.verdict == "aligned" and right.method == "given" and wrong.verdict == "failed"


def test_a_series_is_brought_together():
    scene = texture(120, 120)
    shifts = [(0, 0), (2, -1), (3, 1), (5, 2)]
    frames = np.stack([scene[20 + y:90 + y, 20 + x:90 + x] for x, y in shifts])
    series = vernier.stack(frames, transform="translation", reference="first")
    assert [frame.skipped for frame in series.frames] == [False] * 4
    for frame, (x, y) in zip(series.frames, shifts):
        assert frame.matrix[:2, 2] == pytest.approx([-x, -y], abs=0.2)
    assert np.abs(series.moved - frames[0])[:, 10:-10, 10:-10].max() < 20
    for reference in ("previous", "mean", 2):
        assert len(vernier.stack(frames, transform="translation", reference=reference).frames) == 4
    for wrong, word in [(dict(reference="last"), "reference"), (dict(reference=9), "frames 0 to 3")]:
        with pytest.raises(ValueError, match=word):
            vernier.stack(frames, **wrong)
