"""SimpleITK's recipe for a rigid registration of two volumes: sitk_rigid.py FIXED MOVING RUNS THREADS.

Mattes mutual information with 50 bins over 5 % random samples (seed 1), gradient descent, shrink 4-2-1, sigmas 2-1-0 mm,
started at the volumes' centres. The files are read before; each run is initialisation and registration.
"""
import sys

import SimpleITK as sitk
from common import emit, homogeneous, measure, versions

fixed, moving, runs, threads = sys.argv[1:]
sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(int(threads))
fixed, moving = sitk.ReadImage(fixed, sitk.sitkFloat32), sitk.ReadImage(moving, sitk.sitkFloat32)


def align():
    start = sitk.CenteredTransformInitializer(
        fixed, moving, sitk.Euler3DTransform(), sitk.CenteredTransformInitializerFilter.GEOMETRY
    )
    method = sitk.ImageRegistrationMethod()
    method.SetMetricAsMattesMutualInformation(50)
    method.SetMetricSamplingStrategy(method.RANDOM)
    method.SetMetricSamplingPercentage(0.05, 1)
    method.SetInterpolator(sitk.sitkLinear)
    method.SetOptimizerAsGradientDescent(1.0, 200, 1e-6, 10)
    method.SetOptimizerScalesFromPhysicalShift()
    method.SetShrinkFactorsPerLevel([4, 2, 1])
    method.SetSmoothingSigmasPerLevel([2, 1, 0])
    method.SmoothingSigmasAreSpecifiedInPhysicalUnitsOn()
    method.SetInitialTransform(start, False)
    return method.Execute(fixed, moving)


transform, samples = measure(align, int(runs), warmup=0)
emit(
    "rigid volume", "SimpleITK", samples, versions("SimpleITK"), warmup=0, threads=int(threads),
    size=list(fixed.GetSize()), spacing=list(fixed.GetSpacing()), origin=list(fixed.GetOrigin()),
    direction=list(fixed.GetDirection()), matrix=homogeneous(transform).tolist(),
)
