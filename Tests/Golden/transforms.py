"""Writes ../VernierFilesTests/GoldenTransforms.swift: transform files as ITK writes them, and what ITK makes of points.

Run with SimpleITK installed: python Tests/Golden/transforms.py
"""

import os
import tempfile

import numpy as np
import SimpleITK as sitk

SEED = 20250101
POINTS = {2: [(0.0, 0.0), (10.5, -3.25), (-100.0, 64.0)],
          3: [(0.0, 0.0, 0.0), (10.5, -3.25, 7.0), (-100.0, 64.0, 31.5)]}

random = np.random.default_rng(SEED)


def numbers(count, scale=1.0):
    return [float(value) for value in random.normal(0, scale, count)]


def written(transform):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "transform.tfm")
        sitk.WriteTransform(transform, path)
        with open(path) as file:
            # Trailing spaces would be an error of style in Swift.
            return "\n".join(line.rstrip() for line in file.read().split("\n"))


def read(text):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "transform.tfm")
        with open(path, "w") as file:
            file.write(text)
        # Its wrapper knows not all of the kinds that ITK does.
        return sitk._SimpleITK.ReadTransform(path)


def file(kind, rank, parameters, fixed):
    def line(name, values):
        return f"{name}: " + " ".join(repr(value) for value in values) + "\n"

    text = ("#Insight Transform File V1.0\n#Transform 0\n" + f"Transform: {kind}_double_{rank}_{rank}\n"
            + line("Parameters", parameters) + line("FixedParameters", fixed))
    return "\n".join(part.rstrip() for part in text.split("\n"))


def wrapped(text):
    """A composite of one: SimpleITK has no class for some of ITK's transforms, but reads them inside a composite."""
    header, first, *rest = text.split("\n")
    rank = text.split("Parameters")[0].strip()[-1]
    return "\n".join([header, first, f"Transform: CompositeTransform_double_{rank}_{rank}", "#Transform 1"] + rest)


def euler3d(zyx):
    transform = sitk.Euler3DTransform(numbers(3, 30), *numbers(3, 0.5), numbers(3, 10))
    transform.SetComputeZYX(zyx)
    return transform


def affine(rank):
    matrix = (np.eye(rank) + random.normal(0, 0.2, (rank, rank))).ravel().tolist()
    return sitk.AffineTransform(matrix, numbers(rank, 10), numbers(rank, 30))


def versor():
    axis = random.normal(0, 1, 3)
    return (axis / np.linalg.norm(axis) * np.sin(0.6)).tolist() + [float(np.cos(0.6))]


def bspline(rank, turned):
    """Control points from (-20, ...), the inner region a few cells an axis; turned by 90° about z where asked."""
    transform = sitk.BSplineTransform(rank, 3)
    direction = np.eye(rank)
    if turned:
        direction[:2, :2] = [[0, -1], [1, 0]]
    transform.SetTransformDomainOrigin([-20.0] * rank)
    transform.SetTransformDomainPhysicalDimensions([48.0] * rank)
    transform.SetTransformDomainMeshSize([3 if rank == 2 else 2] * rank)
    transform.SetTransformDomainDirection(direction.ravel().tolist())
    transform.SetParameters(numbers(len(transform.GetParameters()), 3))
    return transform


cases = {
    "affine 2D": written(affine(2)),
    "affine 3D": written(affine(3)),
    "translation 2D": written(sitk.TranslationTransform(2, numbers(2, 10))),
    "translation 3D": written(sitk.TranslationTransform(3, numbers(3, 10))),
    "identity 2D": written(sitk.Transform(2, sitk.sitkIdentity)),
    "identity 3D": written(sitk.Transform(3, sitk.sitkIdentity)),
    "Euler 2D": written(sitk.Euler2DTransform(numbers(2, 30), 0.7, numbers(2, 10))),
    "similarity 2D": written(sitk.Similarity2DTransform(1.3, -0.4, numbers(2, 10), numbers(2, 30))),
    "scale 2D": written(sitk.ScaleTransform(2, [1.5, 0.75])),
    "scale 3D": file("ScaleTransform", 3, [1.5, 0.75, 1.1], numbers(3, 30)),
    "Euler 3D": written(euler3d(False)),
    "Euler 3D ZYX": written(euler3d(True)),
    "versor": written(sitk.VersorTransform(versor(), numbers(3, 30))),
    "versor rigid 3D": written(sitk.VersorRigid3DTransform(versor(), numbers(3, 10), numbers(3, 30))),
    "similarity 3D": written(sitk.Similarity3DTransform(0.8, versor(), numbers(3, 10), numbers(3, 30))),
    "versor of length 1": file("VersorRigid3DTransform", 3, [0.6, 0.0, 0.8] + numbers(3, 10), numbers(3, 30)),
    "matrix offset 2D": file("MatrixOffsetTransformBase", 2, [1.1, 0.2, -0.3, 0.9] + numbers(2, 10), numbers(2, 30)),
    "matrix offset 3D": file("MatrixOffsetTransformBase", 3, list(affine(3).GetParameters()), numbers(3, 30)),
    "rigid 2D": file("Rigid2DTransform", 2, [0.3] + numbers(2, 10), numbers(2, 30)),
    "scalable affine 3D": wrapped(
        file("ScalableAffineTransform", 3, list(affine(3).GetParameters()), numbers(3, 30))),
    "centred rigid 2D": file("CenteredRigid2DTransform", 2, [0.3] + numbers(2, 30) + numbers(2, 10), []),
    "centred similarity 2D": wrapped(
        file("CenteredSimilarity2DTransform", 2, [1.2, 0.3] + numbers(2, 30) + numbers(2, 10), [])),
    "centred affine 2D": wrapped(
        file("CenteredAffineTransform", 2, [1.1, 0.2, -0.3, 0.9] + numbers(4, 10), [0.0, 0.0])),
    "centred Euler 3D": wrapped(
        file("CenteredEuler3DTransform", 3, numbers(3, 0.5) + numbers(6, 10), [0.0, 0.0, 0.0])),
    "quaternion rigid": file("QuaternionRigidTransform", 3, versor() + numbers(3, 10),
                             numbers(3, 30)),
    "composite 2D": written(sitk.CompositeTransform([
        affine(2), sitk.Euler2DTransform(numbers(2, 30), 0.7, numbers(2, 10)),
        sitk.TranslationTransform(2, numbers(2, 10))])),
    "composite 3D": written(sitk.CompositeTransform([
        sitk.VersorRigid3DTransform(versor(), numbers(3, 10), numbers(3, 30)), affine(3), euler3d(False)])),
    "B-spline 2D": written(bspline(2, False)),
    "B-spline 3D": written(bspline(3, True)),
    "affine after B-spline 2D": written(sitk.CompositeTransform([affine(2), bspline(2, True)])),
    "affine after B-spline 3D": written(sitk.CompositeTransform([affine(3), bspline(3, False)])),
    "affine before and after B-spline 3D": written(sitk.CompositeTransform([affine(3), bspline(3, False), affine(3)])),
    "scale versor 3D": written(sitk.ScaleVersor3DTransform([1.3, 0.7, 1.1], versor(), numbers(3, 10), numbers(3, 30))),
    "scale skew versor 3D": written(sitk.ScaleSkewVersor3DTransform(
        [1.3, 0.7, 1.1], [0.1, -0.2, 0.05, 0.15, -0.1, 0.2], versor(), numbers(3, 10), numbers(3, 30))),
    "compose scale skew versor 3D": written(sitk.ComposeScaleSkewVersor3DTransform(
        [1.3, 0.7, 1.1], [0.1, -0.2, 0.05], versor(), numbers(3, 10), numbers(3, 30))),
}

lines = ["// Generated by Tests/Golden/transforms.py with SimpleITK "
         f"{sitk.Version.MajorVersion()}.{sitk.Version.MinorVersion()}; seed {SEED}. Do not edit.",
         "",
         "struct GoldenTransform {",
         "  var name: String",
         "  var text: String",
         "  var points: [(fixed: [Double], moving: [Double])]",
         "}",
         "",
         "// swift-format-ignore",
         "let goldenTransforms: [GoldenTransform] = ["]
for name, text in cases.items():
    try:
        transform = read(text)
    except RuntimeError as error:
        print(f"left out: {name}: {str(error).strip().splitlines()[-1]}")
        continue
    # A spline has an inside, and an edge that belongs to it.
    more = [(-20.0,) * 3, (28.0,) * 3, (27.5, -19.5, 3.0), (3.3, 4.4, -5.5)] if "B-spline" in name else []
    rank = transform.GetDimension()
    points = ", ".join(f"({list(point)}, {list(transform.TransformPoint(point))})"
                       for point in POINTS[rank] + [point[:rank] for point in more])
    indented = "\n".join("      " + line if line else "" for line in text.rstrip("\n").split("\n"))
    lines += ["  GoldenTransform(", f'    name: "{name}",', '    text: """', indented, "", '      """,',
              f"    points: [{points}]),"]
lines += ["]", ""]

target = os.path.join(os.path.dirname(__file__), "..", "VernierFilesTests", "GoldenTransforms.swift")
with open(target, "w") as output:
    output.write("\n".join(lines))
