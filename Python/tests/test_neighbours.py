"""Beside other libraries and in notebooks. What is not installed is left out."""

import numpy as np
import pytest
import vernier_registration as vernier
from conftest import corner_error, texture


def test_a_notebook_shows_the_verdict_and_the_overlay(pair):
    page = vernier.register(pair[0], pair[1])._repr_html_()
    assert "<b>aligned</b>" in page and "data:image/png;base64," in page
    assert "<b>failed</b>" in vernier.register(texture(64, 64), texture(64, 64, seed=9))._repr_html_()


def test_the_report_is_a_page(pair, tmp_path):
    result = vernier.register(pair[0], pair[1])
    result.report(tmp_path / "report.html")
    assert "<html" in (tmp_path / "report.html").read_text()


def test_simpleitk(pair):
    sitk = pytest.importorskip("SimpleITK")
    fixed, moving = (sitk.GetImageFromArray(image) for image in pair[:2])
    for image in (fixed, moving):
        image.SetSpacing((0.5, 0.5))
        image.SetOrigin((10, -5))
    result = vernier.register(fixed, moving)
    assert result.verdict == "aligned"
    theirs = sitk.GetArrayFromImage(sitk.Resample(moving, fixed, result.transform.to_sitk(), sitk.sitkLinear))
    assert np.abs(theirs - result.moved)[30:-30, 30:-30].max() < 0.1
    again = vernier.Transform.from_sitk(result.transform.to_sitk())
    assert np.allclose(again.matrix, result.matrix, atol=1e-9)
    back = vernier.Image.of(moving).to_sitk()
    assert back.GetSpacing() == moving.GetSpacing() and back.GetOrigin() == moving.GetOrigin()


def test_scikit_image(pair):
    transform = pytest.importorskip("skimage.transform")
    result = vernier.register(pair[0], pair[1])
    theirs = transform.warp(pair[1], result.transform.to_skimage(), order=1)
    assert np.abs(theirs - result.moved)[30:-30, 30:-30].mean() < 0.1
    start = transform.AffineTransform(matrix=pair[2])
    assert corner_error(vernier.register(pair[0], pair[1], initial=start).matrix, pair[2], 160, 140) < 0.5


def test_nibabel():
    nibabel = pytest.importorskip("nibabel")
    volume = texture(20, 40, 44)
    affine = np.array([[-1.5, 0, 0, 30], [0, 2, 0, -40], [0, 0, 3, 5], [0, 0, 0, 1.0]])
    image = vernier.Image.of(nibabel.Nifti1Image(volume.T, affine))
    assert image.array.shape == volume.shape and list(image.spacing) == [1.5, 2, 3]
    assert np.allclose(image.origin, [-30, 40, 5])
    assert np.allclose(image.to_nibabel().affine, affine)
