"""The whole program a person would write with OpenCV: ecc_process.py affine|rigid FIXED MOVING.

The driver times this process from start to end, imports included. OpenCV's own defaults: 50 iterations, epsilon 0.001,
a Gaussian of 5 pixels, from the identity.
"""
import json
import sys

import cv2
import numpy as np

model, fixed, moving = sys.argv[1:]
motion = {"affine": cv2.MOTION_AFFINE, "rigid": cv2.MOTION_EUCLIDEAN}[model]
fixed, moving = cv2.imread(fixed, cv2.IMREAD_GRAYSCALE), cv2.imread(moving, cv2.IMREAD_GRAYSCALE)
similarity, matrix = cv2.findTransformECC(
    fixed, moving, np.eye(2, 3, dtype=np.float32), motion,
    (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 50, 0.001), None, 5,
)
print(json.dumps({"similarity": similarity, "matrix": np.vstack([matrix, [0, 0, 1]]).tolist()}))
