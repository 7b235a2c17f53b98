#!/usr/bin/env python3
"""training.py ORACLE MODEL: does what `locus study` trains have the numbers of the oracle of gradients?

Writes configurations and the texts of ORACLE/inputs.json as JSON Lines into a folder, runs the program, translates its
files into the oracle's names, and compares them with ORACLE/expected/SECTION.json by the rule of ORACLE/compare.py. A
line for each section says how many numbers deviate by more than the tolerance, and how many are missing. Each section has
a module in `sections`, which says what the studies' sections of its configurations are, and what the files' arrays are
called by the oracle."""
import argparse
import contextlib
import importlib
import json
import math
import os
import re
import subprocess
import sys
import tempfile

import h5py

from activations import Texts, plain

SECTIONS = ("sae", "realign")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("oracle", "model"):
        parser.add_argument(name)
    parser.add_argument("--program", default="locus", help="the program, with options of a launcher before it if wanted")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=SECTIONS)
    parser.add_argument("--tolerance", type=float, default=1e-3, help="relative; what float32 leaves of the oracle's float64")
    parser.add_argument("--show", type=int, default=12, help="deviations to print")
    parser.add_argument("--keep", help="a folder for the configurations, the files and their numbers")
    options = parser.parse_args()
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    sys.path.append(os.path.abspath(options.oracle))
    walk = importlib.import_module("compare").walk
    with open(os.path.join(options.oracle, "inputs.json")) as file:
        inputs = json.load(file)
    failed = False
    for name in options.only:
        module = importlib.import_module(f"sections.{name}")
        folder = options.keep or tempfile.mkdtemp()
        os.makedirs(folder, exist_ok=True)
        texts, files = Texts(folder), {}
        for run, studies in module.configurations(inputs[name], texts).items():
            configuration = {"model": os.path.abspath(options.model), "studies": studies}
            if texts.entries:
                configuration["texts"] = texts.entries
            path, files[run] = os.path.join(folder, f"{name}-{run}.yaml"), os.path.join(folder, f"{name}-{run}.h5")
            with open(path, "w") as file:
                json.dump(configuration, file, indent=1)
            subprocess.run(options.program.split() + ["study", path, "--output", files[run], "--force"], check=True)
        with contextlib.ExitStack() as stack:
            groups = {run: stack.enter_context(h5py.File(path))["studies"] for run, path in files.items()}
            found = plain(module.exported(groups, folder, inputs[name]))
        with open(os.path.join(folder, f"{name}.json"), "w") as file:
            json.dump(found, file)
        with open(os.path.join(options.oracle, "expected", f"{name}.json")) as file:
            expected = json.load(file)
        compared = []
        walk(expected, found, "", 0.0, compared)
        compared = [x for x in compared if not re.search(module.SKIPPED, x[0])]
        pattern, loose = getattr(module, "LOOSE", ("(?!)", 0))
        tolerance = lambda path: max(options.tolerance, loose if re.search(pattern, path) else 0)
        missing = [x for x in compared if x[3] == "missing"]
        beyond = sorted((x for x in compared if x[3] != "missing" and not x[1] <= tolerance(x[0])), key=lambda x: -x[1])
        worst = max((x[1] for x in compared if math.isfinite(x[1])), default=0.0)
        print(f"{name}: {len(compared)} compared, {len(beyond)} deviate, {len(missing)} missing; the largest finite deviation "
              f"is {worst:.2g}")
        for path, deviation, wanted, got in (beyond + missing)[:options.show]:
            print(f"  {deviation:9.2g}  {path.lstrip('/')}: expected {wanted}, got {got}")
        failed = failed or bool(beyond or missing)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
