"""Copies results files into configs/gemma-3-270m/results, without what is large or of the machine.

    python configs/gemma-3-270m/publish.py results/gemma-map.h5 ...

Left out are the model's vocabulary, directions, responses and components of phenotypes, and a forecast's maps of single
weights. Paths lose the folder of the project; a path that lies elsewhere is refused. Run it in the folder of the project;
`sha256sum gemma-*.h5 map.png > SHA256SUMS` in the folder of the results renews the hashes. Needs h5py and h5repack.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import h5py

LEFT_OUT = ["vocabulary", "forecast/1x1", "phenotype/direction", "phenotype/response", "phenotype/component"]
results = pathlib.Path(__file__).parent / "results"
project = os.getcwd() + "/"


def texts_of(value):
    """A text, or an array of them, as a list; nothing of numbers."""
    values = value.ravel().tolist() if hasattr(value, "ravel") else [value]
    values = [one.decode() if isinstance(one, bytes) else one for one in values]
    return values if all(isinstance(one, str) for one in values) else []


def without_project(text):
    return text.replace(project, "")


def publish(source):
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / source.name
        shutil.copy(source, copy)
        with h5py.File(copy, "r+") as file:
            for name in LEFT_OUT:
                if name in file:
                    del file[name]

            def clean(name, item):
                for key, value in list(item.attrs.items()):
                    texts = texts_of(value)
                    if len(texts) == 1 and project in texts[0]:
                        text = without_project(texts[0]).encode()
                        item.attrs.create(key, text, dtype=h5py.string_dtype("utf-8", len(text)))
                if isinstance(item, h5py.Dataset) and h5py.check_string_dtype(item.dtype) and item.ndim == 1:
                    texts = texts_of(item[:])
                    if any(project in text for text in texts):
                        item[:] = [without_project(text) for text in texts]

            clean("/", file)
            file.visititems(clean)
        target = results / source.name
        target.unlink(missing_ok=True)
        subprocess.run(["h5repack", copy, target], check=True)
    beside = str(pathlib.Path(project).parent).rstrip("/") + "/"
    if len(beside) > 1 and beside.encode() in target.read_bytes():
        target.unlink()
        sys.exit(f"{source} names files in {beside}: run the screen again on files of the project")
    print(f"{target}: {target.stat().st_size:,} bytes")


for argument in sys.argv[1:]:
    publish(pathlib.Path(argument))
