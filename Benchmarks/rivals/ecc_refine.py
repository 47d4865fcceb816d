"""OpenCV's findTransformECC in process: ecc_refine.py affine|rigid FIXED MOVING RUNS [EPSILON ITERATIONS].

From the identity. The images are read before; each run is the call alone. Defaults are OpenCV's: 0.001 and 50.
"""
import sys

import cv2
import numpy as np
from common import emit, measure, versions

model, fixed, moving, runs = sys.argv[1:5]
epsilon, iterations = (float(sys.argv[5]), int(sys.argv[6])) if len(sys.argv) > 5 else (0.001, 50)
motion = {"affine": cv2.MOTION_AFFINE, "rigid": cv2.MOTION_EUCLIDEAN}[model]
fixed, moving = cv2.imread(fixed, cv2.IMREAD_GRAYSCALE), cv2.imread(moving, cv2.IMREAD_GRAYSCALE)
criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, iterations, epsilon)


def align():
    start = np.eye(2, 3, dtype=np.float32)
    return cv2.findTransformECC(fixed, moving, start, motion, criteria, None, 5)


(similarity, matrix), samples = measure(align, int(runs))
emit(
    f"refine {model}", f"OpenCV ECC ε={epsilon:g}", samples, versions("opencv-python-headless", "numpy"),
    threads=cv2.getNumThreads(), similarity=similarity, matrix=np.vstack([matrix, [0, 0, 1]]).tolist(),
)
