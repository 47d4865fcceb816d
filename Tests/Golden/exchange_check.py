"""Reads the transforms that Vernier has written with the programs that they are for, and prints what these make of points:
python Tests/Golden/exchange_check.py LIBRARY FIXED.nii.gz MOVING.nii.gz "x,y,z x,y,z …" FILE…

A line of JSON for each file: points of the moving image in LPS.
"""

import json
import sys

library, fixed, moving = sys.argv[1:4]
points = [[float(v) for v in word.split(",")] for word in sys.argv[4].split()]


def simpleitk(path):
    import SimpleITK as sitk

    if path.endswith((".nii.gz", ".nrrd", ".mha")):
        transform = sitk.DisplacementFieldTransform(sitk.Cast(sitk.ReadImage(path), sitk.sitkVectorFloat64))
    else:
        transform = sitk.ReadTransform(path)
    return [transform.TransformPoint(p) for p in points]


def ants(path):
    import ants

    transform = ants.read_transform(path, precision="double")
    return [ants.apply_ants_transform_to_point(transform, p) for p in points]


def nitransforms(path):
    import nibabel
    import numpy as np
    from nitransforms.io import fsl, lta

    read = fsl.FSLLinearTransform if path.endswith(".mat") else lta.FSLinearTransform
    ras = read.from_filename(path).to_ras(moving=nibabel.load(moving), reference=nibabel.load(fixed))
    turn = np.diag([-1.0, -1, 1, 1])
    return [(turn @ ras @ turn @ [*p, 1])[:3] for p in points]


for path in sys.argv[5:]:
    moved = {"SimpleITK": simpleitk, "ants": ants, "nitransforms": nitransforms}[library](path)
    print(json.dumps([[float(v) for v in p] for p in moved]))
