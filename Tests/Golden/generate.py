#!/usr/bin/env python3
"""Writes Tests/VernierTests/Golden/GoldenValues.swift: what other libraries compute on images that the tests can make.

    python3 -m venv golden && golden/bin/pip install SimpleITK opencv-python-headless scikit-image
    golden/bin/python Tests/Golden/generate.py

The images are integers from a linear congruential generator, smoothed by the kernel 1 2 1 along each axis without
division, so that they have the same bits in any language.
"""

from pathlib import Path

import cv2
import numpy as np
import scipy
import scipy.ndimage
import SimpleITK as sitk
import skimage
import skimage.metrics

DIRECTION = [0.36, 0.48, -0.8, -0.8, 0.6, 0.0, 0.48, 0.64, 0.6]


def image(shape, seed, passes=2):
    """Samples indexed [z, y, x]: 8-bit noise after `passes` of 1 2 1 along each axis, borders repeated."""
    state = seed
    values = []
    for _ in range(int(np.prod(shape))):
        state = (state * 1664525 + 1013904223) % 2**32
        values.append(state >> 24)
    samples = np.array(values, dtype=np.int64).reshape(shape)
    for _ in range(passes):
        for axis in range(samples.ndim):
            padded = np.pad(samples, [(1, 1) if a == axis else (0, 0) for a in range(samples.ndim)], mode="edge")
            middle = [slice(None)] * samples.ndim
            low, high = list(middle), list(middle)
            low[axis], middle[axis], high[axis] = slice(0, -2), slice(1, -1), slice(2, None)
            samples = padded[tuple(low)] + 2 * padded[tuple(middle)] + padded[tuple(high)]
    return samples.astype(np.float32)


def resampled(moving, transform, size, spacing, origin, direction, interpolator):
    grid = sitk.Image(size, sitk.sitkFloat32)
    grid.SetSpacing(spacing)
    grid.SetOrigin(origin)
    grid.SetDirection(direction)
    result = sitk.Resample(moving, grid, transform, interpolator, -1.0, sitk.sitkFloat64)
    samples = sitk.GetArrayFromImage(result).ravel()
    assert (samples >= 0).all(), "a golden grid lies inside the moving image"
    return samples


def metric(fixed, moving, choose):
    method = sitk.ImageRegistrationMethod()
    choose(method)
    method.SetMetricSamplingStrategy(method.NONE)
    method.SetInterpolator(sitk.sitkLinear)
    method.SetInitialTransform(sitk.TranslationTransform(fixed.GetDimension()))
    return method.MetricEvaluate(fixed, moving)


values = {}

plane = sitk.GetImageFromArray(image((18, 22), 1))
plane.SetSpacing([0.8, 1.1])
plane.SetOrigin([-3, 5])
plane.SetDirection([0.8, -0.6, 0.6, 0.8])
affine2 = sitk.AffineTransform([1.03, 0.08, -0.05, 0.97], [0.4, -0.3], [1.0, 14.0])
grid2 = dict(size=[8, 7], spacing=[0.7, 0.9], origin=[-2.0, 12.0], direction=[1, 0, 0, 1])
values["linearPlane"] = resampled(plane, affine2, **grid2, interpolator=sitk.sitkLinear)
values["cubicPlane"] = resampled(plane, affine2, **grid2, interpolator=sitk.sitkBSpline)

volume = sitk.GetImageFromArray(image((11, 13, 12), 2))
volume.SetSpacing([1.2, 0.9, 1.5])
volume.SetOrigin([10, -20, 30])
volume.SetDirection(DIRECTION)
middle = volume.TransformContinuousIndexToPhysicalPoint([5.5, 6, 5])
affine3 = sitk.AffineTransform([1.02, 0.05, -0.03, -0.04, 0.98, 0.06, 0.02, -0.05, 1.01], [0.3, -0.2, 0.25], [1, 2, 3])
grid3 = dict(
    size=[5, 4, 4], spacing=[0.8, 1.0, 0.9], origin=[round(m - 1.5, 1) for m in middle],
    direction=[0, -1, 0, 1, 0, 0, 0, 0, 1],
)
grid3["origin"][0] += 3.0
shift = [m - t for m, t in zip(middle, affine3.TransformPoint(middle))]
affine3.SetTranslation([round(t + s, 2) for t, s in zip(affine3.GetTranslation(), shift)])
values["gridOrigin"] = grid3["origin"]
values["translation"] = affine3.GetTranslation()
values["linearVolume"] = resampled(volume, affine3, **grid3, interpolator=sitk.sitkLinear)
values["cubicVolume"] = resampled(volume, affine3, **grid3, interpolator=sitk.sitkBSpline)

# Up to the very border, where the spline is mirrored.
points = [[0.0, 0.0], [0.3, 0.6], [21.0, 17.0], [20.7, 16.4], [0.5, 9.25], [10.125, 16.9], [21.0, 3.3]]
values["borderPoints"] = np.array(points).ravel()
values["cubicBorder"] = scipy.ndimage.map_coordinates(
    image((18, 22), 1).astype(np.float64), np.array(points).T[::-1], order=3, mode="mirror"
)

# Beyond the outermost centres, where ITK has data for half a sample; −1 where it has none.
def bordered(moving, transform, size, spacing, origin, direction):
    grid = sitk.Image(size, sitk.sitkFloat32)
    grid.SetSpacing(spacing)
    grid.SetOrigin(origin)
    grid.SetDirection(direction)
    result = sitk.Resample(moving, grid, transform, sitk.sitkLinear, -1.0, sitk.sitkFloat64)
    return sitk.GetArrayFromImage(result).ravel()


whole = sitk.GetImageFromArray(image((6, 7), 1))
values["borderPlane"] = bordered(
    whole, sitk.AffineTransform([1.03, 0.08, -0.05, 0.97], [0.4, -0.3], [3.0, 2.5]),
    size=[33, 29], spacing=[0.3, 0.3], origin=[-1.5, -1.5], direction=[1, 0, 0, 1])
thick = sitk.GetImageFromArray(image((3, 5, 4), 2))
thick.SetSpacing([1.2, 0.9, 3.0])
thick.SetDirection(DIRECTION)
values["borderVolume"] = bordered(
    thick, sitk.TranslationTransform(3, (0.13, -0.21, 0.17)),
    size=[9, 11, 9], spacing=[0.7, 0.6, 1.4], origin=[-0.9, -1.1, -2.1], direction=DIRECTION)

# Displacement fields, at points inside, within half a sample of the outermost centres, and farther out.
for name, shape, spacing, direction in (
    ("Plane", (7, 9), [0.75, 1.5], [0.8, -0.6, 0.6, 0.8]), ("Volume", (4, 5, 6), [1.0, 1.5, 2.0], DIRECTION)
):
    rank = len(shape)
    components = [(image(shape, 10 + axis) - 32768) / 8192 for axis in range(rank)]
    field = sitk.GetImageFromArray(np.stack(components, axis=-1).astype(np.float64), isVector=True)
    field.SetSpacing(spacing)
    field.SetOrigin([-5.0, 9.0, 4.0][:rank])
    field.SetDirection(direction)
    indices = []
    for axis in range(rank):
        last = shape[rank - 1 - axis] - 1
        for place in (-0.9, -0.51, -0.49, -0.1, 0.0, 0.4, last - 0.3, last + 0.3, last + 0.49, last + 0.51, last + 2):
            index = [1.3, 2.6, 1.7][:rank]
            index[axis] = place
            indices.append(index)
    points = [field.TransformContinuousIndexToPhysicalPoint(index) for index in indices]
    transform = sitk.DisplacementFieldTransform(sitk.Image(field))
    values["fieldPoints" + name] = np.array(points).ravel()
    values["fieldMoved" + name] = np.array([transform.TransformPoint(p) for p in points]).ravel()

for name, shape in (("Plane", (28, 30)), ("Volume", (9, 10, 10))):
    first = image(shape, 3)
    second = (image(shape, 4) + 2 * first).astype(np.float32)
    fixed, moving = sitk.GetImageFromArray(first), sitk.GetImageFromArray(second)
    values["mattes" + name] = [-metric(fixed, moving, lambda m: m.SetMetricAsMattesMutualInformation(32))]
    values["squares" + name] = [
        metric(fixed, moving, lambda m: m.SetMetricAsMeanSquares()),
        skimage.metrics.mean_squared_error(first.astype(np.float64), second.astype(np.float64)),
    ]
    values["correlation" + name] = [
        np.sqrt(-metric(fixed, moving, lambda m: m.SetMetricAsCorrelation())),
        np.corrcoef(first.ravel().astype(np.float64), second.ravel().astype(np.float64))[0, 1],
    ]
    values["normalizedInformation" + name] = [skimage.metrics.normalized_mutual_information(first, second, bins=28)]
    if name == "Plane":
        values["eccPlane"] = [cv2.computeECC(first, second)]

inner = sitk.AffineTransform([1.1, 0.2, -0.1, 0.05, 0.9, 0.15, -0.2, 0.1, 1.05], [4, -5, 6], [10, 20, 30])
outer = sitk.AffineTransform([0.7, -0.3, 0.2, 0.4, 1.2, -0.1, 0.1, 0.3, 0.8], [-1, 2, 7], [-5, 8, 1])
probes = [[0.0, 0.0, 0.0], [3.0, -7.0, 11.0], [-40.0, 25.0, 8.5]]
values["probes"] = np.array(probes).ravel()
values["composed"] = np.array([sitk.CompositeTransform([outer, inner]).TransformPoint(p) for p in probes]).ravel()
values["inverted"] = np.array([outer.GetInverse().TransformPoint(p) for p in probes]).ravel()

angles = [[20, -35, 50], [-170, 80, -120], [5, 0, -90]]
values["angles"] = np.array(angles, dtype=float).ravel()
matrices = []
for triple in angles:
    euler = sitk.Euler3DTransform()
    euler.SetComputeZYX(True)
    euler.SetRotation(*[np.deg2rad(a) for a in triple])
    matrices.append(euler.GetMatrix())
values["eulerMatrices"] = np.array(matrices).ravel()

versions = (
    f"SimpleITK {sitk.Version.VersionString()} (ITK {sitk.Version.ITKVersionString()}), OpenCV {cv2.__version__}, "
    f"scikit-image {skimage.__version__}, SciPy {scipy.__version__}, NumPy {np.__version__}"
)
lines = [
    "// Written by Tests/Golden/generate.py; do not edit.", f"// {versions}.", "",
    "enum GoldenValues {",
]
for name, numbers in values.items():
    lines.append(f'  static let {name} = goldenNumbers(\n    """')
    row = "   "
    for number in numbers:
        text = f" {float(number):.12g}"
        if len(row) + len(text) > 118:
            lines.append(row)
            row = "   "
        row += text
    lines += [row, '    """)']
lines += ["}", ""]
target = Path(__file__).resolve().parent.parent / "VernierTests/Golden/GoldenValues.swift"
target.write_text("\n".join(lines))
print(f"wrote {target}")
