"""The reference of a patient scanned twice: sitk_reference.py FOLDER. Prints the matrix study 1 → study 2 and the fixed grid."""
import json
import os
import sys

import numpy as np
import SimpleITK as sitk
from common import homogeneous

folder = sys.argv[1]
first, second = (
    homogeneous(sitk.ReadTransform(os.path.join(folder, f"study{n}_FLAIR_to_common_space.txt"))) for n in (1, 2)
)
grid = sitk.ReadImage(os.path.join(folder, "study1_FLAIR.nii.gz"))
corners = []
for corner in range(8):
    # The middle half of the volume along each axis: where the head is.
    index = [(0.25, 0.75)[corner >> axis & 1] * (n - 1) for axis, n in enumerate(grid.GetSize())]
    corners.append(grid.TransformContinuousIndexToPhysicalPoint(index))
print(json.dumps({"matrix": (second @ np.linalg.inv(first)).tolist(), "corners": corners, "size": grid.GetSize()}))
