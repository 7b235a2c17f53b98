"""Reference values for spectral clustering in Geometry, from scikit-learn and SciPy, into spectral.json beside this file.

python3 -m venv reference && reference/bin/pip install numpy scipy scikit-learn && reference/bin/python spectral.py
"""
import json
import pathlib

import numpy
import scipy
import sklearn
from scipy.sparse import csgraph
from sklearn.cluster import KMeans, SpectralClustering
from sklearn.metrics import adjusted_rand_score
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.neighbors import NearestNeighbors, kneighbors_graph

SEED = 20261123
random = numpy.random.default_rng(SEED)

CLUSTERS, DIMENSION, COUNT = 6, 12, 600
truth = random.integers(CLUSTERS, size=COUNT)
centres = random.normal(size=(CLUSTERS, DIMENSION)) * 40_000
# Whole numbers, so that the file holds them exactly.
points = numpy.rint(centres[truth] + random.normal(size=(COUNT, DIMENSION)) * 19_000)


def neighbours(metric, count):
    search = NearestNeighbors(n_neighbors=count + 2, metric=metric, algorithm="brute").fit(points)
    distances, numbers = search.kneighbors(points)
    assert numpy.all(numbers[:, 0] == numpy.arange(COUNT)) and numpy.all(numpy.diff(distances) > 0)
    return {"count": count, "numbers": numbers[:, 1 : count + 1].ravel().tolist(),
            "distances": numpy.round(distances[:20, 1 : count + 1], 12).ravel().tolist()}


def eigenvalues(affinity, count):
    laplacian = csgraph.laplacian(affinity, normed=True)
    dense = laplacian.toarray() if scipy.sparse.issparse(laplacian) else laplacian
    return (1 - scipy.linalg.eigvalsh(dense, subset_by_index=(0, count - 1))).tolist()


def clustering(affinity):
    model = SpectralClustering(CLUSTERS, affinity="precomputed", assign_labels="kmeans", random_state=0)
    labels = model.fit_predict(affinity)
    assert adjusted_rand_score(truth, labels) > 0.999
    return {"labels": labels.tolist(), "eigenvalues": eigenvalues(affinity, CLUSTERS)}


def graph():
    directed = kneighbors_graph(points, 10, include_self=True)
    return 0.5 * (directed + directed.T)


def angular():
    unit = points / numpy.linalg.norm(points, axis=1, keepdims=True)
    return 1 - numpy.arccos(numpy.clip(unit @ unit.T, -1, 1)) / numpy.pi


GAMMA = 4e-11
joined = rbf_kernel(points, gamma=GAMMA)
values = {
    "seed": SEED,
    "versions": {"numpy": numpy.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__},
    "dimension": DIMENSION,
    "clusters": CLUSTERS,
    "points": points.astype(int).ravel().tolist(),
    "euclidean": neighbours("euclidean", 10),
    "cosine": neighbours("cosine", 5),
    "graph": clustering(graph()),
    "graph_components": int(csgraph.connected_components(graph())[0]),
    "gamma": GAMMA,
    "radial": clustering(joined),
    "angular": clustering(angular()),
    "inertia": KMeans(CLUSTERS, n_init=10, random_state=0).fit(points).inertia_,
}
path = pathlib.Path(__file__).with_name("spectral.json")
path.write_text(json.dumps(values, separators=(",", ":")) + "\n")
