"""Prints robustness/pairs.csv: all pairs of the regions of the ten pairs that were found, and of 25 others of the hundred.

    python configs/gemma-3-270m/robustness/pairs.py configs/gemma-3-270m/pairs.csv \
        > configs/gemma-3-270m/robustness/pairs.csv

The others, drawn at random, are what the ten are compared with.
"""

import csv
import random
import sys

COLUMNS = ["layer", "matrix", "row", "column", "rows", "columns", "kind"]
FOUND = {
    (0, "v", 64, 256), (0, "v", 128, 128), (0, "gate", 1856, 128), (1, "k", 64, 64), (1, "k", 128, 128),
    (1, "down", 0, 1536), (2, "q", 448, 0), (2, "q", 448, 192), (2, "q", 448, 512), (3, "gate", 1792, 64),
    (3, "up", 1792, 64), (5, "q", 320, 192), (5, "q", 320, 256), (5, "q", 320, 576), (5, "q", 448, 576),
}
OTHERS = 25

with open(sys.argv[1]) as file:
    pairs = list(csv.reader(file))[1:]
regions = list(dict.fromkeys(tuple(line[part]) for part in (slice(0, 7), slice(7, 14)) for line in pairs))
found = [region for region in regions if (int(region[0]), region[1], int(region[2]), int(region[3])) in FOUND]
assert len(found) == len(FOUND)
others = random.Random(0).sample([region for region in regions if region not in found], OTHERS)
taken = {*found, *others}

print(",".join(COLUMNS + ["second_" + name for name in COLUMNS]))
for line in pairs:
    if tuple(line[:7]) in taken and tuple(line[7:]) in taken:
        print(",".join(line))
