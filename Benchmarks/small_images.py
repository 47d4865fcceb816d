"""The cases `small` and `efficiency` of Benchmarks/run: rigid registration of small pairs with known answers.

Each contender's command prints a matrix and the milliseconds of each pair; here they are compared with the truth. An answer
counts as a failure where it is missing or off by more than 2 px (|Δtx| + |Δty| of the centre) or 5°; the mean errors are those of all answers.
"""
import json
import math
import os
import statistics

OURS = ["search+refine", "fft", "fourier-mellin+refine"]
RIVALS = {
    "sift": "OpenCV SIFT + RANSAC", "ecc-24": "OpenCV ECC, 24 angles", "simpleitk-12": "SimpleITK correlation, 12 angles",
    "imreg_dft": "imreg_dft, scale 1", "pystackreg": "pystackreg, from the identity",
    "skimage": "scikit-image, log-polar + shift",
}
LOCAL_RIVALS = {
    "ecc-identity": "OpenCV ECC, its defaults", "ecc-identity-strict": "OpenCV ECC, ε 1e-6",
    "simpleitk-identity": "SimpleITK correlation", "pystackreg": "pystackreg",
}
MOST_PIXELS, MOST_DEGREES = 2, 5


def errors(matrix, truth, side):
    """|Δtx| + |Δty| of the centre, the squared distance of the centre, and degrees around the circle."""
    center = [(side - 1) / 2] * 2 + [1]
    gap = [sum((a - b) * c for a, b, c in zip(row, other, center)) for row, other in zip(matrix[:2], truth[:2])]
    turn = math.degrees(math.atan2(matrix[1][0], matrix[0][0]) - math.atan2(truth[1][0], truth[0][0]))
    return abs(gap[0]) + abs(gap[1]), gap[0] ** 2 + gap[1] ** 2, abs((turn + 180) % 360 - 180)


def is_off(error):
    return error is None or error[0] > MOST_PIXELS or error[2] > MOST_DEGREES


def read(folder, name):
    with open(os.path.join(folder, name)) as file:
        return json.load(file)


def judge(line, truth, side):
    return [None if matrix is None else errors(matrix, t, side) for matrix, t in zip(line["matrices"], truth)]


def row(case, contender, line, truth, side):
    found = judge(line, truth, side)
    answers = [error for error in found if error is not None]
    mean = lambda values: statistics.mean(values) if values else None
    return {
        "case": case, "contender": contender, "n": len(found), "threads": line.get("threads"),
        "median_ms": statistics.median(line["samples_ms"]), "no_answer": len(found) - len(answers),
        "failures": sum(map(is_off, found)), "mean_shift": mean([e[0] for e in answers]),
        "mean_rotation": mean([e[2] for e in answers]), "median_shift": statistics.median([e[0] for e in answers] or [math.nan]),
        "median_rotation": statistics.median([e[2] for e in answers] or [math.nan]),
        "versions": line.get("versions", {}), "samples_ms": line["samples_ms"],
    }


def batch(tools, folder):
    """`vernier batch` on one thread: the seconds that it states for each pair."""
    lines = tools.run_lines([tools.VERNIER, "batch", os.path.join(folder, "pairs.csv"), "--transform", "rigid",
                             "--jobs", "1", "--threads", "1"])
    if not lines:
        return None
    return {"samples_ms": [1000 * line.get("seconds", math.nan) for line in lines], "threads": 1,
            "matrices": [line.get("matrix") for line in lines]}


def show(value, form):
    return "–" if value is None else format(value, form)


def small(tools, count):
    """The small-image paper's pairs, the contenders in turn."""
    sets, _ = tools.run_json(tools.rival("small_pairs.py", os.path.join(tools.WORK, "small"), tools.data_folder(), count))
    rows = []
    for item in sets or []:
        folder, side = item["folder"], item["side"]
        truth = read(folder, "truth.json")
        contenders = [(f"Vernier {chain}", lambda c=chain: tools.run_json([tools.OURS, "small", folder, c])[0]) for chain in OURS]
        contenders.append(("vernier batch", lambda: batch(tools, folder)))
        contenders += [
            (title, lambda n=name: tools.run_json(tools.rival("small.py", n, folder))[0]) for name, title in RIVALS.items()]
        for title, measure in contenders:
            tools.note(f"{item['name']}: {title}")
            if line := measure():
                rows.append(row(item["name"], title, line, truth, side))
    table = [["pairs", "contender", "n", "median ms", "mean shift, px", "median", "mean rotation, °", "median", "no answer", "failures"]]
    for r in rows:
        table.append([
            r["case"], r["contender"], str(r["n"]), show(r["median_ms"], ".3f"), show(r["mean_shift"], ".3f"),
            show(r["median_shift"], ".3f"), show(r["mean_rotation"], ".3f"), show(r["median_rotation"], ".3f"),
            str(r["no_answer"]), str(r["failures"])])
    return rows, table


def efficiency(tools, count):
    """RMSE over the Cramér–Rao bound on the pairs that `vernier study efficiency` draws, rivals from the identity.

    Over the root of the mean bound, and pair by pair: the root mean square of each error over its own bound.
    """
    out = os.path.join(tools.WORK, "efficiency")
    done = tools.run([tools.VERNIER, "study", "efficiency", "--data", tools.data_folder(), "--count", str(count), "-o", out])
    if done.returncode != 0:
        tools.note(done.stderr.strip().splitlines()[-1])
        return [], []
    rows = []
    with open(os.path.join(out, "efficiency.csv")) as file:
        header, *lines = [line.strip().split(",") for line in file]
    for values in (dict(zip(header, line)) for line in lines):
        if values["motion"] == "small":
            rows.append({"noise": int(values["noise_percent"]), "contender": f"Vernier {values['method']}", "n": int(values["n"]),
                         "off": int(values["off"]), "shift": float(values["shift_rmse_px"]) / float(values["shift_bound_px"]),
                         "rotation": float(values["rotation_rmse_deg"]) / float(values["rotation_bound_deg"]),
                         "shift_each": float(values["shift_per_pair"]), "rotation_each": float(values["rotation_per_pair"])})
    for noise in sorted({r["noise"] for r in rows}):
        folder = os.path.join(out, "pairs", f"noise-{noise}")
        truth, bounds = read(folder, "truth.json"), read(folder, "bounds.json")
        for name, title in LOCAL_RIVALS.items():
            tools.note(f"noise {noise} %: {title}")
            line, _ = tools.run_json(tools.rival("small.py", name, folder))
            if line:
                rows.append({"noise": noise, "contender": title, **ratios(judge(line, truth, 64), bounds)})
    rows.sort(key=lambda r: r["noise"])
    table = [["noise, %", "contender", "n", "off", "shift, RMSE / bound", "rotation", "shift, pair by pair", "rotation"]]
    for r in rows:
        table.append([str(r["noise"]), r["contender"], str(r["n"]), str(r["off"])]
                     + [show(r[part], ".2f") for part in ("shift", "rotation", "shift_each", "rotation_each")])
    return [{"case": "efficiency", **r} for r in rows], table


def ratios(found, bounds):
    kept = [(error, bound) for error, bound in zip(found, bounds) if not is_off(error)]
    shifts = [(error[1] / 2, bound[0]) for error, bound in kept]
    turns = [(error[2] ** 2, bound[1]) for error, bound in kept]
    pooled = lambda parts: math.sqrt(sum(s for s, _ in parts) / sum(b for _, b in parts)) if parts else None
    each = lambda parts: math.sqrt(statistics.mean(s / b for s, b in parts)) if parts else None
    return {
        "n": len(kept), "off": len(found) - len(kept), "shift": pooled(shifts), "rotation": pooled(turns),
        "shift_each": each(shifts), "rotation_each": each(turns),
    }
