"""Gradients in safetensors files, and what the oracle knows of each."""
import json
import struct

import numpy

MASK, GAMMA = (1 << 64) - 1, 0x9E3779B97F4A7C15


def mix(z):
    z &= MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def probe(seed, stream, count):
    """The direction of a probe: numbers of a stream, between -1 and 1."""
    key = mix(mix(seed + GAMMA) + (stream + 1) * GAMMA)
    return numpy.array([2 * (mix(key + (i + 1) * GAMMA) >> 11) * 2.0 ** -53 - 1 for i in range(count)])


def tensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    return {name: numpy.frombuffer(data[slice(*entry["data_offsets"])], dtype="<f4").astype(float)
            for name, entry in header.items() if name != "__metadata__"}


def gradient(values, seed, j):
    """What the oracle knows of the gradient of tensor j."""
    at = int(numpy.abs(values).argmax())
    return {"norm": float(numpy.sqrt((values ** 2).sum())), "sum": float(values.sum()), "first": values[:4].tolist(),
            "largest_at": at, "largest": float(values[at]), "along_probe": float((values * probe(seed, j, values.size)).sum())}
