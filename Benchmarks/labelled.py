"""The case `people` of Benchmarks/run: labelled brains of different people onto each other, by an affine map and by a B-spline.

Each of the eight brains of `mri_oasis_malf` is the fixed one once, the next in the order of their names the moving one, so that no pair is of one
person. See rivals/people.py for what the contenders do and what is measured. Seconds are of two threads.
"""
import os
import statistics

CONTENDERS = {
    "none": "no registration", "vernier": "Vernier", "vernier-ncc": "Vernier, NCC", "elastix": "elastix, its default maps",
    "simpleitk": "SimpleITK",
}


def people(tools, _):
    folder = os.path.join(tools.data_folder(), "mri_oasis_malf")
    names = sorted(n.split("_")[0] for n in (os.listdir(folder) if os.path.isdir(folder) else []) if n.endswith("_SS.nii.gz"))
    if not names:
        tools.note("no mri_oasis_malf: the case is left out")
        return [], []
    found = {name: [] for name in CONTENDERS}
    os.environ["VERNIER"] = tools.VERNIER
    for fixed, moving in zip(names, names[1:] + names[:1]):
        for contender in CONTENDERS:
            tools.note(f"{moving} onto {fixed}: {contender}")
            work = os.path.join(tools.WORK, f"people-{contender}")
            files = [os.path.join(folder, f"{n}_{kind}.nii.gz") for kind in ("SS", "glm") for n in (fixed, moving)]
            line, _ = tools.run_json(tools.rival("people.py", contender, *files, work, 2))
            if line:
                found[contender].append(line)
                tools.note(f"  Dice {line['dice']}, seconds {line['seconds']}, folding {line['folding']}")
    rows, table = [], [["people to people", "stage", "n", "mean Dice", "least", "folded, worst pair", "least determinant", "median s"]]
    for contender, title in CONTENDERS.items():
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
