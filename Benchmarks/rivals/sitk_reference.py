"""Where a volume's points lie in another, by a data set's own transforms: sitk_reference.py FIXED TRANSFORM [TRANSFORM].

One transform is fixed → moving; two are those of the fixed and of the moving volume into a common space. Prints the matrix fixed → moving, the
corners of the middle half of the fixed volume, and the diagonal of its voxels.
"""
import json
import sys

import numpy as np
import SimpleITK as sitk
from common import homogeneous, middle

fixed, *paths = sys.argv[1:]
maps = [homogeneous(sitk.ReadTransform(path)) for path in paths]
matrix = maps[0] if len(maps) == 1 else maps[1] @ np.linalg.inv(maps[0])
print(json.dumps({"matrix": matrix.tolist()} | middle(sitk.ReadImage(fixed))))
