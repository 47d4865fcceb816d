"""A rival on a folder of small pairs: small.py METHOD FOLDER. Rigid, one thread, each pair once after one to warm up.

Prints one line of JSON with a matrix (null where the rival gave none) and the milliseconds of each pair in pairs.csv.
The images are read before the clock starts.
"""
import csv
import json
import os
import sys
import time

import cv2
import numpy as np
import SimpleITK as sitk
from common import versions

cv2.setNumThreads(1)
sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)


def about_center(angle, shift, shape):
    """p ↦ R(angle)(p − c) + c + shift with c the centre; angle in radians, x towards y."""
    center = (np.array(shape[::-1]) - 1) / 2
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = np.eye(3)
    matrix[:2, :2] = rotation
    matrix[:2, 2] = center + shift - rotation @ center
    return matrix


def seen(moving, matrix):
    """The moving image through a transform, on a grid of its own size; zeros outside."""
    return cv2.warpAffine(moving, matrix[:2], moving.shape[::-1], flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)


def overlaps(matrix, shape):
    """Whether the images share more than two fifths: a start that runs off keeps a high correlation over a small rest."""
    return seen(np.ones(shape, np.float32), matrix).mean() > 0.4


def sift(precise):
    """SIFT, the ratio test, RANSAC on a similarity. By default OpenCV's keypoints lie a quarter of a pixel off, as of doubling the
    image; `precise` turns on its option against that."""

    def align(fixed, moving):
        detector = cv2.SIFT_create(enable_precise_upscale=precise)
        (points, features), (others, theirs) = (detector.detectAndCompute(image, None) for image in (fixed, moving))
        if features is None or theirs is None or len(theirs) < 2:
            return None
        pairs = [m for m, n in cv2.BFMatcher().knnMatch(features, theirs, k=2) if m.distance < 0.75 * n.distance]
        if len(pairs) < 2:
            return None
        source, target = (
            np.float32([points[m.queryIdx].pt for m in pairs]), np.float32([others[m.trainIdx].pt for m in pairs]))
        matrix, _ = cv2.estimateAffinePartial2D(source, target, method=cv2.RANSAC, ransacReprojThreshold=3)
        return None if matrix is None else np.vstack([matrix, [0, 0, 1]])

    return align


def ecc(starts, iterations=50, epsilon=1e-3):
    """findTransformECC from several angles about the centre, with OpenCV's stopping rule unless told; the best correlation."""
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, iterations, epsilon)

    def align(fixed, moving):
        best, found = -np.inf, None
        for number in range(starts):
            start = about_center(2 * np.pi * number / starts, 0, fixed.shape)[:2].astype(np.float32)
            try:
                score, matrix = cv2.findTransformECC(fixed, moving, start, cv2.MOTION_EUCLIDEAN, criteria, None, 5)
            except cv2.error:
                continue
            if score > best and overlaps(matrix, fixed.shape):
                best, found = score, matrix
        return None if found is None else np.vstack([found, [0, 0, 1]])

    return align


def simpleitk(starts):
    """Euler2DTransform, correlation, regular-step gradient descent on two levels from several angles; the best metric."""

    def align(fixed, moving):
        still, other = (sitk.GetImageFromArray(image.astype(np.float32)) for image in (fixed, moving))
        best, found = np.inf, None
        for number in range(starts):
            start = sitk.CenteredTransformInitializer(
                still, other, sitk.Euler2DTransform(), sitk.CenteredTransformInitializerFilter.GEOMETRY)
            start = sitk.Euler2DTransform(start)
            start.SetAngle(2 * np.pi * number / starts)
            method = sitk.ImageRegistrationMethod()
            method.SetMetricAsCorrelation()
            method.SetInterpolator(sitk.sitkLinear)
            method.SetOptimizerAsRegularStepGradientDescent(1.0, 1e-4, 100)
            method.SetOptimizerScalesFromPhysicalShift()
            method.SetShrinkFactorsPerLevel([2, 1])
            method.SetSmoothingSigmasPerLevel([1, 0])
            method.SetInitialTransform(start, True)
            try:
                method.Execute(still, other)
            except RuntimeError:
                continue
            offset = np.array(start.TransformPoint((0.0, 0.0)))
            matrix = np.eye(3)
            matrix[:2, :2] = np.array([np.array(start.TransformPoint(tuple(e))) - offset for e in np.eye(2)]).T
            matrix[:2, 2] = offset
            if method.GetMetricValue() < best and overlaps(matrix, fixed.shape):
                best, found = method.GetMetricValue(), matrix
        return found

    return align


def imreg(fixed, moving):
    """imreg_dft's similarity with its scale held at 1."""
    import imreg_dft

    result = imreg_dft.similarity(fixed.astype(float), moving.astype(float), numiter=3, constraints={"scale": [1.0, 0]})

    def matrix():
        """Its own transform, read off what it makes of the coordinates: rotation and shift go through frames of several sizes."""
        rows, columns = np.indices(fixed.shape).astype(float)
        middle = tuple(slice(3 * size // 8, 5 * size // 8) for size in fixed.shape)
        seen = [imreg_dft.transform_img_dict(values, result, order=1)[middle].ravel() for values in (columns, rows)]
        places = np.stack([columns[middle].ravel(), rows[middle].ravel(), np.ones(seen[0].size)], axis=1)
        return np.vstack([np.linalg.lstsq(places, np.stack(seen, axis=1), rcond=None)[0].T, [0, 0, 1]])

    return matrix


def stackreg(fixed, moving):
    """StackReg from the identity: it has no search."""
    from pystackreg import StackReg

    return StackReg(StackReg.RIGID_BODY).register(fixed.astype(float), moving.astype(float))


def skimage(fixed, moving):
    """scikit-image's recipe: rotation by log-polar phase correlation of the spectra, up to half a turn; then the shift for
    either half, and the one with the better correlation. A ramp instead of its band-pass: it finds more of these small pairs."""
    from skimage.filters import window
    from skimage.registration import phase_cross_correlation
    from skimage.transform import warp_polar

    still, other = (image.astype(float) for image in (fixed, moving))
    side = min(still.shape)
    taper = window("hann", still.shape)
    rows, columns = np.indices(still.shape) - np.array([size // 2 for size in still.shape])[:, None, None]
    ramp = np.minimum(np.hypot(rows, columns) / (side / 2), 1)
    spectra = [
        ramp * np.abs(np.fft.fftshift(np.fft.fft2((image - image.mean()) * taper))) for image in (still, other)]
    polar = [
        warp_polar(spectrum, radius=side // 2, output_shape=(360, side), scaling="log", order=1)[:180] for spectrum in spectra]
    shift, _, _ = phase_cross_correlation(*polar, upsample_factor=10)
    best, found = -np.inf, None
    for turn in (0, np.pi):
        angle = np.radians(-shift[0]) + turn
        turned = seen(other, about_center(angle, 0, still.shape))
        move, _, _ = phase_cross_correlation(still, turned, upsample_factor=20, normalization=None)
        rotation = about_center(angle, 0, still.shape)[:2, :2]
        matrix = about_center(angle, -rotation @ np.array(move)[::-1], still.shape)
        score = np.corrcoef(seen(other, matrix).ravel(), still.ravel())[0, 1]
        if score > best:
            best, found = score, matrix
    return found


METHODS = {
    "sift": (sift(False), ["opencv-python-headless"]),
    "sift-precise": (sift(True), ["opencv-python-headless"]),
    "ecc-24": (ecc(24), ["opencv-python-headless"]),
    "ecc-identity": (ecc(1), ["opencv-python-headless"]),
    "ecc-identity-strict": (ecc(1, 200, 1e-6), ["opencv-python-headless"]),
    "simpleitk-12": (simpleitk(12), ["SimpleITK"]),
    "simpleitk-identity": (simpleitk(1), ["SimpleITK"]),
    "imreg_dft": (imreg, ["imreg_dft"]),
    "pystackreg": (stackreg, ["pystackreg"]),
    "skimage": (skimage, ["scikit-image"]),
}


def main():
    name, folder = sys.argv[1:]
    align, packages = METHODS[name]
    with open(os.path.join(folder, "pairs.csv"), newline="") as file:
        pairs = [[cv2.imread(row[part], cv2.IMREAD_GRAYSCALE) for part in ("fixed", "moving")] for row in csv.DictReader(file)]
    align(*pairs[0])
    samples, matrices = [], []
    for fixed, moving in pairs:
        start = time.perf_counter()
        matrix = align(fixed, moving)
        samples.append((time.perf_counter() - start) * 1000)
        if callable(matrix):
            matrix = matrix()
        usable = matrix is not None and np.isfinite(matrix).all()
        matrices.append(np.asarray(matrix, float).tolist() if usable else None)
    print(json.dumps({
        "contender": name, "samples_ms": samples, "matrices": matrices, "threads": 1,
        "versions": versions(*packages, "numpy")}))


main()
