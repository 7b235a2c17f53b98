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


def exact_tail(scores, count, least):
    """The chance that a sum of `count` of these whole numbers, drawn without putting any back, is `least` or more."""
    # `[number drawn][sum]`
    ways = [{0: 1}] + [{} for _ in range(count)]
    for score in scores:
        for drawn in range(count, 0, -1):
            for total, number in ways[drawn - 1].items():
                ways[drawn][total + score] = ways[drawn].get(total + score, 0) + number
    return sum(number for total, number in ways[count].items() if total >= least) / sum(ways[count].values())


def ranks():
    """Groups against others: even, tied, and nearly all tied; single precision, as files hold it."""
    cases = []
    for first, second, shift, digits in [(1, 9, 3.0, 6), (5, 40, 0.2, 1), (30, 8, 2.0, 6), (40, 400, 1.0, 0), (12, 90, 0.9, 4)]:
        values = numpy.round(random.normal(shift, 1.5, size=first), digits).astype(numpy.float32).astype(float)
        others = numpy.round(random.normal(0, 0.7, size=second), digits).astype(numpy.float32).astype(float)
        cases.append((values, others))
    # Hardly any is not 0, and the group has most of these.
    cases.append((numpy.array([1.0] * 4 + [0] * 36), numpy.array([1.0] * 5 + [0] * 395)))
    cases.append((numpy.array([2.0, 1] + [0] * 4), numpy.array([1.0] * 3 + [0] * 140)))
    found = []
    for values, others in cases:
        test = stats.mannwhitneyu(values, others, use_continuity=False, alternative="two-sided", method="asymptotic")
        scores = 2 * stats.rankdata(numpy.concatenate([values, others])) - (len(values) + len(others) + 1)
        scores = [int(score) for score in scores]
        total = sum(scores[:len(values)])
        side = scores if total >= 0 else [-score for score in scores]
        found.append({
            "values": numbers(values),
            "others": numbers(others),
            "effect": float(2 * test.statistic / (len(values) * len(others)) - 1),
            "normal_p": float(test.pvalue),
            "tail": exact_tail(side, len(values), abs(total)),
        })
    return found


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
    "ranks": ranks(),
    "tails": tails(),
}
path = pathlib.Path(__file__).resolve().with_suffix(".json")
path.write_text(json.dumps(document, ensure_ascii=False) + "\n", encoding="utf-8")
