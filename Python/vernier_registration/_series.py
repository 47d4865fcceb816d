"""Series of frames."""

from __future__ import annotations

import json
from ctypes import byref, c_void_p
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Optional, Sequence, Union

import numpy as np

from ._image import Image
from ._library import FIRST_FRAME, MIDDLE_FRAME, check, library, option_words, text, words
from ._result import Verdict, resampled, resampling_words
from ._transform import Transform


@dataclass(frozen=True, eq=False)
class Frame:
    """Where one frame of a series lies.

    Attributes
    ----------
    matrix : (3, 3) or (4, 4) array, or None
        A point of the common grid to the point of the frame.
    verdict, confidence :
        As of :class:`Result`.
    skipped : bool
        Whether the frame has no place that is believed.
    """

    matrix: Optional[np.ndarray]
    verdict: Verdict
    confidence: float
    skipped: bool


@dataclass(frozen=True, eq=False)
class Series:
    """A series brought together."""

    frames: list[Frame]
    _images: list[Image] = field(repr=False)
    _words: tuple = field(default=(), repr=False)

    @cached_property
    def moved(self) -> np.ndarray:
        """The frames on the common grid, [frame, y, x] or [frame, z, y, x]; what is skipped is left where it was."""
        return np.stack([
            image.array if frame.skipped else resampled(image, self._images[0], Transform(frame.matrix), self._words)
            for frame, image in zip(self.frames, self._images)
        ])


def stack(
    frames: Sequence[Any], *, transform: str = "rigid", reference: Union[str, int] = "previous", method: Optional[str] = None,
    metric: Optional[str] = None, prepare: Union[str, Sequence[str], None] = None,
    spacing: Optional[Sequence[float]] = None, interpolation: Optional[str] = None,
    background: Union[float, str, None] = None, threads: Optional[int] = None,
) -> Series:
    """Brings the frames of a series together, all by one adjustment, so that no error adds up.

    Parameters
    ----------
    frames : array [frame, y, x] or [frame, z, y, x], or a sequence of images as :func:`register` takes them, of one shape
    reference : "previous", "first", "mean" or a frame's number from 0
        "previous" aligns frames with their predecessors and keeps the first in its place; "mean" does so with the frame in
        the middle of the others; "first" and a number align every frame with that one.
    transform, method, metric, prepare, spacing, interpolation, background, threads :
        As of :func:`register`.
    """
    images = [Image.of(frame, spacing=spacing, name=f"frame {number}") for number, frame in enumerate(frames)]
    if len(images) < 2:
        raise ValueError(f"a series has two frames at least, and this has {len(images)}")
    if any(image.array.shape != images[0].array.shape for image in images):
        raise ValueError("the frames of a series have one shape, and these have several; bring them to one first")
    if reference == "first":
        reference = 0
    if isinstance(reference, (int, np.integer)) and not 0 <= reference < len(images):
        raise ValueError(f"reference: the series has frames 0 to {len(images) - 1}, and none is {reference}")
    if isinstance(reference, str) and reference not in ("previous", "mean"):
        raise ValueError(f"reference cannot be {reference}; it is previous, first, mean or a frame's number")
    number = -1 if isinstance(reference, str) else int(reference)
    anchor = {"previous": FIRST_FRAME, "mean": MIDDLE_FRAME}.get(reference, number) if isinstance(reference, str) else number
    options = option_words(transform=transform, method=method, metric=metric, prepare=prepare, threads=threads)
    series, error, told = c_void_p(), c_void_p(), c_void_p()
    first, kept = images[max(number, 0)].to_c()
    check(library.series_begin(byref(first), number, words(options), len(options), byref(series), byref(error)), error)
    try:
        for image in images:
            frame, kept = image.to_c()
            check(library.series_add(series, byref(frame), byref(error)), error)
        check(library.series_poses(series, anchor, byref(told), byref(error)), error)
    finally:
        library.series_release(series)
    poses = [
        Frame(None if pose["matrix"] is None else np.array(pose["matrix"]), pose["verdict"], pose["confidence"], pose["skipped"])
        for pose in json.loads(text(told))
    ]
    return Series(poses, images, resampling_words(interpolation, background, threads))
