"""A scan of 3000×9000 samples of 16 bits, out of a plate of `plates`: large_plate.py PLATE LAYOUT FOLDER.

Bicubic, once as it is and once with the blue and red exposures' contents moved by known whole samples within their frames. Prints the two
files and what was added to blue's and red's shift, as one line of JSON. LAYOUT is the JSON of `vernier colorize --json`.
"""
import json
import os
import sys

import numpy as np
from PIL import Image

SIZE = (3000, 9000)
ADDED = {"blue": (-31, 22), "red": (23, -17)}
RIM = 60

path, layout, folder = sys.argv[1:]
plate = Image.open(path).convert("F")
across, down = SIZE[0] / plate.width, SIZE[1] / plate.height
plain = np.clip(np.asarray(plate.resize(SIZE, Image.BICUBIC)) * 257, 0, 65535)
moved = plain.copy()
for name, (x, y) in ADDED.items():
    region = json.loads(layout)["exposures"][name]
    rows = slice(int(region["rows"][0] * down) + RIM, int(region["rows"][1] * down) - RIM)
    columns = slice(int(region["columns"][0] * across) + RIM, int(region["columns"][1] * across) - RIM)
    moved[rows, columns] = np.roll(plain[rows, columns], (y, x), (0, 1))
files = [os.path.join(folder, name) for name in ("plate-large.tif", "plate-large-moved.tif")]
os.makedirs(folder, exist_ok=True)
for file, samples in zip(files, (plain, moved)):
    Image.fromarray(np.rint(samples).astype(np.uint16)).save(file)
print(json.dumps({"files": files, "added": ADDED, "size": SIZE}))
