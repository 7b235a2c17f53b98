"""Makes texts.json: what SciPy and scikit-learn say of texts and of tests on them.

Run with Python 3.11, NumPy 2.4.6, SciPy 1.17.1 and scikit-learn 1.9.1; seed 7.

    python -m venv venv && venv/bin/pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1
    venv/bin/python texts.py
"""

import json
import pathlib
import platform

import numpy
import scipy
import sklearn
from scipy import stats
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.metrics import silhouette_score
from sklearn.metrics.pairwise import cosine_similarity

SEED = 7
random = numpy.random.default_rng(SEED)


def words_of(text):
    """The recipe for comparing continuations."""
    for mark in ".,!?":
        text = text.replace(mark, "")
    return text.lower().split()


def make_texts(count):
    """Texts of words of unequal frequency, with marks, capitals and white space that the recipe takes away."""
    vocabulary = [f"w{index}" for index in range(40)] + ["naïve", "Straße", "ÉTÉ", "don't", "\"so\"", "x;"]
    weights = 1 / numpy.arange(1, len(vocabulary) + 1)
    texts = []
    for _ in range(count):
        chosen = random.choice(vocabulary, size=random.integers(1, 25), p=weights / weights.sum())
        ends = random.choice([" ", " ", " ", ". ", ", ", "!\n", "?\t", "\u00a0", "\u2003 "], size=len(chosen))
        texts.append("".join(word.capitalize() + end if end == ". " else word + end for word, end in zip(chosen, ends)))
    return texts


def numbers(values):
    return [float(value) for value in numpy.ravel(values)]


def texts():
    sample = make_texts(40)
    counts = CountVectorizer(analyzer=words_of).fit_transform(sample)
    vectors = TfidfVectorizer(analyzer=words_of, sublinear_tf=True, min_df=2).fit_transform(sample)
    labels = random.integers(0, 5, size=len(sample))
    labels[labels == 4] = 3
    labels[0] = 4
    kept = numpy.flatnonzero(vectors.getnnz(axis=1))
    return {
        "texts": sample,
        "words": [words_of(text) for text in sample],
        "count_cosines": numbers(cosine_similarity(counts)),
        "kept": [int(place) for place in kept],
        "vector_cosines": numbers(cosine_similarity(vectors[kept])),
        "labels": [int(label) for label in labels[kept]],
        "silhouette": float(silhouette_score(vectors[kept], labels[kept], metric="cosine")),
    }


def distinctive_words():
    own = random.integers(0, 50, size=30)
    others = random.integers(0, 80, size=30)
    own[3] = others[3] = 0
    own[4], others[5] = 0, 0
    prior = 500 * (own + others) / (own + others).sum()
    with numpy.errstate(divide="ignore", invalid="ignore"):
        y_own, y_others = own + prior, others + prior
        n_own, n_others = own.sum() + prior.sum(), others.sum() + prior.sum()
        delta = numpy.log(y_own / (n_own - y_own)) - numpy.log(y_others / (n_others - y_others))
        z = delta / numpy.sqrt(1 / y_own + 1 / y_others)
    z[own + others == 0] = 0
    return {"own": own.tolist(), "others": others.tolist(), "z": numbers(z)}


def means():
    cases = []
    for first, second, shift in [(1, 9, 3.0), (2, 3, 0.5), (5, 40, 0.2), (30, 8, 2.0), (40, 400, 0.05)]:
        values = numpy.round(random.normal(shift, 1.5, size=first), 6)
        others = numpy.round(random.normal(0, 0.7, size=second), 6)
        test = stats.ttest_ind(values, others)
        degrees = first + second - 2
        pooled = (first * values.var() + second * others.var()) / degrees
        effect = (values.mean() - others.mean()) / numpy.sqrt(pooled) * (1 - 3 / (4 * degrees - 1))
        interval = stats.t.interval(0.95, second - 1, loc=others.mean(), scale=stats.sem(others))
        cases.append({
            "values": numbers(values),
            "others": numbers(others),
            "p": float(test.pvalue),
            "effect": float(effect),
            "interval": numbers(interval),
        })
    return cases


def tails():
    students = [(t, d) for t in [0.0, 0.3, 1.7, 4.0, 25.0] for d in [1, 2, 7, 60, 1000, 10000, 3000000]]
    events = numpy.round(random.random(12), 3)
    lists = random.integers(0, 6, size=(4, 9)) * random.integers(0, 2, size=(4, 9))
    choices = numpy.ravel(lists[0][:, None, None, None] + lists[1][:, None, None] + lists[2][:, None] + lists[3])
    sums = numpy.convolve([1.0], [1.0])
    for event in events:
        sums = numpy.convolve(sums, [1 - event, event])
    return {
        "student": [[t, d, float(stats.t.sf(t, d))] for t, d in students],
        "student_quantile": [[d, float(stats.t.ppf(0.975, d))] for d in [1, 2, 3, 10, 100, 10000, 1000000]],
        "lists": lists.tolist(),
        # Every choice of one value from each list.
        "sum_tails": [float((choices >= least).mean()) for least in range(choices.max() + 1)],
        "events": numbers(events),
        "event_tails": [float(sums[count:].sum()) for count in range(len(events) + 1)],
    }


document = {
    "made_with": {
        "python": platform.python_version(), "numpy": numpy.__version__, "scipy": scipy.__version__,
        "sklearn": sklearn.__version__, "seed": SEED,
    },
    "texts": texts(),
    "distinctive_words": distinctive_words(),
    "means": means(),
    "tails": tails(),
}
path = pathlib.Path(__file__).resolve().with_suffix(".json")
path.write_text(json.dumps(document, ensure_ascii=False) + "\n", encoding="utf-8")
