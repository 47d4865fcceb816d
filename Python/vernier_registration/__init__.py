"""Image registration that says whether to believe its answer.

    import vernier_registration as vernier

    result = vernier.register(fixed, moving, transform="rigid")
    if result.verdict == "aligned":
        picture = result.moved

Arrays are ``[y, x]`` or ``[z, y, x]``; points, sizes, spacings and matrices are x first. A transform leads from a point
of the fixed image to the point of the moving image, in pixels or in the unit of the spacing.
"""

from ._functions import apply, judge, register, register_many
from ._image import Image
from ._library import OptionError
from ._library import version as __version__
from ._result import Evidence, Result
from ._series import Frame, Series, stack
from ._transform import Transform

__all__ = [
    "Evidence", "Frame", "Image", "OptionError", "Result", "Series", "Transform", "__version__", "apply", "judge", "register",
    "register_many", "stack",
]
