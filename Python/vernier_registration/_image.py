"""Images: an array and where its samples lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional, Sequence

import numpy as np

from ._library import CImage


@dataclass(frozen=True, eq=False)
class Image:
    """An array with its place in physical space.

    The sample with the index (x, y[, z]) lies at ``origin + direction @ (spacing * index)``; ``array`` is ``[y, x]`` or
    ``[z, y, x]``. :func:`register` and its like take bare arrays, SimpleITK's and nibabel's images as well.

    Parameters
    ----------
    array : array of 2 or 3 dimensions, of any number type and any strides
    spacing, origin : 2 or 3 numbers, x first; 1 and 0 unless given
    direction : (2, 2) or (3, 3) array; the identity unless given
    mask : array of the same shape, 0 where a sample is to be left out
    """

    array: np.ndarray
    spacing: Optional[Sequence[float]] = None
    origin: Optional[Sequence[float]] = None
    direction: Optional[Any] = None
    mask: Optional[np.ndarray] = None

    @classmethod
    def of(cls, image: Any, *, spacing: Optional[Sequence[float]] = None, mask: Any = None, name: str = "image") -> Image:
        """Anything that is an image as one of these.

        Parameters
        ----------
        image : an :class:`Image`, an array, an image of SimpleITK's (its physical space is kept) or of nibabel's (turned
            to LPS, as ITK has it)
        spacing : of a bare array
        mask : array or image of the same shape
        name : what errors call it
        """
        if hasattr(image, "GetSpacing") and hasattr(image, "GetDirection"):
            image = cls._of_sitk(image)
        elif hasattr(image, "affine") and hasattr(image, "dataobj"):
            image = cls._of_nibabel(image)
        elif not isinstance(image, Image):
            image = cls(np.asarray(image), spacing)
        if mask is not None:
            values = cls.of(mask).array
            if values.shape != image.array.shape:
                raise ValueError(f"the {name}'s mask has the shape {values.shape}, and the image {image.array.shape}")
            image = cls(image.array, image.spacing, image.origin, image.direction, values)
        image._check(name)
        return image

    @classmethod
    def _of_sitk(cls, image: Any) -> Image:
        import SimpleITK

        rank = image.GetDimension()
        return cls(
            SimpleITK.GetArrayFromImage(image), image.GetSpacing(), image.GetOrigin(),
            np.reshape(image.GetDirection(), (rank, rank)))

    @classmethod
    def _of_nibabel(cls, image: Any) -> Image:
        if len(image.shape) != 3:
            raise ValueError(f"an image of nibabel's has {len(image.shape)} dimensions where 3 are needed; take one volume of it")
        affine = np.diag([-1.0, -1.0, 1.0, 1.0]) @ image.affine
        spacing = np.linalg.norm(affine[:3, :3], axis=0)
        return cls(np.asanyarray(image.dataobj).T, spacing, affine[:3, 3], affine[:3, :3] / spacing)

    def to_sitk(self) -> Any:
        """The image as SimpleITK's."""
        import SimpleITK

        image = SimpleITK.GetImageFromArray(np.ascontiguousarray(self.array))
        image.SetSpacing([float(x) for x in self._numbers(self.spacing, 1)])
        image.SetOrigin([float(x) for x in self._numbers(self.origin, 0)])
        if self.direction is not None:
            image.SetDirection([float(x) for x in np.ravel(self.direction)])
        return image

    def to_nibabel(self) -> Any:
        """The volume as nibabel's ``Nifti1Image``, in RAS."""
        import nibabel

        direction = np.eye(3) if self.direction is None else np.asarray(self.direction, float)
        affine = np.eye(4)
        affine[:3, :3] = direction * self._numbers(self.spacing, 1)
        affine[:3, 3] = self._numbers(self.origin, 0)
        return nibabel.Nifti1Image(self.array.T, np.diag([-1.0, -1.0, 1.0, 1.0]) @ affine)

    @property
    def rank(self) -> int:
        """2 or 3."""
        return self.array.ndim

    def replaced(self, array: np.ndarray) -> Image:
        """Other samples in the same place, without a mask."""
        return Image(array, self.spacing, self.origin, self.direction)

    def _check(self, name: str) -> None:
        array = self.array
        if array.dtype.kind not in "biuf":
            raise TypeError(f"the {name} is an array of dtype {array.dtype}, which are no real numbers")
        if array.ndim not in (2, 3):
            raise ValueError(f"the {name} has the shape {array.shape}; it needs 2 or 3 dimensions, [y, x] or [z, y, x]")
        if array.ndim == 3 and array.shape[2] in (3, 4) and min(array.shape[:2]) > 4:
            raise ValueError(
                f"the {name} has the shape {array.shape}, as a picture in colour; give one channel, such as its mean over the "
                "last axis (a volume has the shape [z, y, x])")

    def _numbers(self, given: Optional[Sequence[float]], usual: float) -> list[float]:
        if given is None:
            return [usual] * self.rank
        numbers = [float(x) for x in given]
        if len(numbers) != self.rank:
            raise ValueError(f"{numbers} has {len(numbers)} numbers where the image has {self.rank} dimensions (x first)")
        return numbers

    def to_c(self, samples: bool = True) -> tuple[CImage, list[np.ndarray]]:
        """The image as C sees it, and the arrays that must live as long. Floats in C's order are not copied."""
        rank = self.rank
        result, kept = CImage(), []
        if samples:
            values = np.ascontiguousarray(self.array, np.float32)
            kept.append(values)
            result.samples = values.ctypes.data
            if self.mask is not None:
                mask = np.ascontiguousarray(self.mask != 0, np.uint8)
                kept.append(mask)
                result.mask = mask.ctypes.data
        result.rank = rank
        result.size[:rank] = self.array.shape[::-1]
        result.spacing[:rank] = self._numbers(self.spacing, 1)
        result.origin[:rank] = self._numbers(self.origin, 0)
        direction = np.eye(rank) if self.direction is None else np.asarray(self.direction, float)
        if direction.shape != (rank, rank):
            raise ValueError(f"the direction has the shape {direction.shape} where the image has {rank} dimensions")
        result.direction[: rank * rank] = direction.ravel().tolist()
        return result, kept
