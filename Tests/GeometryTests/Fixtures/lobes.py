"""Reference values for the lobes of Geometry, from scikit-learn and SciPy, into lobes.json beside this file.

python3 -m venv reference && reference/bin/pip install numpy scipy scikit-learn && reference/bin/python lobes.py
"""
import json
import pathlib

import numpy
import scipy
import sklearn
from scipy.spatial import distance
from sklearn import metrics
from sklearn.linear_model import LogisticRegression

SEED = 20261122
random = numpy.random.default_rng(SEED)


def agreement():
    cases = []
    for count, left_count, right_count, noise in [
        (40, 3, 3, 0.2), (200, 5, 8, 0.5), (300, 12, 4, 1.0), (30, 30, 30, 1.0), (25, 1, 4, 1.0), (500, 40, 40, 0.3),
        (60, 2, 2, 0.0), (1, 1, 1, 0.0), (20, 1, 1, 0.0),
    ]:
        left = random.integers(0, left_count, count)
        right = numpy.where(random.random(count) < noise, random.integers(0, right_count, count), left % right_count)
        if count == 30:
            left, right = numpy.arange(30), random.permutation(30)
        cases.append({
            "left": left.tolist(), "right": right.tolist(),
            "mutual": metrics.mutual_info_score(left, right),
            "adjusted_mutual": metrics.adjusted_mutual_info_score(left, right, average_method="arithmetic"),
            "adjusted_rand": metrics.adjusted_rand_score(left, right)})
    # Far from any small size, and of unequal classes.
    left = numpy.repeat([0, 1, 2], [60000, 39000, 1000])
    right = numpy.arange(100000) % 7 % 4
    large = {"adjusted_mutual": metrics.adjusted_mutual_info_score(left, right),
             "adjusted_rand": metrics.adjusted_rand_score(left, right)}
    return {"cases": cases, "large": large}


def silhouette():
    labels = random.integers(0, 4, 90)
    labels[7] = 4  # alone
    points = numpy.round((random.normal(size=(90, 5)) + random.normal(size=(5, 5))[labels]) * 1024) / 1024
    points[11] = points[3]
    return {"dimension": 5, "points": points.ravel().tolist(), "labels": labels.tolist(),
            "euclidean": metrics.silhouette_samples(points, labels).tolist(),
            "cosine": metrics.silhouette_samples(points, labels, metric="cosine").tolist()}


def affinities():
    """Some features, the first of which never fires, and the second always."""
    fires = random.random((14, 60)) < numpy.linspace(0.02, 0.98, 14)[:, None]
    fires[0], fires[1] = False, True
    fires[5] = fires[6]
    kept = fires[1:]
    inner = kept.astype(int) @ kept.astype(int).T
    sizes = kept.sum(1)
    middle = fires[2:]
    return {
        "documents": [numpy.flatnonzero(row).tolist() for row in fires], "document_count": 60,
        "simple_matching": (1 - distance.cdist(fires, fires, "hamming")).ravel().tolist(),
        "jaccard": (1 - distance.cdist(kept, kept, "jaccard")).ravel().tolist(),
        "dice": (1 - distance.cdist(kept, kept, "dice")).ravel().tolist(),
        "overlap": (inner / numpy.minimum.outer(sizes, sizes)).ravel().tolist(),
        "phi": [metrics.matthews_corrcoef(a, b) for a in middle for b in middle]}


def regression():
    """scikit-learn's default, but for the tolerance; every third point is held out."""
    cases = []
    for count, dimension, classes, spread in [(240, 4, 3, 0.8), (600, 8, 6, 1.1)]:
        labels = random.integers(0, classes, count)
        labels[:30] = 0
        centres = random.normal(size=(classes, dimension)) * spread
        points = numpy.round((random.normal(size=(count, dimension)) + centres[labels]) * 128) / 128
        test = numpy.arange(count) % 3 == 0
        model = LogisticRegression(tol=1e-10, max_iter=10000).fit(points[~test], labels[~test])
        found = model.predict(points[test])
        cases.append({
            "dimension": dimension, "points": points.ravel().tolist(), "labels": labels.tolist(),
            "accuracy": metrics.accuracy_score(labels[test], found),
            "balanced_accuracy": metrics.balanced_accuracy_score(labels[test], found),
            "probabilities": model.predict_proba(points[test][:8]).ravel().tolist()})
    return cases


values = {
    "versions": {"numpy": numpy.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__},
    "seed": SEED, "agreement": agreement(), "silhouette": silhouette(), "affinities": affinities(),
    "regression": regression(),
}
path = pathlib.Path(__file__).with_name("lobes.json")
path.write_text(json.dumps(values, indent=None, separators=(",", ":")) + "\n")
