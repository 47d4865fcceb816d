"""Moves a volume's header: sitk_moved.py FIXED MOVING OUT SEED. FIXED and MOVING lie in one space; OUT becomes MOVING, moved rigidly.

Up to 15° about each axis and 20 mm along each. Prints what sitk_reference.py prints.
"""
import json
import sys

import numpy as np
import SimpleITK as sitk
from common import homogeneous, middle

fixed, moving, out, seed = sys.argv[1:]
random = np.random.default_rng(int(seed))
fixed, moving = sitk.ReadImage(fixed), sitk.ReadImage(moving)
motion = sitk.Euler3DTransform(
    moving.TransformContinuousIndexToPhysicalPoint([(n - 1) / 2 for n in moving.GetSize()]),
    *np.radians(random.uniform(-15, 15, 3)).tolist(), random.uniform(-20, 20, 3).tolist())
matrix = homogeneous(motion)
moving.SetOrigin(motion.TransformPoint(moving.GetOrigin()))
moving.SetDirection((matrix[:3, :3] @ np.array(moving.GetDirection()).reshape(3, 3)).ravel().tolist())
sitk.WriteImage(moving, out)
print(json.dumps({"matrix": matrix.tolist()} | middle(fixed)))
