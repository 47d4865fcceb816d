"""SimpleITK's recipe for a rigid registration of two volumes: sitk_rigid.py FIXED MOVING RUNS THREADS.

See recipe.py; it starts at the volumes' centres. The files are read before; each run is initialisation and registration.
"""
import sys

import SimpleITK as sitk
from common import emit, homogeneous, measure, versions
from recipe import align

fixed, moving, runs, threads = sys.argv[1:]
sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(int(threads))
fixed, moving = sitk.ReadImage(fixed, sitk.sitkFloat32), sitk.ReadImage(moving, sitk.sitkFloat32)

transform, samples = measure(lambda: align(fixed, moving, sitk.Euler3DTransform(), "GEOMETRY"), int(runs), warmup=0)
emit(
    "rigid volume", "SimpleITK", samples, versions("SimpleITK"), warmup=0, threads=int(threads),
    size=list(fixed.GetSize()), spacing=list(fixed.GetSpacing()), origin=list(fixed.GetOrigin()),
    direction=list(fixed.GetDirection()), matrix=homogeneous(transform).tolist(),
)
