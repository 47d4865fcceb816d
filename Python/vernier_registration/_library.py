"""The C interface of Vernier, ``vernier.h``, by ctypes, which frees the interpreter's lock while a function runs."""

from __future__ import annotations

import ctypes
import os
import platform
from functools import lru_cache
from pathlib import Path
from typing import Optional

native = Path(__file__).parent / "native"

MIDDLE_FRAME, FIRST_FRAME = -1, -2

# What the level x86-64-v3 asks for; the dynamic linker chooses the command's library by the same level.
_V3 = {"avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"}


def _path() -> str:
    """The library for this machine: the variable VERNIER_LIBRARY names another."""
    if named := os.environ.get("VERNIER_LIBRARY"):
        return named
    usual = native / "lib" / "vernier" / "libvernier.so"
    quick = usual.parent / "glibc-hwcaps" / "x86-64-v3" / usual.name
    if platform.machine() == "x86_64" and quick.exists():
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as lines:
            flags = next((set(line.split(":", 1)[1].split()) for line in lines if line.startswith("flags")), set())
        if _V3 <= flags:
            return str(quick)
    return str(usual)


class CImage(ctypes.Structure):
    """``vernier_image``."""

    _fields_ = [
        ("samples", ctypes.c_void_p), ("mask", ctypes.c_void_p), ("rank", ctypes.c_int32),
        ("size", ctypes.c_int64 * 3), ("spacing", ctypes.c_double * 3), ("origin", ctypes.c_double * 3),
        ("direction", ctypes.c_double * 9),
    ]


_image, _handle, _words = ctypes.POINTER(CImage), ctypes.c_void_p, ctypes.POINTER(ctypes.c_char_p)
_status, _count = ctypes.c_int32, ctypes.c_int32
_doubles = ctypes.POINTER(ctypes.c_double)
_out, _error = ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(ctypes.c_void_p)

_functions = {
    "version": (ctypes.c_char_p, []),
    "register": (_status, [_image, _image, _handle, _words, _count, _out, _error]),
    "judge": (_status, [_image, _image, _handle, _words, _count, _out, _error]),
    "alignment_json": (ctypes.c_char_p, [_handle]),
    "alignment_transform": (_handle, [_handle]),
    "alignment_report": (_status, [_handle, _image, _image, _out, _error]),
    "transform_read": (_status, [ctypes.c_char_p, _image, _image, _out, _error]),
    "transform_write": (_status, [_handle, ctypes.c_char_p, _image, _image, _error]),
    "transform_of_matrix": (_status, [ctypes.c_int32, _doubles, _out, _error]),
    "transform_rank": (ctypes.c_int32, [_handle]),
    "transform_matrix": (ctypes.c_int32, [_handle, _doubles]),
    "transform_points": (None, [_handle, ctypes.c_void_p, ctypes.c_int64]),
    "transform_inverse": (_handle, [_handle]),
    "resample": (_status, [_image, _image, _handle, _words, _count, ctypes.c_void_p, ctypes.c_void_p, _error]),
    "series_begin": (_status, [_image, ctypes.c_int64, _words, _count, _out, _error]),
    "series_add": (_status, [_handle, _image, _error]),
    "series_poses": (_status, [_handle, ctypes.c_int64, _out, _error]),
    "alignment_release": (None, [_handle]),
    "transform_release": (None, [_handle]),
    "series_release": (None, [_handle]),
    "text_release": (None, [ctypes.c_void_p]),
}


def _load() -> ctypes.CDLL:
    path = _path()
    try:
        library = ctypes.CDLL(path)
    except OSError as error:
        raise ImportError(f"{path} cannot be loaded: {error}; install the wheel anew, or name it by VERNIER_LIBRARY") from error
    for name, (result, arguments) in _functions.items():
        function = getattr(library, "vernier_" + name)
        function.restype, function.argtypes = result, arguments
        setattr(library, name, function)
    return library


library = _load()
version: str = library.version().decode()


@lru_cache(maxsize=256)
def words(options: tuple[str, ...]) -> ctypes.Array:
    """Words of a command line as C takes them."""
    return (ctypes.c_char_p * len(options))(*(word.encode() for word in options))


def text(pointer: ctypes.c_void_p) -> str:
    """Text that C gave, which is released."""
    try:
        return ctypes.string_at(pointer.value).decode()
    finally:
        library.text_release(pointer)


class OptionError(ValueError):
    """Options that are wrong whatever the images are."""


def check(status: int, error: ctypes.c_void_p) -> None:
    """Raises what a function of C's says in place of an answer, with options named as Python's."""
    if status == 0:
        return
    message = text(error)
    for name in ("fixed-mask", "moving-mask", "weights", "transform", "method", "metric", "prepare", "initial",
                 "interpolation", "background", "threads", "reference"):
        message = message.replace("--" + name, name.replace("-", "_"))
    raise (OptionError if status == 2 else ValueError)(message)


def option_words(**options: object) -> tuple[str, ...]:
    """Options as the command writes them; those that are None are left out."""
    found: list[str] = []
    for name, value in options.items():
        if value is None:
            continue
        if isinstance(value, (list, tuple)):
            value = ",".join(map(str, value))
        if not isinstance(value, (str, int, float, os.PathLike)):
            raise TypeError(f"{name} cannot be of type {type(value).__name__}")
        found.append(f"--{name.replace('_', '-')}={value}")
    return tuple(found)


def optional(image: Optional[CImage]):
    """A pointer to an image, or none."""
    return None if image is None else ctypes.byref(image)
