"""The case `plates` of Benchmarks/run: the shifts of a glass plate's exposures, ours and the rivals', against the checked shifts.

All cut the exposures at the same rows and columns. An error is the distance between the shift found and the one that
`CheckedShifts.swift` has for that exposure; a plate's exposure is off where that is more than 1 px.
"""
import json
import math
import os
import re
import statistics
import subprocess
import time

OURS = {
    "auto": ("auto", "ncc", "Vernier auto, the whole job"),
    "descent-mse": ("gradient-shift", "mse", "Vernier gradient-shift, MSE, 30 steps"),
    "descent-ncc": ("gradient-shift", "ncc", "Vernier gradient-shift, NCC, 30 steps"),
    "search-mse": ("exhaustive-shift", "mse", "Vernier exhaustive-shift, MSE"),
    "search-ncc": ("exhaustive-shift", "ncc", "Vernier exhaustive-shift, NCC"),
    "search-ssim": ("exhaustive-shift", "ssim", "Vernier exhaustive-shift, SSIM"),
}
RIVALS = {
    "torch-descent-mse": "PyTorch, the paper's descent, MSE, 30 steps", "torch-descent-ncc": "PyTorch, the paper's descent, NCC, 30 steps",
    "torch-search-mse": "PyTorch, the paper's search, MSE", "torch-search-ncc": "PyTorch, the paper's search, NCC",
    "skimage": "scikit-image phase_cross_correlation", "skimage-edges": "scikit-image phase_cross_correlation, Sobel edges",
}
RUNS = 5
# The plate that a large scan is made of.
LARGE = "00149v"


def checked(tools):
    """Name → the displacements of blue and red on the plate."""
    number = r"(-?[\d.]+)"
    row = re.compile(rf'"(\w+)": \(\[{number}, {number}\], \[{number}, {number}\]\)')
    path = os.path.join(tools.ROOT, "Sources", "VernierStudies", "Shifts", "CheckedShifts.swift")
    with open(path) as file:
        return {m[1]: [(float(m[2]), float(m[3])), (float(m[4]), float(m[5]))] for m in row.finditer(file.read())}


def plates(tools, _):
    folder = os.path.join(tools.data_folder(), "plates")
    truth = checked(tools)
    big = None
    names = sorted(n for n in (os.listdir(folder) if os.path.isdir(folder) else []) if n.rsplit(".", 1)[0] in truth)
    if not names:
        tools.note("no plates: the case is left out")
        return [], []
    found = {title: {"samples": [], "errors": [], "versions": {}} for title in [t for _, _, t in OURS.values()] + list(RIVALS.values())}
    for name in names:
        tools.note(name)
        path = os.path.join(folder, name)
        job, _ = tools.run_json([tools.VERNIER, "colorize", path, "-o", os.path.join(tools.ROOT, ".build", "bench-plate.png"), "--json"])
        layout = job["layout"]
        origins = layout["origins"]
        expected = [(x, y - (origins[i] - origins[1])) for (x, y), i in zip(truth[name.rsplit(".", 1)[0]], (0, 2))]
        height = layout["exposures"]["green"]["rows"][1] - origins[1]
        for method, metric, title in OURS.values():
            line, _ = tools.run_json([tools.OURS, "plate", method, metric, path, str(RUNS)])
            # An affine map's shift is that of the reference's middle, where its matrix sends it.
            green = layout["exposures"]["green"]
            middle = [(green["columns"][0] + green["columns"][1] - 1) / 2, (green["rows"][0] + height + origins[1] - 1) / 2 - origins[1]]
            shifts = [[a - b for a, b in zip(tools.send(m, middle), middle)] for m in line["matrices"]]
            add(found[title], line, shifts, expected)
        for method, title in RIVALS.items():
            line, _ = tools.run_json(tools.rival("plates.py", method, path, json.dumps(layout), RUNS))
            if line:
                add(found[title], line, line["shifts"], expected)
        if name.startswith(LARGE):
            big = large(tools, path, layout)
    base = statistics.median(found[OURS["auto"][2]]["samples"])
    rows, table = [], [["plates", "contender", "n", "median ms", "ratio", "mean error, px", "median error", "largest", "off"]]
    for title, item in found.items():
        errors = item["errors"]
        median = statistics.median(item["samples"]) if item["samples"] else math.nan
        off = sum(error > 1 for error in errors)
        rows.append({"case": "plates", "contender": title, "n": len(item["samples"]), "median_ms": median, "errors": errors,
                     "samples_ms": item["samples"], "versions": item["versions"]})
        if errors:
            table.append([str(len(names)), title, str(len(item["samples"])), f"{median:.2f}", f"{median / base:.2f}", f"{statistics.mean(errors):.2f}",
                          f"{statistics.median(errors):.2f}", f"{max(errors):.2f}", f"{off} of {len(errors)}"])
    if big:
        for row in big[0]:
            rows.append(row)
            print(f"3000×9000 of 16 bits, {row['contender']}, the whole process: {min(row['samples_ms']):.0f} ms, the better of {len(row['samples_ms'])}; "
                  f"added shifts come out to {max(row['errors']):.2f} px")
        print(f"At most {big[1]:.0f} MiB of memory.\n")
    return rows, table


def large(tools, path, layout):
    """A large scan, the whole process: milliseconds, memory, and how exactly added shifts come out."""
    scan, _ = tools.run_json(tools.rival("large_plate.py", path, json.dumps(layout), tools.WORK))
    rows, memory = [], 0
    for ending in ("tif", "png"):
        samples, shifts = [], []
        for file in scan["files"]:
            out = os.path.join(tools.WORK, f"plate-large-picture.{ending}")
            start = time.perf_counter()
            process = subprocess.Popen(
                [tools.VERNIER, "colorize", file, "-o", out, "--json", "--transform", "translation"], stdout=subprocess.PIPE)
            job = json.loads(process.stdout.read())
            _, _, usage = os.wait4(process.pid, 0)
            samples.append((time.perf_counter() - start) * 1000)
            memory = max(memory, usage.ru_maxrss / 1024)
            at = job["layout"]["origins"]
            shifts.append([(a["parameters"]["translation"][0], a["parameters"]["translation"][1] + at[i] - at[1])
                           for a, i in zip(job["alignments"], (0, 2))])
        errors = [math.dist((b[0] - a[0], b[1] - a[1]), scan["added"][name])
                  for a, b, name in zip(*shifts, ("blue", "red"))]
        rows.append({"case": "large plate", "contender": f"vernier colorize, to {ending}", "samples_ms": samples, "errors": errors})
    return rows, memory


def add(item, line, shifts, expected):
    item["samples"] += line["samples_ms"]
    item["versions"] |= line.get("versions", {})
    item["errors"] += [math.dist(shift, truth) for shift, truth in zip(shifts, expected)]
