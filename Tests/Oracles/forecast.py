#!/usr/bin/env python3
"""forecast.py ORACLE INPUTS.json MODEL EXPECTED.json: does `locus forecast` give the numbers of the oracle of triage?

Writes a configuration, inputs as tokens and a list of mutations for each size of the section `triage` of INPUTS, runs the
program, translates its files into the oracle's names, and compares with ORACLE/compare.py.

forecast.py --judge FORECAST.h5 SCREEN.h5: how well does a forecast foretell a screen of the same mutations and inputs? Prints
rank correlations, calibration, right verdicts by kind, and the share of non-silent pairs among the first of each budget."""
import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile

import h5py
import numpy as np

BUDGETS = (0.05, 0.1, 0.2, 0.5)


# ---- the numbers of the oracle


def write_inputs(path, inputs):
    with open(path, "w") as file:
        for number, entry in enumerate(inputs):
            prompt = entry["tokens"][:entry["start"] + 1]
            file.write(json.dumps({"id": str(number), "task": "oracle", "tokens": prompt}) + "\n")


def write_list(path, mutations):
    with open(path, "w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["layer", "matrix", "row", "column", "rows", "columns", "kind"])
        for mutation in mutations:
            table.writerow(mutation[:6] + ["scale:2" if mutation[6] == "scale" else mutation[6]])


def names(values):
    return [value.decode() if isinstance(value, bytes) else value for value in values]


def exported(path, mutations, inputs):
    """What the file says of the mutations, in the oracle's order and names."""
    with h5py.File(path) as file:
        group, forecast = file["mutation"], file["forecast"]
        words = {"matrix": dict(), "kind": dict()}
        for key in words:
            attributes = group[key].attrs
            meanings = attributes["flag_meanings"]
            meanings = meanings.decode() if isinstance(meanings, bytes) else meanings
            words[key] = dict(zip(attributes["flag_values"].tolist(), meanings.split()))
        columns = [group[key][:].tolist() for key in ("layer", "matrix", "row", "column", "rows", "columns", "kind")]
        place = {(layer, words["matrix"][matrix], row, column, rows, width, words["kind"][kind]): number
                 for number, (layer, matrix, row, column, rows, width, kind) in enumerate(zip(*columns))}
        order = [place[tuple(mutation)] for mutation in mutations]
        tokens = file["baseline/tokens"][:]
        for own, entry in zip(tokens.tolist(), inputs):
            if [token for token in own if token >= 0] != entry["target"]:
                sys.exit("the program's baseline says something else than the oracle's")
        values = group["value"][:][order].astype(float)
        return {"value": [None if np.isnan(value) else value for value in values.tolist()],
                "first_order": forecast["loss_change"][:][order].astype(float).tolist(),
                "margin": forecast["margin"][:][order].astype(float).tolist(),
                "second_order": forecast["divergence"][:][order].astype(float).tolist()}


def compare(options):
    with open(options.files[1]) as file:
        triage = json.load(file)["triage"]
    oracle, _, model, expected = options.files
    folder = options.keep or tempfile.mkdtemp()
    os.makedirs(folder, exist_ok=True)
    write_inputs(os.path.join(folder, "inputs.jsonl"), triage["inputs"])
    found = {}
    for size, mutations in triage["mutations"].items():
        write_list(os.path.join(folder, f"{size}.csv"), mutations)
        configuration = {"model": os.path.abspath(model), "inputs": "inputs.jsonl",
                         "continuation": {"tokens": max(len(entry["target"]) for entry in triage["inputs"]),
                                          "seed": triage["seed"]},
                         "mutations": {"list": f"{size}.csv"}, "forecast": {"probes": triage["probes"]}}
        path, output = os.path.join(folder, f"{size}.yaml"), os.path.join(folder, f"{size}.h5")
        with open(path, "w") as file:
            json.dump(configuration, file, indent=1)
        subprocess.run(options.program.split() + ["forecast", path, "--output", output, "--force"], check=True)
        found[size] = exported(output, mutations, triage["inputs"])
    numbers = os.path.join(folder, "found.json")
    with open(numbers, "w") as file:
        json.dump(found, file)
    return subprocess.run([sys.executable, os.path.join(oracle, "compare.py"), expected, numbers, "--tolerance", "1e-3",
                           "--only", "/(value|first_order|second_order|margin)(/|$)"]).returncode


# ---- how good a forecast is


def ranks(values):
    order = np.argsort(values, kind="stable")
    sorted_values = values[order]
    bounds = np.flatnonzero(np.r_[True, sorted_values[1:] != sorted_values[:-1], True])
    middle = (bounds[:-1] + bounds[1:] - 1) / 2
    result = np.empty(len(values))
    result[order] = np.repeat(middle, np.diff(bounds))
    return result


def spearman(one, other):
    one, other = (ranks(np.asarray(v, dtype=float).ravel()) for v in (one, other))
    one, other = one - one.mean(), other - other.mean()
    return float((one * other).sum() / max(np.sqrt((one * one).sum() * (other * other).sum()), 1e-300))


def recall(score, truth):
    hits = np.cumsum(truth.ravel()[np.argsort(-score.ravel(), kind="stable")])
    total, count = max(1, int(truth.sum())), truth.size
    return " ".join(f"{hits[int(round(b * count)) - 1] / total:.2f}/{min(1.0, round(b * count) / total):.2f}" for b in BUDGETS)


def judge(options):
    with h5py.File(options.files[0]) as forecast, h5py.File(options.files[1]) as screen:
        for key in ("layer", "matrix", "row", "column", "rows", "columns", "kind"):
            if not np.array_equal(forecast[f"mutation/{key}"][:], screen[f"mutation/{key}"][:]):
                sys.exit(f"{options.files[1]} is a screen of other mutations")
        kinds, words = screen["mutation/kind"][:], names([b"".join(row.tolist()) for row in screen["mutation/kind_name"][:]])
        second, margin, first = (forecast[f"forecast/{key}"][:].astype(float) for key in ("divergence", "margin", "loss_change"))
        exact, changed = screen["phenotype/divergence"][:].astype(float), screen["phenotype/first_change"][:] >= 0
    print(f"{exact.size} pairs, non-silent {changed.mean():.4f}")
    groups = [("all", np.ones(len(kinds), bool))] + [(word, kinds == kind) for kind, word in sorted(set(zip(kinds.tolist(), words)))]
    for name, here in groups:
        s, m, f, d, c = (v[here] for v in (second, margin, np.abs(first), exact, changed))
        small = (d < 0.05) & (d > 1e-7)
        print(f"{name}: Spearman first {spearman(f, d):.3f} second {spearman(s, d):.3f}; predicted/exact below 0.05 nats "
              f"{np.median(s[small] / d[small]):.3f}; verdicts right {((m > 1) == c).mean():.4f}, found {(m > 1)[c].mean():.3f}")
        print(f"  recall at 5, 10, 20, 50 %: first {recall(f, c)}; second {recall(s, c)}; margin {recall(m, c)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--judge", action="store_true")
    parser.add_argument("--program", default="locus", help="the program, with options of a launcher before it if wanted")
    parser.add_argument("--keep", help="a folder for configurations, files and numbers")
    options = parser.parse_args()
    if len(options.files) != (2 if options.judge else 4):
        parser.error("name the oracle's folder, its inputs, the model and the expected numbers; with --judge two files")
    sys.exit(judge(options) if options.judge else compare(options))


if __name__ == "__main__":
    main()
