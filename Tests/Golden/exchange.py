"""Writes exchange.json: transform files as SimpleITK, ANTs, FreeSurfer, FSL (through nitransforms)
and nibabel write them, and what the same libraries make of points.

Run with SimpleITK, antspyx, nitransforms and nibabel installed: python Tests/Golden/exchange.py
"""

import base64
import json
import os
import tempfile

import ants
import nibabel as nib
import nitransforms
import numpy as np
import SimpleITK as sitk
from nitransforms.io.fsl import FSLLinearTransform

SEED = 20261128
random = np.random.default_rng(SEED)
TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])
FOLDER = tempfile.mkdtemp()
cases = []


def numbers(count, scale=1.0):
    return [float(value) for value in random.normal(0, scale, count)]


def turned(x, y, z):
    turn = sitk.Euler3DTransform()
    turn.SetRotation(*np.radians([x, y, z]))
    return np.array(turn.GetMatrix()).reshape(3, 3)


def points(rank, count=4, scale=20):
    return [tuple(numbers(rank, scale)) for _ in range(count)]


def through(matrix, point):
    return tuple(float(value) for value in (matrix @ [*point, 1])[:3])


def case(name, path, pairs, volumes=None, tolerance=1e-9):
    with open(path, "rb") as file:
        cases.append((name, os.path.basename(path), base64.b64encode(file.read()).decode(), pairs, volumes, tolerance))


def path(name):
    return os.path.join(FOLDER, name)


# ITK's HDF5

def affine(rank):
    matrix = (np.eye(rank) + random.normal(0, 0.2, (rank, rank))).ravel().tolist()
    return sitk.AffineTransform(matrix, numbers(rank, 10), numbers(rank, 30))


def euler():
    return sitk.Euler3DTransform(numbers(3, 30), *numbers(3, 0.5), numbers(3, 10))


def field(rank):
    image = sitk.GetImageFromArray(random.normal(0, 2, (5, 6, 7)[:rank] + (rank,)), isVector=True)
    image.SetSpacing([8.0, 9, 10][:rank])
    image.SetOrigin([-25.0, -25, -20][:rank])
    image.SetDirection((turned(10, 20, 30) if rank == 3 else turned(0, 0, 30)[:2, :2]).ravel().tolist())
    return sitk.DisplacementFieldTransform(sitk.Cast(image, sitk.sitkVectorFloat64))


def bspline():
    transform = sitk.BSplineTransform(2, 3)
    transform.SetTransformDomainOrigin([-20.0] * 2)
    transform.SetTransformDomainPhysicalDimensions([48.0] * 2)
    transform.SetTransformDomainMeshSize([3] * 2)
    transform.SetParameters(numbers(len(transform.GetParameters()), 3))
    return transform


for name, transform, tolerance in [
    ("ITK affine 2D", affine(2), 1e-9), ("ITK affine 3D", affine(3), 1e-9), ("ITK Euler 3D", euler(), 1e-9),
    ("ITK composite 3D", sitk.CompositeTransform([euler(), affine(3)]), 1e-9),
    ("ITK B-spline after affine 2D", sitk.CompositeTransform([bspline(), affine(2)]), 1e-9),
    # Vernier keeps displacements in single precision.
    ("ITK affine after field 3D", sitk.CompositeTransform([affine(3), field(3)]), 1e-5),
]:
    file = path(name.replace(" ", "-") + ".h5")
    sitk.WriteTransform(transform, file)
    case(name, file, [(p, transform.TransformPoint(p)) for p in points(transform.GetDimension())], tolerance=tolerance)

# ANTs' matrices and composites

for name, kind, rank, end in [
    ("ANTs affine 3D", "AffineTransform", 3, ".mat"), ("ANTs affine 2D", "AffineTransform", 2, ".mat"),
    ("ANTs Euler 3D", "Euler3DTransform", 3, ".mat"), ("ANTs similarity 2D", "Similarity2DTransform", 2, ".mat"),
    ("ANTs affine as HDF5 3D", "AffineTransform", 3, ".h5"),
]:
    # ANTs maps points in single precision.
    for precision in ["float", "double"]:
        transform = ants.new_ants_transform(precision=precision, dimension=rank, transform_type=kind)
        transform.set_parameters((np.array(transform.parameters) + random.normal(0, 0.2, len(transform.parameters))).tolist())
        transform.set_fixed_parameters((np.array(transform.fixed_parameters) + random.normal(0, 20, len(transform.fixed_parameters))).tolist())
        file = path(f"{name} {precision}".replace(" ", "-") + end)
        ants.write_transform(transform, file)
        again = ants.read_transform(file, precision="double")
        case(f"{name}, {precision}", file,
             [(p, tuple(ants.apply_ants_transform_to_point(again, p))) for p in points(rank)], tolerance=1e-5)

# FSL's matrices, which need both volumes: of either handedness.

GRIDS = {
    "right-handed": nib.Nifti1Image(np.zeros((11, 13, 9), np.uint8), nib.affines.from_matvec(
        turned(10, -20, 35) @ np.diag([2.0, 1.5, 3.0]), [-20.0, 12, 7])),
    "left-handed": nib.Nifti1Image(np.zeros((20, 16, 12), np.uint8), nib.affines.from_matvec(
        turned(-5, 12, 8) @ np.diag([-1.25, 1.75, 2.5]), [15.0, -14, -9])),
}


def grid(name):
    image = GRIDS[name]
    lps = TO_LPS @ image.affine
    spacing = np.linalg.norm(lps[:3, :3], axis=0)
    return image.shape, spacing.tolist(), lps[:3, 3].tolist(), (lps[:3, :3] / spacing).ravel().tolist()


for fixed in GRIDS:
    for moving in GRIDS:
        matrix = np.eye(4)
        matrix[:3, :3] = turned(*numbers(3, 20)) @ (np.eye(3) + random.normal(0, 0.05, (3, 3)))
        matrix[:3, 3] = numbers(3, 5)
        file = path(f"flirt-{fixed}-{moving}.mat")
        with open(file, "w") as output:
            output.write("".join("  ".join(repr(float(v)) for v in row) + "  \n" for row in matrix))
        ras = FSLLinearTransform.from_filename(file).to_ras(moving=GRIDS[moving], reference=GRIDS[fixed])
        lps = TO_LPS @ ras @ TO_LPS
        case(f"FSL, {fixed} to {moving}", file, [(p, through(lps, p)) for p in points(3)], (grid(fixed), grid(moving)))

# FreeSurfer's arrays: the same registration by bbregister in both types, from nitransforms' tests.

DATA = os.path.join(os.path.dirname(nitransforms.__file__), "tests", "data")
for name, source in [("FreeSurfer, between voxels", "bold-to-t1w.v2v.lta"), ("FreeSurfer, RAS", "bold-to-t1w.lta")]:
    with open(os.path.join(DATA, source)) as file:
        text = "".join("filename = volume.mgz\n" if line.startswith("filename") else line
                       for line in file if not line.startswith("# created") and not line.startswith("# transform"))
    with open(path(source), "w") as file:
        file.write(text)
    # lta_convert has written the matrix in single precision.
    ras = nitransforms.linear.load(path(source), fmt="fs").matrix
    lps = TO_LPS @ ras @ TO_LPS
    case(name, path(source), [(p, through(lps, p)) for p in points(3)], tolerance=1e-4)

# Displacement fields as images

for rank in (2, 3):
    transform = field(rank)
    inside = [p for p in points(rank, 40, 8) if np.linalg.norm(np.array(transform.TransformPoint(p)) - p) > 0][:4]
    image = sitk.Cast(sitk.DisplacementFieldTransform(transform).GetDisplacementField(), sitk.sitkVectorFloat32)
    for end in (".nii.gz", ".nrrd"):
        file = path(f"field-{rank}{end}")
        sitk.WriteImage(image, file)
        case(f"field {rank}D{end}", file, [(p, transform.TransformPoint(p)) for p in inside], tolerance=1e-4)
    if rank == 3:
        # Displacements in RAS, which ITK turns from 5.3 on.
        values = random.normal(0, 2, (6, 5, 4, 1, 3)).astype(np.float32)
        plain = nib.Nifti1Image(values, np.diag([9.0, 10, 11, 1]))
        plain.header["intent_code"] = 1006
        nib.save(plain, path("displacements.nii.gz"))
        read = sitk.DisplacementFieldTransform(sitk.Cast(sitk.ReadImage(path("displacements.nii.gz")), sitk.sitkVectorFloat64))
        inside = [(-3.0, -4.0, 5.0), (-20.0, -11.0, 17.0)]
        case("displacements in RAS", path("displacements.nii.gz"), [(p, read.TransformPoint(p)) for p in inside], tolerance=1e-4)

def said(grid):
    size, spacing, origin, direction = grid
    return {"size": list(size), "spacing": spacing, "origin": origin, "direction": direction}


found = [{"name": name, "file": file, "content": content,
          "points": [{"fixed": [float(v) for v in p], "moving": [float(v) for v in q]} for p, q in pairs],
          "volumes": volumes and {"fixed": said(volumes[0]), "moving": said(volumes[1])}, "tolerance": tolerance}
         for name, file, content, pairs, volumes, tolerance in cases]
made = (f"Tests/Golden/exchange.py with SimpleITK {sitk.Version.MajorVersion()}.{sitk.Version.MinorVersion()}, antspyx "
        f"{ants.__version__}, nitransforms {nitransforms.__version__} and nibabel {nib.__version__}; seed {SEED}")
with open(os.path.join(os.path.dirname(__file__), "exchange.json"), "w") as output:
    json.dump({"made_by": made, "cases": found}, output, indent=1)
    output.write("\n")
