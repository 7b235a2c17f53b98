"""Prints single-weights.csv: the 100 weights that a forecast ranks first, and for each a random one of its matrix and layer.

    python configs/gemma-3-270m/single_weights.py results/gemma-weights.h5 > configs/gemma-3-270m/single-weights.csv

Weights are ranked by the divergence that zero is foretold to make, the mean over inputs. Needs xarray and netCDF4.
"""

import sys

import numpy as np
import xarray

COUNT = 100
MATRICES = ["q", "k", "v", "o", "gate", "up", "down"]

forecast = xarray.open_dataset(sys.argv[1], group="forecast/1x1")
ranked, shapes = [], {}
for matrix in MATRICES:
    divergence = forecast[matrix + "_divergence"].values[:, 0]
    shapes[matrix] = divergence.shape
    largest = np.argpartition(-divergence.ravel(), COUNT)[:COUNT]
    places = zip(*np.unravel_index(largest, divergence.shape))
    ranked += [(-divergence[place], matrix, *place) for place in places]
ranked.sort()

random = np.random.default_rng(0)
print("layer,matrix,row,column,rows,columns,kind")
for _, matrix, layer, row, column in ranked[:COUNT]:
    print(f"{layer},{matrix},{row},{column},1,1,zero")
for _, matrix, layer, _, _ in ranked[:COUNT]:
    print(f"{layer},{matrix},{random.integers(shapes[matrix][1])},{random.integers(shapes[matrix][2])},1,1,zero")
