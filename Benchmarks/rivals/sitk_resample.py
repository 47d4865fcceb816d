"""ITK's resampling rate: sitk_resample.py SIDE RUNS THREADS. Linear, Float, SIDE³ onto itself through one affine map."""
import sys

import numpy as np
import SimpleITK as sitk
from common import emit, measure, versions

side, runs, threads = map(int, sys.argv[1:])
sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(threads)
noise = np.random.default_rng(1).random((side, side, side), dtype=np.float32)
image = sitk.SmoothingRecursiveGaussian(sitk.GetImageFromArray(noise), 2)
image = sitk.Cast(image, sitk.sitkFloat32)

# 7° about z, 3° about x, stretched by 2 %, about the centre: most points stay inside and no axis stays aligned.
turn = sitk.Euler3DTransform([(side - 1) / 2] * 3, np.radians(3), 0, np.radians(7), (2.5, -1.25, 3.75))
transform = sitk.AffineTransform(3)
transform.SetCenter(turn.GetCenter())
transform.SetMatrix((np.array(turn.GetMatrix()).reshape(3, 3) * 1.02).ravel())
transform.SetTranslation(turn.GetTranslation())

_, samples = measure(lambda: sitk.Resample(image, image, transform, sitk.sitkLinear, 0.0), runs, warmup=2)
emit(f"resample {side}³", "SimpleITK", samples, versions("SimpleITK"), warmup=2, threads=threads, size=[side] * 3)
