"""One pair of labelled volumes by one contender: labelled.py CONTENDER FIXED MOVING FIXED_LABELS MOVING_LABELS WORK THREADS MODEL.

MODEL is `affine`, or `bspline` for both stages. Prints the mean label Dice after the affine and after the B-spline stage, the Dice of everything
that has a label (`whole`: its border moves by linear interpolation, as in `vernier-studies volumes`), the share of the fixed volume's samples where the B-spline stage
folds (a Jacobian determinant of 0 or less), and the seconds of either stage; for `none` the Dice of the volumes as they lie. Labels move by
the nearest neighbour. Dice is the mean over the labels above 0 that both volumes have.

`vernier` is the command that VERNIER names; its seconds are the whole process, affine and bspline from nothing, and SimpleITK moves the labels and
looks for folds with the transforms that it saves. `vernier-ncc` is the same with `--metric ncc`.

`elastix` is its default parameter map for `affine`, then the one for `bspline` (10 mm grid, 4 resolutions, 256 iterations of 2048 samples);
`elastix-fine` ends in a 5 mm grid with 1000 iterations of 8192 samples. Both are Debian's program; its seconds are its own process. `simpleitk`
is recipe.py's from the moments for the affine stage, then its B-spline over a mesh of 4, 8 and 16 cells by L-BFGS with at most 50 iterations
a level.
"""
import json
import os
import re
import subprocess
import sys
import time

import numpy as np
import recipe
import SimpleITK as sitk

AFFINE = """
(FixedInternalImagePixelType "float") (MovingInternalImagePixelType "float") (UseDirectionCosines "true")
(Registration "MultiResolutionRegistration") (FixedImagePyramid "FixedSmoothingImagePyramid") (MovingImagePyramid "MovingSmoothingImagePyramid")
(Interpolator "LinearInterpolator") (ResampleInterpolator "FinalBSplineInterpolator") (Resampler "DefaultResampler")
(Optimizer "AdaptiveStochasticGradientDescent") (Metric "AdvancedMattesMutualInformation") (Transform "AffineTransform")
(AutomaticScalesEstimation "true") (AutomaticTransformInitialization "true") (HowToCombineTransforms "Compose") (NumberOfResolutions 4)
(NumberOfHistogramBins 32) (MaximumNumberOfIterations 256) (NumberOfSpatialSamples 2048) (NewSamplesEveryIteration "true") (ImageSampler "RandomCoordinate")
(CheckNumberOfSamples "true") (MaximumNumberOfSamplingAttempts 8) (BSplineInterpolationOrder 1) (FinalBSplineInterpolationOrder 3)
(DefaultPixelValue 0) (WriteResultImage "false") (RandomSeed 1)
"""
# GetDefaultParameterMap("bspline") minimises mutual information and the transform's bending energy with weights 1 and 1.
SPLINE = """
(FixedInternalImagePixelType "float") (MovingInternalImagePixelType "float") (UseDirectionCosines "true")
(Registration "MultiMetricMultiResolutionRegistration") (FixedImagePyramid "FixedSmoothingImagePyramid") (MovingImagePyramid "MovingSmoothingImagePyramid")
(Interpolator "LinearInterpolator") (ResampleInterpolator "FinalBSplineInterpolator") (Resampler "DefaultResampler")
(Optimizer "AdaptiveStochasticGradientDescent") (Metric "AdvancedMattesMutualInformation" "TransformBendingEnergyPenalty") (Metric0Weight 1.0) (Metric1Weight 1.0)
(Transform "BSplineTransform") (HowToCombineTransforms "Compose") (NumberOfResolutions 4)
(FinalGridSpacingInPhysicalUnits {spacing})
(NumberOfHistogramBins 32) (MaximumNumberOfIterations {iterations}) (NumberOfSpatialSamples {samples}) (NewSamplesEveryIteration "true") (ImageSampler "RandomCoordinate")
(CheckNumberOfSamples "true") (MaximumNumberOfSamplingAttempts 8) (BSplineInterpolationOrder 1) (FinalBSplineInterpolationOrder 3)
(DefaultPixelValue 0) (WriteResultImage "false") (RandomSeed 1)
"""


def dice(fixed, moved):
    """The mean over the labels above 0 of both volumes, the moved one's content before it moved included."""
    top = int(max(fixed.max(), moved.max())) + 1
    here, there = np.bincount(fixed.ravel(), minlength=top), np.bincount(moved.ravel(), minlength=top)
    both = np.bincount(fixed[fixed == moved].ravel(), minlength=top)
    used = [label for label in labels if label < top]
    return float(np.mean([2 * both[n] / max(here[n] + there[n], 1) for n in used]))


def array(image):
    return sitk.GetArrayFromImage(sitk.Cast(image, sitk.sitkInt32))


def elastix(work, threads, spline):
    seconds, found, fold = [], [], None
    initial = []
    for stage, text in (("affine", AFFINE), ("bspline", spline))[:stages]:
        folder = os.path.join(work, stage)
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, "parameters.txt")
        with open(path, "w") as file:
            file.write(text.replace(") (", ")\n("))
        start = time.perf_counter()
        subprocess.run(["elastix", "-f", fixed_path, "-m", moving_path, "-p", path, "-out", folder, "-threads", threads, *initial],
                       check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - start)
        result = os.path.join(folder, "TransformParameters.0.txt")
        initial = ["-t0", result]
        nearest = os.path.join(folder, "nearest.txt")
        with open(result) as source, open(nearest, "w") as file:
            file.write(re.sub(r"FinalBSplineInterpolationOrder 3", "FinalBSplineInterpolationOrder 0", source.read()))
        jacobian = ["-jac", "all"] if stage == "bspline" else []
        subprocess.run(["transformix", "-in", labels_path, "-tp", nearest, "-out", folder, "-threads", threads, *jacobian],
                       check=True, stdout=subprocess.DEVNULL)
        names = os.listdir(folder)
        name = next(n for n in names if n.startswith("result.") and n.endswith(".mhd"))
        found.append((dice(fixed_labels, array(sitk.ReadImage(os.path.join(folder, name)))), None))
        if jacobian:
            name = next(n for n in names if n.startswith("spatialJacobian.") and n.endswith(".mhd"))
            fold = folded(sitk.GetArrayFromImage(sitk.ReadImage(os.path.join(folder, name))))
    return seconds, found, fold


def vernier(work, threads, options):
    seconds, found, transforms = [], [], []
    os.makedirs(work, exist_ok=True)
    for model in ("affine", "bspline")[:stages]:
        path = os.path.join(work, f"{model}.tfm")
        start = time.perf_counter()
        subprocess.run(
            [os.environ["VERNIER"], "register", fixed_path, moving_path, "--transform", model, "--threads", threads, "--save-transform", path, *options],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - start)
        transforms.append(sitk.ReadTransform(path))
        found.append(moved(transforms[-1]))
    return seconds, found, spline_folds(sitk.CompositeTransform(transforms[-1]).GetNthTransform(1)) if stages > 1 else None


def moved(transform):
    """The Dice of the labels that a SimpleITK transform moves, and that of everything labelled."""
    like, labels = sitk.ReadImage(fixed_labels_path), sitk.ReadImage(labels_path)
    mask = sitk.Cast(labels > 0, sitk.sitkFloat32)
    here, there = fixed_labels > 0, sitk.GetArrayFromImage(sitk.Resample(mask, like, transform, sitk.sitkLinear, 0)) >= 0.5
    whole = 2 * float((here & there).sum()) / max(float(here.sum() + there.sum()), 1)
    return dice(fixed_labels, array(sitk.Resample(labels, like, transform, sitk.sitkNearestNeighbor, 0))), whole


def spline_folds(spline):
    """By central differences of the spline's displacements at the fixed volume's samples. (ITK's own filter takes no heed of the direction.)"""
    like = sitk.ReadImage(fixed_path)
    field = sitk.GetArrayFromImage(sitk.TransformToDisplacementField(
        spline, sitk.sitkVectorFloat64, like.GetSize(), like.GetOrigin(), like.GetSpacing(), like.GetDirection()))
    slopes = np.stack([np.gradient(field, step, axis=2 - axis) for axis, step in enumerate(like.GetSpacing())], axis=-1)
    return folded(np.linalg.det(np.eye(3) + slopes @ np.array(like.GetDirection()).reshape(3, 3).T))


def folded(determinants):
    return {"share": float((determinants <= 0).mean()), "least": float(determinants.min())}


def simpleitk(threads):
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(int(threads))
    fixed, moving = (sitk.ReadImage(path, sitk.sitkFloat32) for path in (fixed_path, moving_path))

    clock = time.perf_counter()
    affine = recipe.align(fixed, moving, sitk.AffineTransform(3), "MOMENTS")
    seconds = [time.perf_counter() - clock]
    found = [moved(affine)]
    if stages < 2:
        return seconds, found, None

    clock = time.perf_counter()
    spline = sitk.BSplineTransformInitializer(fixed, [4, 4, 4])
    free = recipe.method()
    free.SetMovingInitialTransform(affine)
    free.SetInitialTransformAsBSpline(spline, True, [1, 2, 4])
    free.SetOptimizerAsLBFGS2(solutionAccuracy=1e-4, numberOfIterations=50)
    found_spline = free.Execute(fixed, moving)
    seconds.append(time.perf_counter() - clock)
    found.append(moved(sitk.CompositeTransform([affine, found_spline])))
    return seconds, found, spline_folds(found_spline)


contender, fixed_path, moving_path, fixed_labels_path, labels_path, work, threads, model = sys.argv[1:]
stages = {"affine": 1, "bspline": 2}[model]
fixed_labels = array(sitk.ReadImage(fixed_labels_path))
labels = sorted((set(np.unique(fixed_labels)) & set(np.unique(array(sitk.ReadImage(labels_path))))) - {0})
if contender == "simpleitk":
    seconds, found, fold = simpleitk(threads)
elif contender.startswith("vernier"):
    seconds, found, fold = vernier(work, threads, ["--metric", "ncc"] if contender == "vernier-ncc" else [])
elif contender == "none":
    seconds, fold, found = [0.0], None, [moved(sitk.Transform(3, sitk.sitkIdentity))]
else:
    finer = contender == "elastix-fine"
    seconds, found, fold = elastix(
        work, threads, SPLINE.format(spacing=5 if finer else 10, iterations=1000 if finer else 256, samples=8192 if finer else 2048))
print(json.dumps({"contender": contender, "labels": len(labels), "dice": [labels for labels, _ in found],
                  "whole": [whole for _, whole in found], "seconds": seconds, "folding": fold}))
