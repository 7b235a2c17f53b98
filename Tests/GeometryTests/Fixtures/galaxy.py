"""Makes galaxy.json: what NumPy, SciPy and scikit-learn say of spectra, entropies and discriminant analysis.

Run with Python 3.11, NumPy 2.4.6, SciPy 1.17.1 and scikit-learn 1.9.1; seed 11.

    python -m venv venv && venv/bin/pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1
    venv/bin/python galaxy.py
"""

import json
import pathlib
import platform
import warnings

import numpy
import scipy
import sklearn
from scipy import integrate, linalg, optimize, special, stats
from scipy.spatial import cKDTree
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, _class_cov, _cov

SEED = 11
random = numpy.random.default_rng(SEED)
warnings.simplefilter("error")


def numbers(values):
    return [float(value) for value in numpy.ravel(values)]


def cloud(count, dimension):
    shear = random.normal(size=(dimension, dimension)) / numpy.sqrt(dimension)
    points = random.normal(size=(count, dimension)) * numpy.arange(1, dimension + 1) ** -0.8
    return (points @ shear + random.normal(size=dimension)).astype(numpy.float32)


def spectrum(count, dimension, first, last):
    points = cloud(count, dimension)
    values = numpy.linalg.eigvalsh(numpy.cov(points.T.astype(float)))[::-1][: min(dimension, count - 1)]
    ranks = numpy.arange(first, last + 1)
    line = stats.linregress(numpy.log10(ranks), numpy.log10(values[ranks - 1]))
    shares = values / values.sum()
    return {
        "count": count, "dimension": dimension, "points": numbers(points), "eigenvalues": numbers(values),
        "first": first, "last": last,
        "law": [line.slope, line.intercept, line.stderr, line.rvalue ** 2],
        "effective": [1 / (shares ** 2).sum(), numpy.exp(stats.entropy(shares))],
    }


def marchenko_pastur(count, dimension, variance):
    ratio = dimension / (count - 1)
    low, high = variance * (1 - ratio ** 0.5) ** 2, variance * (1 + ratio ** 0.5) ** 2
    zero = max(0, 1 - 1 / ratio)

    def density(value):
        return numpy.sqrt((high - value) * (value - low)) / (2 * numpy.pi * ratio * variance * value)

    def share(value):
        return zero + integrate.quad(density, low, value, epsabs=1e-13, epsrel=1e-13, limit=500)[0]

    places = [low + part * (high - low) for part in (0.03, 0.25, 0.5, 0.9, 0.999)]
    shares = [zero + (1 - zero) * part for part in (0.1, 0.5, 0.95)]
    quantiles = [optimize.brentq(lambda value: share(value) - part, low, high, xtol=1e-13) for part in shares]
    return {"count": count, "dimension": dimension, "variance": variance, "edges": [low, high], "zero": zero,
            "places": places, "densities": [density(place) for place in places],
            "below": [share(place) for place in places], "shares": shares, "quantiles": quantiles}


def entropy(count, dimension, neighbours):
    """Kozachenko and Leonenko's estimate, by a tree of neighbours."""
    points = cloud(count, dimension).astype(float)
    distances = cKDTree(points).query(points, neighbours + 1)[0][:, -1]
    ball = dimension / 2 * numpy.log(numpy.pi) - special.gammaln(dimension / 2 + 1)
    value = special.psi(count) - special.psi(neighbours) + ball + dimension * numpy.log(distances).mean()
    return {"neighbours": neighbours, "dimension": dimension, "distances": numbers(distances), "entropy": float(value)}


def discriminant(count, dimension, classes, shrinkage):
    centres = random.normal(size=(classes, dimension))
    labels = numpy.sort(random.integers(0, classes, size=count))
    points = (centres[labels] + random.normal(size=(count, dimension)) * numpy.linspace(0.3, 2, dimension))
    analysis = LinearDiscriminantAnalysis(solver="eigen", shrinkage=shrinkage).fit(points, labels)
    within = _class_cov(points, labels, analysis.priors_, shrinkage)
    values = linalg.eigh(_cov(points, shrinkage) - within, within)[0][::-1]
    leading = min(classes - 1, dimension)
    ratio = numpy.sort(values / values.sum())[::-1][:leading]
    assert numpy.allclose(ratio, analysis.explained_variance_ratio_, rtol=1e-9)
    return {"shrinkage": -1 if shrinkage is None else -2 if shrinkage == "auto" else shrinkage,
            "dimension": dimension, "points": numbers(points), "labels": [int(label) for label in labels],
            "eigenvalues": numbers(values[:leading]), "scalings": numbers(analysis.scalings_[:, :leading])}


reference = {
    "versions": {"python": platform.python_version(), "numpy": numpy.__version__, "scipy": scipy.__version__,
                 "scikit_learn": sklearn.__version__},
    "seed": SEED,
    "spectra": [spectrum(120, 24, 11, 24), spectrum(15, 20, 2, 13)],
    "marchenko_pastur": [marchenko_pastur(400, 60, 1.0), marchenko_pastur(101, 100, 0.7),
                         marchenko_pastur(50, 120, 2.5)],
    "digamma": [[number, float(special.psi(number))] for number in (1, 2, 3, 7, 9, 10, 11, 100, 5000)],
    "entropies": [entropy(150, 3, 4), entropy(90, 12, 1)],
    "discriminants": [discriminant(90, 7, 4, None), discriminant(90, 7, 4, "auto"), discriminant(60, 12, 5, 0.3),
                      discriminant(40, 25, 6, "auto"), discriminant(50, 3, 6, None)],
}
path = pathlib.Path(__file__).with_name("galaxy.json")
path.write_text(json.dumps(reference, indent=None, separators=(",", ":")) + "\n")
