"""What a registration gives."""

from __future__ import annotations

import base64
import html
import json
import os
import struct
import zlib
from ctypes import byref, c_void_p
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, Literal, Optional

import numpy as np

from ._image import Image
from ._library import check, library, option_words, text, words
from ._transform import Transform

Verdict = Literal["aligned", "doubtful", "failed"]


@dataclass(frozen=True)
class Evidence:
    """What speaks for an answer and against it; docs/verdict.md says what each number means."""

    overlap: float
    coverage: float
    similarity_before: float
    similarity_after: float
    information_correlation: float
    edge_agreement: float
    edge_agreement_at_start: Optional[float]
    distinctness: float
    blocks: dict
    rival_agreement: float
    peak_ratio: float
    rival: Optional[list]
    forward_backward: float
    covariance: Optional[list]
    corner_deviation: Optional[float]
    error_bound: Optional[float]
    mirrored: bool
    stop_reason: str
    iterations: int

    @classmethod
    def _of(cls, members: Optional[dict]) -> Optional[Evidence]:
        return None if members is None else cls(**{name: members.get(name) for name in _names})


_names = [each.name for each in fields(Evidence)]


@dataclass(frozen=True, eq=False)
class Result:
    """An answer: a transform, the evidence for it and a verdict.

    Attributes
    ----------
    verdict : "aligned", "doubtful" or "failed"
    confidence : float
        The probability that the transform is right, 0 to 1.
    matrix : (3, 3) or (4, 4) array, or None
        Homogeneous, a point of the fixed image to the point of the moving one, x first; of a deformation the linear part.
        None where no transform was found.
    transform : Transform or None
        The whole map.
    parameters : dict
        Rotation in degrees, scale, shear and translation about a centre.
    deformation : dict or None
        What is known of a deformation: its folding, its least and greatest Jacobian.
    reason : str or None
        Why the verdict is not "aligned".
    error : str or None
        Why there is no transform.
    seconds : float
        The time of the alignment.
    """

    verdict: Verdict
    confidence: float
    matrix: Optional[np.ndarray]
    transform: Optional[Transform]
    model: Optional[str] = None
    method: Optional[str] = None
    metric: Optional[str] = None
    parameters: dict = field(default_factory=dict)
    deformation: Optional[dict] = None
    evidence: Optional[Evidence] = None
    reason: Optional[str] = None
    error: Optional[str] = None
    seconds: float = 0.0
    _fixed: Optional[Image] = field(default=None, repr=False)
    _moving: Optional[Image] = field(default=None, repr=False)
    _words: tuple = field(default=(), repr=False)
    _handle: Any = field(default=None, repr=False)

    @classmethod
    def _of(cls, handle: c_void_p, fixed: Image, moving: Image, options: tuple) -> Result:
        members = json.loads(library.alignment_json(handle))
        matrix, found = members["matrix"], library.alignment_transform(handle)
        model = members.get("model")
        return cls(
            verdict=members["verdict"], confidence=members["confidence"],
            matrix=None if matrix is None else np.array(matrix),
            transform=Transform._of(c_void_p(found)) if found else None, model=model,
            method=members.get("method"), metric=members.get("metric"), parameters=members.get("parameters", {}),
            deformation=members.get(model), evidence=Evidence._of(members.get("evidence")), reason=members.get("reason"),
            error=members.get("error"), seconds=members.get("seconds", 0.0), _fixed=fixed, _moving=moving, _words=options,
            _handle=_Alignment(handle))

    @classmethod
    def _failure(cls, error: str, fixed: Any, moving: Any) -> Result:
        return cls("failed", 0.0, None, None, error=error)

    @cached_property
    def moved(self) -> Optional[np.ndarray]:
        """The moving image on the fixed one's grid, an array of the fixed one's shape and the moving one's type; computed when it
        is first asked for. None where no transform was found."""
        if self.transform is None:
            return None
        return resampled(self._moving, self._fixed, self.transform, self._words)

    def report(self, path: Any) -> None:
        """Writes the page with the images over each other, what the alignment leaves, and the evidence in words."""
        if self.transform is None:
            raise ValueError(f"there is no transform to show: {self.error}")
        (still, kept), (other, kept_too) = self._fixed.to_c(), self._moving.to_c()
        page, error = c_void_p(), c_void_p()
        handle = self._handle.pointer
        check(library.alignment_report(handle, byref(still), byref(other), byref(page), byref(error)), error)
        with open(os.fspath(path), "w", encoding="utf-8") as file:
            file.write(text(page))

    def _repr_html_(self) -> str:
        """For notebooks: the verdict, and the images over each other, the fixed one in magenta and the moved one in green."""
        says = f"<b>{self.verdict}</b>, confidence {self.confidence:.2f}"
        why = self.error or self.reason
        lines = [says + (f": {html.escape(why)}" if why else "")]
        if self.parameters:
            shown = ", ".join(
                f"{name} {np.array2string(np.asarray(self.parameters[name], float), precision=3)}"
                for name in ("rotation", "scale", "shear", "translation") if name in self.parameters)
            lines.append(f"{html.escape(self.model or '')}: {html.escape(shown)}")
        if self.moved is not None:
            fixed, moved = _gray(self._fixed.array), _gray(self.moved)
            picture = _png(np.stack([fixed, moved, fixed], -1))
            data = base64.b64encode(picture).decode()
            lines.append(f'<img alt="fixed in magenta, moved in green" style="max-width:100%" src="data:image/png;base64,{data}">')
        return "<br>".join(lines)


class _Alignment:
    """What C keeps of an answer, for as long as the result lives."""

    def __init__(self, pointer: c_void_p):
        self.pointer = pointer

    def __del__(self) -> None:
        library.alignment_release(self.pointer)


def resampled(moving: Image, like: Image, transform: Transform, options: tuple) -> np.ndarray:
    """``moving`` through a transform on the grid of ``like``, in the type of its samples."""
    (source, kept), (grid, _) = moving.to_c(), like.to_c(samples=False)
    samples, error = np.empty(like.array.shape, np.float32), c_void_p()
    status = library.resample(
        byref(source), byref(grid), transform._handle, words(options), len(options), samples.ctypes.data, None, byref(error))
    check(status, error)
    kind = moving.array.dtype
    if kind.kind == "b":
        return samples >= 0.5
    if kind.kind in "iu":
        limits = np.iinfo(kind)
        return np.clip(np.rint(samples.astype(np.float64)), limits.min, limits.max).astype(kind)
    return samples.astype(kind, copy=False)


def resampling_words(interpolation: Optional[str], background: Any, threads: Optional[int]) -> tuple[str, ...]:
    """The options of resampling as C takes them."""
    return option_words(interpolation=interpolation, background=background, threads=threads)


def _gray(array: np.ndarray) -> np.ndarray:
    """A picture, or a volume's middle slice, as bytes between its 1st and 99th percentile."""
    plane = array[array.shape[0] // 2] if array.ndim == 3 else array
    values = np.nan_to_num(np.asarray(plane, np.float32))
    step = max(1, max(values.shape) // 512)
    values = values[::step, ::step]
    low, high = np.percentile(values, [1, 99])
    return np.clip((values - low) * (255 / max(high - low, 1e-9)), 0, 255).astype(np.uint8)


def _png(colors: np.ndarray) -> bytes:
    """A picture (height, width, 3) of bytes as PNG."""
    height, width = colors.shape[:2]
    rows = np.concatenate([np.zeros((height, 1), np.uint8), colors.reshape(height, -1)], 1).tobytes()

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
