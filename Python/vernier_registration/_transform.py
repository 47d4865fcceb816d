"""Maps from points of the fixed image to points of the moving one."""

from __future__ import annotations

import os
import tempfile
from ctypes import byref, c_void_p
from typing import Any, Optional

import numpy as np

from ._image import Image
from ._library import check, library, optional


class Transform:
    """A map from a point of the fixed image to the point of the moving image: linear, a homography or a deformation.

    Parameters
    ----------
    matrix : (3, 3) or (4, 4) array
        Homogeneous, x first. Of a picture's the last row may make it a homography.
    """

    def __init__(self, matrix: Any):
        matrix = np.asarray(matrix, float)
        if matrix.shape not in ((3, 3), (4, 4)):
            raise ValueError(f"a matrix has the shape (3, 3) or (4, 4), and this has {matrix.shape}")
        elements, found, error = np.ascontiguousarray(matrix), c_void_p(), c_void_p()
        pointer = elements.ctypes.data_as(_doubles)
        check(library.transform_of_matrix(len(matrix) - 1, pointer, byref(found), byref(error)), error)
        self._handle = found

    @classmethod
    def _of(cls, handle: c_void_p) -> Transform:
        transform = cls.__new__(cls)
        transform._handle = handle
        return transform

    @classmethod
    def of(cls, transform: Any) -> Transform:
        """Anything that is a transform as one of these: a result, a matrix, a file's path, scikit-image's, SimpleITK's."""
        if isinstance(transform, Transform):
            return transform
        if hasattr(transform, "verdict"):
            if transform.transform is None:
                raise ValueError(f"the result has no transform: {transform.error}")
            return transform.transform
        if isinstance(transform, (str, os.PathLike)):
            return cls.read(transform)
        if hasattr(transform, "GetInverse") and hasattr(transform, "TransformPoint"):
            return cls.from_sitk(transform)
        return cls(getattr(transform, "params", transform))

    @classmethod
    def read(cls, path: Any, fixed: Any = None, moving: Any = None) -> Transform:
        """Reads a file of ITK's, ANTs', FSL's, FreeSurfer's or Vernier's.

        Parameters
        ----------
        path : str or path
        fixed, moving : images
            Those that it leads between, which FSL's matrices need.
        """
        (still, _), (other, _) = _grid(fixed), _grid(moving)
        found, error = c_void_p(), c_void_p()
        status = library.transform_read(os.fsencode(path), optional(still), optional(other), byref(found), byref(error))
        check(status, error)
        return cls._of(found)

    def write(self, path: Any, fixed: Any = None, moving: Any = None) -> None:
        """Writes the transform in the format that the path ends with: ``.tfm``, ``.h5``, ``.mat``, ``.lta``, ``.json``, or its
        displacements on the grid of ``fixed`` as ``.nii.gz`` or ``.nrrd``."""
        (still, _), (other, _) = _grid(fixed), _grid(moving)
        error = c_void_p()
        status = library.transform_write(self._handle, os.fsencode(path), optional(still), optional(other), byref(error))
        check(status, error)

    def __del__(self) -> None:
        handle = self.__dict__.pop("_handle", None)
        if handle:
            library.transform_release(handle)

    @property
    def rank(self) -> int:
        """2 or 3."""
        return library.transform_rank(self._handle)

    @property
    def matrix(self) -> np.ndarray:
        """The homogeneous matrix, (3, 3) or (4, 4): the map itself, or a deformation's linear part (:attr:`is_matrix`)."""
        return self._matrix()[0]

    @property
    def is_matrix(self) -> bool:
        """Whether the map is its matrix: whether it is linear or a homography."""
        return self._matrix()[1]

    def _matrix(self) -> tuple[np.ndarray, bool]:
        side = self.rank + 1
        matrix = np.empty((side, side))
        whole = library.transform_matrix(self._handle, matrix.ctypes.data_as(_doubles))
        return matrix, bool(whole)

    def __call__(self, points: Any) -> np.ndarray:
        """Moves points of the fixed image to where they lie in the moving one.

        Parameters
        ----------
        points : (..., 2) or (..., 3) array, x first
        """
        moved = np.array(points, float, order="C")
        if moved.ndim == 0 or moved.shape[-1] != self.rank:
            raise ValueError(f"points have {self.rank} coordinates, and these have the shape {moved.shape}")
        library.transform_points(self._handle, moved.ctypes.data, moved.size // self.rank)
        return moved

    def inverse(self) -> Transform:
        """The map that undoes this one."""
        found = library.transform_inverse(self._handle)
        if not found:
            raise ValueError("the transform has no inverse (its matrix is singular)")
        return Transform._of(c_void_p(found))

    def to_sitk(self) -> Any:
        """The transform as SimpleITK's; its resampling takes it as it stands."""
        import SimpleITK

        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "transform.tfm")
            self.write(path)
            return SimpleITK.ReadTransform(path)

    @classmethod
    def from_sitk(cls, transform: Any) -> Transform:
        """A transform of SimpleITK's."""
        import SimpleITK

        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "transform.tfm")
            SimpleITK.WriteTransform(transform, path)
            return cls.read(path)

    def to_skimage(self) -> Any:
        """The transform as scikit-image's, for ``skimage.transform.warp(moving, transform)``."""
        from skimage.transform import AffineTransform, ProjectiveTransform

        matrix, whole = self._matrix()
        if not whole:
            raise ValueError("a deformation is no matrix; move images by vernier_registration.apply")
        linear = np.array_equal(matrix[-1], np.eye(len(matrix))[-1])
        kind = AffineTransform if linear else ProjectiveTransform
        return kind(matrix=matrix)

    def __repr__(self) -> str:
        kind = "" if self.is_matrix else ", deformed"
        return f"Transform({np.array2string(self.matrix, precision=4, suppress_small=True)}{kind})"


_doubles = library.transform_matrix.argtypes[1]


def _grid(image: Optional[Any]) -> tuple:
    """Where an image's samples lie, as C sees it."""
    return (None, None) if image is None else Image.of(image).to_c(samples=False)
