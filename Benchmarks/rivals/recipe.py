"""SimpleITK's usual recipe: Mattes mutual information with 50 bins over 5 % random samples (seed 1), gradient descent, shrink 4-2-1, sigmas 2-1-0 mm."""
import SimpleITK as sitk


def method():
    """All of it but the transform and the optimiser."""
    made = sitk.ImageRegistrationMethod()
    made.SetMetricAsMattesMutualInformation(50)
    made.SetMetricSamplingStrategy(made.RANDOM)
    made.SetMetricSamplingPercentage(0.05, 1)
    made.SetInterpolator(sitk.sitkLinear)
    made.SetShrinkFactorsPerLevel([4, 2, 1])
    made.SetSmoothingSigmasPerLevel([2, 1, 0])
    made.SmoothingSigmasAreSpecifiedInPhysicalUnitsOn()
    return made


def align(fixed, moving, transform, centres):
    """A linear registration. `transform` is an empty one of its kind, `centres` what the start brings together: MOMENTS or GEOMETRY."""
    kind = getattr(sitk.CenteredTransformInitializerFilter, centres)
    linear = method()
    linear.SetOptimizerAsGradientDescent(1.0, 200, 1e-6, 10)
    linear.SetOptimizerScalesFromPhysicalShift()
    linear.SetInitialTransform(sitk.CenteredTransformInitializer(fixed, moving, transform, kind), False)
    return linear.Execute(fixed, moving)
