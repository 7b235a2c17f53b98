"""Prints pairs.csv: all pairs of the 100 regions most specific to one prompt in the whole map of Gemma 3 270M.

    python configs/gemma-3-270m/pairs.py configs/gemma-3-270m/results/gemma-map.h5 > configs/gemma-3-270m/pairs.csv

Taken are regions without which one prompt alone changes, those first that part from the model earliest, and at most 15 of a
prompt. A prompt on which the unmutated model itself is between two tokens does not count.
Needs xarray and netCDF4.
"""

import sys

import numpy as np
import xarray

COUNT, PER_PROMPT, NEAR_TIE = 100, 15, 0.05
COLUMNS = ["layer", "matrix", "row", "column", "rows", "columns", "kind"]

mutation = xarray.open_dataset(sys.argv[1], group="mutation").load()
phenotype = xarray.open_dataset(sys.argv[1], group="phenotype").load()
steady = xarray.open_dataset(sys.argv[1], group="baseline").margin.min("step").values >= NEAR_TIE

changed = phenotype.first_change.notnull().values & steady
specific = np.flatnonzero((phenotype.kind.values == "zero") & (changed.sum(axis=1) == 1))
prompt = changed[specific].argmax(axis=1)
step = phenotype.first_change.values[specific, prompt]

taken, counts = [], np.zeros(len(steady), int)
for place in np.lexsort((specific, step)):
    if counts[prompt[place]] < PER_PROMPT and len(taken) < COUNT:
        taken.append(specific[place])
        counts[prompt[place]] += 1


def columns_of(place):
    rectangle = [str(int(mutation[name][place])) for name in ("row", "column", "rows", "columns")]
    return ",".join([str(int(phenotype.layer[place])), str(phenotype.matrix[place].item()), *rectangle, "zero"])


print(",".join(COLUMNS + ["second_" + name for name in COLUMNS]))
lines = [columns_of(mutation) for mutation in sorted(taken)]
for place, first in enumerate(lines):
    for second in lines[place + 1:]:
        print(first + "," + second)
