"""Registration, judgement and resampling."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from ctypes import byref, c_void_p
from typing import Any, Iterable, Optional, Sequence, Union

import numpy as np

from ._image import Image
from ._library import OptionError, check, library, option_words, words
from ._result import Result, resampled, resampling_words
from ._transform import Transform


def register(
    fixed: Any, moving: Any, *, transform: str = "rigid", method: Optional[str] = None, metric: Optional[str] = None,
    prepare: Union[str, Sequence[str], None] = None, initial: Any = None, fixed_mask: Any = None, moving_mask: Any = None,
    spacing: Optional[Sequence[float]] = None, interpolation: Optional[str] = None, background: Union[float, str, None] = None,
    weights: Any = None, threads: Optional[int] = None,
) -> Result:
    """Aligns ``moving`` to ``fixed`` and says whether to believe the answer.

    Parameters
    ----------
    fixed, moving : arrays [y, x] or [z, y, x] of any number type, or :class:`Image`, or images of SimpleITK's or nibabel's
        Samples that are not finite are left out.
    transform : str
        "translation", "rigid", "similarity", "affine", or "bspline", which deforms after an affine one.
    method, metric, prepare, weights : str
        As ``vernier register --help`` says; the images decide where they are not given.
    initial : matrix, :class:`Transform`, :class:`Result`, path, scikit-image's or SimpleITK's transform, "center" or "moments"
        Where to start instead of searching; fixed to moving.
    fixed_mask, moving_mask : arrays of the images' shapes, 0 where a sample is to be left out
    spacing : 2 or 3 numbers, x first
        Of bare arrays, both; 1 unless given. The matrix is in its unit.
    interpolation, background :
        For :attr:`Result.moved`: "nearest", "linear" or "cubic"; a value, "nearest" or "edge", 0 unless given.
    threads : int
        At most so many; all processors unless given. The answer does not depend on it.

    Returns
    -------
    Result
        A failed answer is an answer, too: its verdict is "failed".

    Raises
    ------
    ValueError, TypeError
        What cannot be used and why, with the command's words.
    """
    still = Image.of(fixed, spacing=spacing, mask=fixed_mask, name="fixed image")
    other = Image.of(moving, spacing=spacing, mask=moving_mask, name="moving image")
    named = initial if isinstance(initial, str) and initial in ("center", "moments") else None
    start = None if initial is None or named else Transform.of(initial)
    options = option_words(
        transform=transform, method=method, metric=metric, prepare=prepare, weights=weights, initial=named, threads=threads)
    after = resampling_words(interpolation, background, threads)
    return _aligned(library.register, still, other, start, options, after)


def _aligned(
    function: Any, fixed: Image, moving: Image, transform: Optional[Transform], options: tuple, after: tuple,
) -> Result:
    if fixed.rank != moving.rank:
        raise ValueError(
            f"the fixed image has {fixed.rank} dimensions and the moving one {moving.rank}; give two pictures or two volumes")
    (still, kept), (other, kept_too) = fixed.to_c(), moving.to_c()
    found, error = c_void_p(), c_void_p()
    handle = None if transform is None else transform._handle
    status = function(
        byref(still), byref(other), handle, words(options), len(options), byref(found), byref(error))
    check(status, error)
    return Result._of(found, fixed, moving, after)


def register_many(
    pairs: Iterable[tuple[Any, Any]], *, jobs: Optional[int] = None, **options: Any,
) -> list[Result]:
    """Aligns many pairs, several at once, without the interpreter's lock.

    Parameters
    ----------
    pairs : (fixed, moving), images as :func:`register` takes them
    jobs : int
        How many to work on at once; as many as there are processors unless given. Each has one thread.
    options :
        Those of :func:`register`.

    Returns
    -------
    list of Result
        In the order of the pairs. A pair whose images cannot be used is a failed result with the reason in ``error``.

    Raises
    ------
    OptionError
        A ValueError: options that are wrong for every pair.
    """
    options.setdefault("threads", 1)

    def one(pair: tuple[Any, Any]) -> Result:
        try:
            return register(*pair, **options)
        except OptionError:
            raise
        except (ValueError, TypeError) as error:
            return Result._failure(str(error), *pair)

    with ThreadPoolExecutor(jobs or len(os.sched_getaffinity(0))) as pool:
        return list(pool.map(one, pairs))


def judge(
    fixed: Any, moving: Any, transform: Any, *, metric: Optional[str] = None, fixed_mask: Any = None, moving_mask: Any = None,
    spacing: Optional[Sequence[float]] = None, threads: Optional[int] = None,
) -> Result:
    """Says whether to believe a transform that somebody else made.

    Parameters
    ----------
    fixed, moving : images as :func:`register` takes them
    transform : matrix, :class:`Transform`, path, scikit-image's or SimpleITK's transform
        Fixed point to moving point.

    Returns
    -------
    Result
        The same transform with the evidence and the verdict; its method is "given".
    """
    still = Image.of(fixed, spacing=spacing, mask=fixed_mask, name="fixed image")
    other = Image.of(moving, spacing=spacing, mask=moving_mask, name="moving image")
    options = option_words(metric=metric, threads=threads)
    return _aligned(library.judge, still, other, Transform.of(transform), options, ())


def apply(
    transform: Any, moving: Any, like: Any = None, *, interpolation: Optional[str] = None,
    background: Union[float, str, None] = None, inverse: bool = False, spacing: Optional[Sequence[float]] = None,
    threads: Optional[int] = None,
) -> np.ndarray:
    """Moves an image by a transform.

    Parameters
    ----------
    transform : :class:`Result`, :class:`Transform`, matrix, path, scikit-image's or SimpleITK's transform
    moving : image as :func:`register` takes it
    like : image
        On whose grid; the moving one's own unless given.
    interpolation : "nearest" (for labels), "linear" or "cubic"
    background : a value, "nearest" or "edge"
        What stands where the moving image has no sample; 0 unless given.
    inverse : bool
        Apply the inverse: the fixed image onto the moving one's grid.

    Returns
    -------
    array of the shape of ``like`` and the type of ``moving``
    """
    other = Image.of(moving, spacing=spacing, name="moving image")
    grid = other if like is None else Image.of(like, spacing=spacing, name="image whose grid is taken")
    map = Transform.of(transform)
    return resampled(
        other, grid, map.inverse() if inverse else map, resampling_words(interpolation, background, threads))
