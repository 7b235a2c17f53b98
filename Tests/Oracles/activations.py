#!/usr/bin/env python3
"""activations.py ORACLE INPUTS.json MODEL EXPECTED.json: does `locus study` give the numbers of the oracle of activations?

Writes a configuration and the texts of INPUTS as JSON Lines into a folder, runs the program, translates its file into the
oracle's names, and compares with ORACLE/compare.py, which prints a line for each kind of quantity. Each section of the
inputs has a module in `sections`, which says what the study's section of the configuration is, and what the file's arrays
are called by the oracle."""
import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile

import h5py

SECTIONS = ("statistics", "ablation", "pruning", "modularity", "patching", "localizer", "diversity")


class Texts:
    """Named texts of a configuration, each a file of JSON Lines in a folder."""

    def __init__(self, folder):
        self.folder, self.entries = folder, {}

    def add(self, name, rows):
        """Rows of token identifiers, all equally long, under a name; gives the name."""
        name = name.replace("@", "").replace(".", "_")
        path = os.path.join(self.folder, f"{name}.jsonl")
        with open(path, "w") as file:
            for row in rows:
                file.write(json.dumps({"tokens": row}) + "\n")
        self.entries[name] = {"path": path, "window": len(rows[0])}
        return name

    def write(self, name, lines):
        """A file of JSON Lines that is no text, such as paragraphs; gives its path."""
        path = os.path.join(self.folder, name)
        with open(path, "w") as file:
            for line in lines:
                file.write(json.dumps(line) + "\n")
        return path

    def names(self, value):
        """The names of texts that "@name", or a list of such, stands for."""
        values = value if isinstance(value, list) else [value]
        return [v[1:].replace(".", "_") for v in values]


def plain(value):
    """Arrays as lists, bytes as text."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list):
        return [plain(x) for x in value]
    if isinstance(value, dict):
        return {key: plain(x) for key, x in value.items()}
    return value.decode() if isinstance(value, bytes) else value


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("oracle", "inputs", "model", "expected"):
        parser.add_argument(name)
    parser.add_argument("--program", default="locus", help="the program, with options of a launcher before it if wanted")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=SECTIONS)
    parser.add_argument("--tokenizer")
    parser.add_argument("--keep", help="a folder for the configuration, the file and its numbers")
    options = parser.parse_args()
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    with open(options.inputs) as file:
        inputs = json.load(file)
    folder = options.keep or tempfile.mkdtemp()
    os.makedirs(folder, exist_ok=True)
    texts = Texts(folder)
    for name, rows in inputs["sets"].items():
        texts.add(name, rows)
    modules = {}
    for name in options.only:
        if name not in inputs:
            continue
        try:
            modules[name] = importlib.import_module(f"sections.{name}")
        except ModuleNotFoundError:
            print(f"{name}: there is no module for it")
    studies = {name: module.configuration(inputs[name], texts) for name, module in modules.items()}
    configuration = {"model": os.path.abspath(options.model), "texts": texts.entries, "studies": studies}
    if options.tokenizer:
        configuration["tokenizer"] = os.path.abspath(options.tokenizer)
    path, output = os.path.join(folder, "oracle.yaml"), os.path.join(folder, "oracle.h5")
    with open(path, "w") as file:
        json.dump(configuration, file, indent=1)
    subprocess.run(options.program.split() + ["study", path, "--output", output, "--force"], check=True)
    found = {}
    with h5py.File(output) as file:
        for name, module in modules.items():
            found[name] = plain(module.exported(file["studies"][name], file.get("units", {}), inputs[name]))
    numbers = os.path.join(folder, "oracle.json")
    with open(numbers, "w") as file:
        json.dump(found, file)
    sys.exit(subprocess.run([sys.executable, os.path.join(options.oracle, "compare.py"), options.expected, numbers, "--all",
                             "--only", *modules]).returncode)


if __name__ == "__main__":
    main()
