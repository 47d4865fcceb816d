"""The cases `small` and `efficiency` of Benchmarks/run: rigid registration of small pairs with known answers.

Each contender's command prints a matrix and the milliseconds of each pair; here they are compared with the truth. An answer
counts as a failure where it is missing or off by more than 2 px (|Δtx| + |Δty| of the centre) or 5°; means and medians of the
errors are those of all answers.
"""
import csv
import json
import math
import os
import statistics

OURS = ["search+refine", "fourier-mellin+refine", "sift+refine", "sift", "fft"]
TOGETHER_RUNS = 5
RIVALS = {
    "sift": "OpenCV SIFT + RANSAC, its defaults", "sift-precise": "OpenCV SIFT + RANSAC, precise upscaling",
    "ecc-24": "OpenCV ECC, 24 angles", "simpleitk-12": "SimpleITK correlation, 12 angles",
    "imreg_dft": "imreg_dft, scale 1", "pystackreg": "pystackreg, from the identity",
    "skimage": "scikit-image, log-polar + shift",
}
LOCAL_RIVALS = {
    "ecc-identity": "OpenCV ECC, its defaults", "ecc-identity-strict": "OpenCV ECC, ε 1e-6",
    "simpleitk-identity": "SimpleITK correlation", "pystackreg": "pystackreg",
}
MOST_PIXELS, MOST_DEGREES = 2, 5
# What the study's table has for the shift and for the rotation, with the median of χ² for its two components and its one.
PARTS = {"shift": 2 * math.log(2), "rotation": 0.4549364231195727}
MEASURES = {"ratio": ", RMSE / bound", "per_pair": ", per pair", "by_median": ", by the median"}


def errors(matrix, truth, side):
    """|Δtx| + |Δty| of the centre, (Δtx, Δty), and degrees around the circle."""
    center = [(side - 1) / 2] * 2 + [1]
    gap = [sum((a - b) * c for a, b, c in zip(row, other, center)) for row, other in zip(matrix[:2], truth[:2])]
    turn = math.degrees(math.atan2(matrix[1][0], matrix[0][0]) - math.atan2(truth[1][0], truth[0][0]))
    return abs(gap[0]) + abs(gap[1]), gap, abs((turn + 180) % 360 - 180)


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
    return "–" if value is None or math.isnan(value) else "∞" if math.isinf(value) else format(value, form)


def small(tools, count):
    """The small-image paper's pairs, the contenders in turn."""
    sets, _ = tools.run_json(tools.rival("small_pairs.py", os.path.join(tools.WORK, "small"), tools.data_folder(), count))
    rows = []
    for item in sets or []:
        folder, side = item["folder"], item["side"]
        truth = read(folder, "truth.json")
        contenders = [(f"Vernier {chain}", lambda c=chain: tools.run_json([tools.OURS, "small", folder, c])[0]) for chain in OURS]
        contenders[1:1] = [
            ("Vernier search+refine, all pairs by one call",
             lambda: tools.run_json([tools.OURS, "together", folder, "search+refine", str(TOGETHER_RUNS)])[0]),
            ("vernier batch", lambda: batch(tools, folder))]
        contenders += [
            (title, lambda n=name: tools.run_json(tools.rival("small.py", n, folder))[0]) for name, title in RIVALS.items()]
        for title, measure in contenders:
            tools.note(f"{item['name']}: {title}")
            if line := measure():
                rows.append(row(item["name"], title, line, truth, side))
    base = {r["case"]: r["median_ms"] for r in rows if r["contender"] == f"Vernier {OURS[0]}"}
    table = [["pairs", "contender", "n", "median ms", "ratio", "mean shift, px", "median shift", "mean rotation, °", "median rotation", "no answer", "failures"]]
    for r in rows:
        ratio = r["median_ms"] / base[r["case"]] if base.get(r["case"]) else None
        table.append([
            r["case"], r["contender"], str(r["n"]), show(r["median_ms"], ".3f"), show(ratio, ".2f" if ratio and ratio < 10 else ".0f"),
            show(r["mean_shift"], ".3f"), show(r["median_shift"], ".3f"), show(r["mean_rotation"], ".3f"),
            show(r["median_rotation"], ".3f"), str(r["no_answer"]), str(r["failures"])])
    return rows, table


def efficiency(tools, count):
    """RMSE over the Cramér–Rao bound on the pairs that `vernier-studies efficiency` draws, rivals from the identity.

    The measures are the study's; its report says what they mean. "Attainable" is per pair, and the same for shift and rotation.
    """
    out = os.path.join(tools.WORK, "efficiency")
    done = tools.run([tools.STUDIES, "efficiency", "--data", tools.data_folder(), "--count", str(count), "-o", out])
    if done.returncode != 0:
        tools.note(done.stderr.strip().splitlines()[-1])
        return [], []
    rows = []
    with open(os.path.join(out, "efficiency.csv"), newline="") as file:
        for line in csv.DictReader(file):
            if line["motion"] == "small":
                rows.append(study_row(line))
    for noise in sorted({r["noise"] for r in rows}):
        folder = os.path.join(out, "pairs", f"noise-{noise}")
        truth, bounds = read(folder, "truth.json"), read(folder, "bounds.json")
        for name, title in LOCAL_RIVALS.items():
            tools.note(f"noise {noise} %: {title}")
            line, _ = tools.run_json(tools.rival("small.py", name, folder))
            if line:
                rows.append({"noise": noise, "contender": title, **ratios(judge(line, truth, 64), bounds)})
    rows.sort(key=lambda r: r["noise"])
    table = [["noise, %", "contender", "n", "off", "attainable"] + [f"{part}{name}" for part in PARTS for name in MEASURES.values()]]
    for r in rows:
        table.append([str(r["noise"]), r["contender"], str(r["n"]), str(r["off"]), show(r["shift_attainable_per_pair"], ".2f")]
                     + [show(r[f"{part}_{measure}"], ".2f") for part in PARTS for measure in MEASURES])
    return [{"case": "efficiency", **r} for r in rows], table


def study_row(line):
    """A row of efficiency.csv; what is no method of Vernier's keeps its name."""
    method = line["method"]
    row = {"noise": int(line["noise_percent"]), "contender": method if " " in method else f"Vernier {method}",
           "n": int(line["n"]), "off": int(line["off"])}
    for part in PARTS:
        value = lambda name: float(line[f"{part}_{name}"])
        row |= {f"{part}_ratio": value("rmse") / value("bound"), f"{part}_attainable": value("attainable") / value("bound"),
                f"{part}_per_pair": value("per_pair"), f"{part}_attainable_per_pair": value("attainable_per_pair"),
                f"{part}_by_median": value("by_median")}
    return row


def ratios(found, bounds):
    """The same measures as the study's, of a rival."""
    kept = [not is_off(error) for error in found]
    row = {"n": sum(kept), "off": len(kept) - sum(kept)}
    squares = {
        "shift": [math.inf if e is None else (e[1][0] ** 2 + e[1][1] ** 2) / 2 for e in found],
        "rotation": [math.inf if e is None else e[2] ** 2 for e in found]}
    variances = {
        "shift": [(b["shift"][0][0] + b["shift"][1][1]) / 2 for b in bounds], "rotation": [b["rotation"] for b in bounds]}
    normal = {
        "shift": [math.inf if e is None else squared_distance(e[1], b["shift"]) for e, b in zip(found, bounds)],
        "rotation": [square / variance for square, variance in zip(squares["rotation"], variances["rotation"])]}
    for part, median in PARTS.items():
        of = [(s, v, v * b["excess"] ** 2) for s, v, b, k in zip(squares[part], variances[part], bounds, kept) if k]
        root = lambda values: math.sqrt(statistics.mean(values)) if values else math.nan
        bound = root([v for _, v, _ in of])
        row |= {f"{part}_ratio": root([s for s, _, _ in of]) / bound, f"{part}_attainable": root([a for _, _, a in of]) / bound,
                f"{part}_per_pair": root([s / v for s, v, _ in of]), f"{part}_attainable_per_pair": root([a / v for _, v, a in of]),
                f"{part}_by_median": math.sqrt(statistics.median(normal[part]) / median)}
    return row


def squared_distance(gap, covariance):
    (a, b), (_, d) = covariance
    return (d * gap[0] ** 2 - 2 * b * gap[0] * gap[1] + a * gap[1] ** 2) / (a * d - b * b)
