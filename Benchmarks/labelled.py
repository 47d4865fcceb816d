"""Cases of Benchmarks/run on labelled volumes: `people`, `tables` and `starts`. See rivals/labelled.py and rivals/large_starts.py for what the contenders do."""
import csv
import json
import os
import statistics

PEOPLE = {
    "none": "no registration", "vernier": "Vernier", "vernier-ncc": "Vernier, NCC", "elastix": "elastix, its default maps",
    "simpleitk": "SimpleITK",
}
TABLES = {"none": "no registration", "simpleitk": "SimpleITK", "vernier": "Vernier"}
# The made columns of `vernier-studies volumes` as options of `vernier synthesize`; `mm` is a millimetre in percent of the scan's longest side.
CUBES = "--cubes --size 64 --transform similarity --rotation 20 --scale 0.9:1.1 --shift 4.6875"
MADE = {
    "Rotated": lambda mm: "--rotation 15 --shift 0",
    "Translated": lambda mm: f"--transform translation --shift {17 * mm!r}",
    "Transl.-rotated": lambda mm: f"--rotation 12 --shift {12 * mm!r}",
}


def brains(tools):
    """The labelled brains' folder and names; those of one person are not neighbours in this order, nor are the last and the first."""
    folder = os.path.join(tools.data_folder(), "mri_oasis_malf")
    names = sorted(n.split("_")[0] for n in (os.listdir(folder) if os.path.isdir(folder) else []) if n.endswith("_SS.nii.gz"))
    if not names:
        tools.note("no mri_oasis_malf: the brains are left out")
    return folder, names


def neighbours(tools):
    """Each brain is the fixed one once, the next the moving one: files of volumes and labels."""
    folder, names = brains(tools)
    return [[os.path.join(folder, f"{n}_{kind}.nii.gz") for kind in ("SS", "glm") for n in pair]
            for pair in zip(names, names[1:] + names[:1])]


def measure(tools, pairs, contenders, model):
    """What each contender prints of each pair."""
    found = {name: [] for name in contenders}
    os.environ["VERNIER"] = tools.VERNIER
    for number, files in enumerate(pairs):
        for contender in contenders:
            work = os.path.join(tools.WORK, f"labelled-{contender}")
            line, _ = tools.run_json(tools.rival("labelled.py", contender, *files, work, 2, model))
            if line:
                found[contender].append(line)
                tools.note(f"pair {number}, {contender}: Dice {line['dice']}, seconds {line['seconds']}, folding {line['folding']}")
    return found


def people(tools, count):
    found = measure(tools, neighbours(tools)[:count], PEOPLE, "bspline")
    rows, table = [], [["people to people", "stage", "n", "mean Dice", "least", "folded, worst pair", "least determinant", "median s"]]
    for contender, title in PEOPLE.items():
        lines = found[contender]
        for stage, name in enumerate(("affine", "B-spline")):
            dice = [line["dice"][stage] for line in lines if len(line["dice"]) > stage]
            if not dice:
                continue
            seconds = [line["seconds"][stage] for line in lines]
            folds = [line["folding"] for line in lines] if stage == 1 else []
            rows.append({"case": "people", "contender": f"{title}, {name}", "dice": dice, "folding": folds,
                         "samples_ms": [1000 * s for s in seconds], "median_ms": 1000 * statistics.median(seconds)})
            table.append([
                title, "–" if contender == "none" else name, str(len(dice)), f"{statistics.mean(dice):.4f}", f"{min(dice):.4f}",
                f"{max(f['share'] for f in folds):.1e}" if folds else "–", f"{min(f['least'] for f in folds):.2f}" if folds else "–",
                f"{statistics.median(seconds):.1f}"])
    return rows, table


def made(tools, title, options, count):
    """Files of pairs that `vernier synthesize` makes, those of the study's seed 1."""
    folder = os.path.join(tools.WORK, "tables", title)
    done = tools.run([tools.VERNIER, "synthesize", *options.split(), "--count", str(count), "--seed", "1", "-o", folder])
    if done.returncode:
        tools.note((done.stderr.strip().splitlines() or ["nothing"])[-1])
        return []
    with open(os.path.join(folder, "pairs.csv")) as file:
        return [[row[name] for name in ("fixed", "moving", "fixed_labels", "moving_labels")] for row in csv.DictReader(file)]


def longest_side(tools, path):
    """In millimetres."""
    grid = json.loads(tools.run([tools.VERNIER, "info", path, "--json"]).stdout)
    return max(n * step for n, step in zip(grid["size"], grid["spacing"]))


def tables(tools, count):
    """The columns of `vernier-studies volumes` that it makes itself and its people, by the peer that the paper measured."""
    count = min(count, 20)
    columns = {"Synthetic": made(tools, "Synthetic", CUBES, count)}
    folder, names = brains(tools)
    if names:
        scan, labels = (os.path.join(folder, f"{names[0]}_{kind}.nii.gz") for kind in ("SS", "glm"))
        mm = 100 / longest_side(tools, scan)
        for title, options in MADE.items():
            columns[title] = made(tools, title, f"--volume {scan} --labels {labels} {options(mm)}", count)
        columns["People"] = neighbours(tools)[:count]
    rows, table = [], [["pairs", "contender", "n", "mean Dice", "mean of labels", "median s"]]
    for title, pairs in columns.items():
        for contender, lines in measure(tools, pairs, TABLES, "affine").items():
            if not lines:
                continue
            whole, labels, seconds = ([line[key][0] for line in lines] for key in ("whole", "dice", "seconds"))
            rows.append({"case": title, "contender": TABLES[contender], "dice": whole, "label_dice": labels,
                         "samples_ms": [1000 * s for s in seconds], "median_ms": 1000 * statistics.median(seconds)})
            table.append([title, TABLES[contender], str(len(lines)), f"{statistics.mean(whole):.3f}", f"{statistics.mean(labels):.3f}",
                          "–" if contender == "none" else f"{statistics.median(seconds):.1f}"])
    return rows, table


def starts(tools, count):
    """Starts of `vernier-studies volumes` that are far off, and what SimpleITK makes of them."""
    count = min(count, 20)
    folder = os.path.join(tools.WORK, "starts")
    if not tools.data_folder():
        tools.note("no data: the starts are left out")
        return [], []
    done = tools.run([tools.STUDIES, "volumes", "--section", "starts", "--data", tools.data_folder(), "--count", str(count), "-o", folder])
    path = os.path.join(folder, "large-starts.csv")
    if done.returncode or not os.path.exists(path):
        tools.note((done.stderr.strip().splitlines() or ["no starts"])[-1])
        return [], []
    with open(path) as file:
        ours = [row for row in csv.DictReader(file) if row["condition"] == "moved" and row["model"] == "rigid"]
    theirs, _ = tools.run_json(tools.rival("large_starts.py", path, tools.data_folder(), count, 1))
    found = {"Vernier": ([float(row["error"]) for row in ours], [float(row["seconds"]) for row in ours],
                         sum(float(row["error"]) < float(row["tolerance"]) for row in ours))}
    if theirs:
        found["SimpleITK"] = (theirs["errors"], theirs["seconds"], theirs["right"])
    rows, table = [], [["rigid, starts up to 90° and 100 mm off", "n", "right", "median error mm", "median s"]]
    for contender, (errors, seconds, right) in found.items():
        rows.append({"case": "starts", "contender": contender, "errors_mm": errors, "right": right,
                     "samples_ms": [1000 * s for s in seconds], "median_ms": 1000 * statistics.median(seconds)})
        table.append([contender, str(len(errors)), str(right), f"{statistics.median(errors):.2f}", f"{statistics.median(seconds):.1f}"])
    return rows, table
