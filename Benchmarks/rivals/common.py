"""What every rival's script shares: timing after warm-up, and one line of JSON on standard output."""
import json
import platform
import statistics
import time
from importlib import metadata


def measure(work, runs, warmup=1):
    """Calls `work` and returns its last result with the milliseconds of each call after the warm-up."""
    for _ in range(warmup):
        work()
    samples, result = [], None
    for _ in range(runs):
        start = time.perf_counter()
        result = work()
        samples.append((time.perf_counter() - start) * 1000)
    return result, samples


def versions(*packages):
    return {"python": platform.python_version()} | {name: metadata.version(name) for name in packages}


def emit(case, contender, samples, versions, warmup=1, **rest):
    """Prints the line. `matrix`, where given, is homogeneous: fixed point to moving point, physical coordinates."""
    low, _, high = statistics.quantiles(samples, n=4) if len(samples) > 1 else [samples[0]] * 3
    line = {
        "case": case, "contender": contender, "n": len(samples), "warmup": warmup,
        "median_ms": statistics.median(samples), "iqr_ms": high - low, "samples_ms": samples,
    }
    print(json.dumps(line | rest | {"versions": versions}))


def homogeneous(transform):
    """The 4×4 matrix of a linear SimpleITK transform."""
    import numpy as np

    offset = np.array(transform.TransformPoint((0.0, 0.0, 0.0)))
    matrix = np.eye(4)
    matrix[:3, :3] = np.array([np.array(transform.TransformPoint(tuple(e))) - offset for e in np.eye(3)]).T
    matrix[:3, 3] = offset
    return matrix


def middle(volume):
    """The corners of a volume's middle half, where the head is, and the diagonal of its voxels in millimetres."""
    corners = []
    for corner in range(8):
        index = [(0.25, 0.75)[corner >> axis & 1] * (n - 1) for axis, n in enumerate(volume.GetSize())]
        corners.append(volume.TransformContinuousIndexToPhysicalPoint(index))
    return {"corners": corners, "voxel_diagonal": sum(step * step for step in volume.GetSpacing()) ** 0.5}
