#!/usr/bin/env python3
"""gradients.py ORACLE MODEL: does `locus study` give the numbers of the oracle of gradients?

ORACLE is the folder with inputs.json and expected/. Writes a configuration and the prompts into a folder, runs the program,
translates its file into the oracle's names, and compares number by number: |got − expected| ≤ tolerance · max(|expected|, root
mean square of its list). Prints a line for each kind of quantity, then `N compared, D deviate, M missing`. A section has a module
in `sections`, which gives configuration(inputs, texts), exported(study, units, inputs), TOLERANCES, a list of (regular
expression of the path, tolerance, whether it is absolute), and NOT_OURS, paths that are checks of the oracle itself."""
import argparse
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

SECTIONS = ("coupling",)


def numbers(value):
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return [float(value)]
    if isinstance(value, list):
        return [n for x in value for n in numbers(x)]
    return []


def leaves(expected, found, path=""):
    """(path, expected number, got number or None, scale) of every number of the expected document."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            yield from leaves(value, found.get(key) if isinstance(found, dict) else None, f"{path}/{key}" if path else key)
    elif isinstance(expected, list) and any(isinstance(value, dict) for value in expected):
        for place, value in enumerate(expected):
            own = found[place] if isinstance(found, list) and len(found) == len(expected) else None
            yield from leaves(value, own, f"{path}/{place}")
    elif isinstance(expected, (list, int, float)) and not isinstance(expected, bool):
        own, other = numbers(expected), numbers(found) if found is not None else []
        scale = math.sqrt(sum(x * x for x in own) / len(own)) if isinstance(expected, list) and own else 0.0
        for place, number in enumerate(own):
            yield path, number, other[place] if len(other) == len(own) else None, scale


def compare(expected, found, module):
    """Counts by kind, a kind being a path without prompts, widths and places."""
    kinds = {}
    for path, want, got, scale in leaves(expected, found):
        if any(re.search(pattern, path) for pattern in module.NOT_OURS):
            continue
        kind = re.sub(r"/\d+(?=/|$)", "/K", re.sub(r"^prompts/[^/]*", "prompts", path))
        tolerance, isAbsolute = next((t, a) for pattern, t, a in module.TOLERANCES if re.search(pattern, path))
        entry = kinds.setdefault(kind, {"count": 0, "deviating": 0, "missing": 0, "largest": 0.0, "tolerance": tolerance})
        entry["count"] += 1
        if got is None:
            entry["missing"] += 1
            continue
        size = 1.0 if isAbsolute else max(abs(want), scale)
        error = 0.0 if got == want else abs(got - want) / size if size else math.inf
        entry["largest"] = max(entry["largest"], error)
        if not error <= tolerance:
            entry["deviating"] += 1
    return kinds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("oracle")
    parser.add_argument("model")
    parser.add_argument("--program", default="locus", help="the program, with options of a launcher before it if wanted")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=SECTIONS)
    parser.add_argument("--keep", help="a folder for the configuration, the file and its numbers")
    options = parser.parse_args()
    with open(os.path.join(options.oracle, "inputs.json")) as file:
        inputs = json.load(file)
    folder = options.keep or tempfile.mkdtemp()
    os.makedirs(folder, exist_ok=True)
    texts = Texts(folder)
    modules = {name: importlib.import_module(f"sections.{name}") for name in options.only}
    studies = {name: module.configuration(inputs[name], texts) for name, module in modules.items()}
    path, output = os.path.join(folder, "oracle.yaml"), os.path.join(folder, "oracle.h5")
    with open(path, "w") as file:
        named = {"texts": texts.entries} if texts.entries else {}
        json.dump({"model": os.path.abspath(options.model), **named, "studies": studies}, file, indent=1)
    subprocess.run(options.program.split() + ["study", path, "--output", output, "--force"], check=True)
    total = {"count": 0, "deviating": 0, "missing": 0}
    with h5py.File(output) as file:
        for name, module in modules.items():
            found = plain(module.exported(file["studies"][name], file.get("units", {}), inputs[name]))
            with open(os.path.join(folder, f"{name}.json"), "w") as copy:
                json.dump(found, copy)
            with open(os.path.join(options.oracle, "expected", f"{name}.json")) as expected:
                kinds = compare(json.load(expected), found, module)
            for kind, entry in kinds.items():
                print(f"{name}/{kind}: {entry['count']} numbers, largest deviation {entry['largest']:.2g} of "
                      f"{entry['tolerance']:g}, {entry['deviating']} deviate, {entry['missing']} missing")
                for key in total:
                    total[key] += entry[key]
    print(f"{total['count']} compared, {total['deviating']} deviate, {total['missing']} missing")
    sys.exit(1 if total["deviating"] or total["missing"] or not total["count"] else 0)


if __name__ == "__main__":
    main()
