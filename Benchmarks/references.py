"""The case `references` of Benchmarks/run: rigid registration of MR volumes whose answer a data set tells, beside SimpleITK's recipe."""
import os
import statistics


def longitudinal(patient, fixed, moving, *transforms):
    folder = f"mri_ms_longitudinal/{patient}"
    return [f"{folder}/{fixed}.nii.gz", f"{folder}/{moving}.nii.gz", *(f"{folder}/{name}.txt" for name in transforms)]


def stripped(contrast):
    return f"mri_ms_mni_aligned/patient07/{contrast}_N4_noneck_reduced_winsor_regtoFLAIR_brain_N4_regtoMNI.nii.gz"


PAIRS = {
    "patient01, FLAIR of two visits": longitudinal(
        "patient01", "study1_FLAIR", "study2_FLAIR", "study1_FLAIR_to_common_space", "study2_FLAIR_to_common_space"),
} | {
    f"{patient} visit {visit}, T1 to FLAIR": longitudinal(
        patient, f"study{visit}_FLAIR", f"study{visit}_T1W", f"study{visit}_T1W_intrastudy_to_FLAIR")
    for patient, visit in (("patient01", 1), ("patient01", 2), ("patient04", 1), ("patient20", 2))
}


def moved(tools):
    """The stripped patient's T1 and T2, moved by known motions, to FLAIR."""
    for contrast in ("T1", "T2"):
        for seed in range(1, 6):
            files = [os.path.join(tools.data_folder(), stripped(name)) for name in ("FLAIR", contrast)]
            out = os.path.join(tools.WORK, f"moved-{contrast}-{seed}.nii.gz")
            if all(map(os.path.exists, files)):
                os.makedirs(tools.WORK, exist_ok=True)
                truth, _ = tools.run_json(tools.rival("sitk_moved.py", *files, out, seed))
                yield f"patient07 moved ({seed}), {contrast} to FLAIR", files[0], out, truth


def known(tools):
    for name, files in PAIRS.items():
        fixed, moving, *transforms = (os.path.join(tools.data_folder(), file) for file in files)
        if all(map(os.path.exists, [fixed, moving, *transforms])):
            truth, _ = tools.run_json(tools.rival("sitk_reference.py", fixed, *transforms))
            yield name, fixed, moving, truth


def references(tools, _):
    rows, table = [], [["pair", "of its voxels' diagonal", "Vernier mm", "SimpleITK mm", "verdict", "Vernier s", "SimpleITK s"]]
    shares = {"Vernier": [], "SimpleITK": []}
    for name, fixed, moving, truth in [*known(tools), *moved(tools)]:
        tools.note(name)
        ours, elapsed = tools.run_json([tools.VERNIER, "register", fixed, moving, "--transform", "rigid", "--json"])
        theirs, _ = tools.run_json(tools.rival("sitk_rigid.py", fixed, moving, 1, 2))
        found = {"Vernier": (ours, elapsed), "SimpleITK": (theirs, theirs["samples_ms"][0] if theirs else None)}
        errors = {}
        for contender, (line, milliseconds) in found.items():
            if line is None:
                continue
            errors[contender] = tools.error(line["matrix"], truth["matrix"], truth["corners"])
            shares[contender].append(errors[contender] / truth["voxel_diagonal"])
            rows.append({"case": name, "contender": contender, "error_mm": errors[contender], "median_ms": milliseconds})
        show = {contender: f"{error:.2f}" for contender, error in errors.items()}
        table.append([
            name, f"{truth['voxel_diagonal']:.2f} mm", show.get("Vernier", "–"), show.get("SimpleITK", "–"), ours["verdict"] if ours else "–",
            f"{elapsed / 1000:.1f}", f"{found['SimpleITK'][1] / 1000:.1f}" if theirs else "–"])
    if not rows:
        tools.note("no mri_ms_longitudinal or mri_ms_mni_aligned: the case is left out")
        return [], []
    median = [f"{statistics.median(found):.2f}" if found else "–" for found in shares.values()]
    table.append(["median, in voxel diagonals", "", *median, "", "", ""])
    return rows, table
