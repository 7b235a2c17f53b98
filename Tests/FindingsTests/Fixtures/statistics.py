"""Reference values for the statistics of Findings, from SciPy and statsmodels, into statistics.json beside this file.

python3 -m venv reference && reference/bin/pip install numpy scipy statsmodels && reference/bin/python statistics.py
"""
import itertools
import json
import pathlib

import numpy
import scipy
import statsmodels
import statsmodels.api as models
from scipy import special, stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

SEED = 20261121
random = numpy.random.default_rng(SEED)


def tails():
    binomial = [(0, 9, 0.3), (3, 9, 0.3), (9, 9, 0.125), (40, 60, 0.5), (700, 5000, 0.12), (24, 24, 1 / 3)]
    hypergeometric = [(5, 10, 20, 50), (0, 10, 20, 50), (10, 10, 20, 50), (900, 6000, 3000, 24000), (31, 40, 60, 90)]
    student = [(0.0, 5), (2.5, 3), (-1.25, 7), (9.0, 22), (31.0, 6), (1e-3, 120)]
    normal = [-3.0, 0.0, 1.959963984540054, 6.5, 20.0]
    return {
        "binomial": [[*case, stats.binom.sf(case[0] - 1, case[1], case[2])] for case in binomial],
        "hypergeometric": [
            [*case, stats.hypergeom.sf(case[0] - 1, case[3], case[2], case[1])] for case in hypergeometric],
        "student": [[*case, stats.t.sf(*case)] for case in student],
        "normal": [[case, stats.norm.sf(case)] for case in normal],
    }


def adjusted():
    values = numpy.concatenate([random.uniform(size=30), random.uniform(size=6) * 1e-4, [0.5, 0.5]])
    return {"values": values.tolist(), "adjusted": multipletests(values, method="fdr_bh")[1].tolist()}


def correlation():
    first = random.normal(size=12)
    second = 0.6 * first + random.normal(size=12)
    found = stats.pearsonr(first, second)
    interval = found.confidence_interval(0.95)
    return {"first": first.tolist(), "second": second.tolist(),
            "expected": [found.statistic, interval.low, interval.high]}


def outliers():
    predictor = random.normal(size=14)
    values = 1.5 * predictor + random.normal(size=14)
    values[5] += 4
    line = models.OLS(values, models.add_constant(predictor)).fit().get_influence()
    constant = models.OLS(values, numpy.ones((14, 1))).fit().get_influence()
    origin = models.OLS(values, predictor).fit().get_influence()
    return {"values": values.tolist(), "predictor": predictor.tolist(),
            "origin": origin.resid_studentized_external.tolist(),
            "line": line.resid_studentized_external.tolist(),
            "constant": constant.resid_studentized_external.tolist()}


ROWS, COLUMNS, INPUTS = 9, 12, 4


def screen():
    """Verdicts [kind, row, column, input] of one matrix, with a rich row and column and more by maximum."""
    chance = numpy.full((2, ROWS, COLUMNS, INPUTS), 0.3)
    chance[:, 4] += 0.35
    chance[:, :, 7] += 0.2
    chance[0] += 0.1
    return random.uniform(size=chance.shape) < chance


def drive():
    # As files hold it.
    return random.uniform(0.5, 3, size=COLUMNS).astype(numpy.float32).astype(float)


def bias(verdicts):
    maximum, minimum = verdicts.sum(axis=3)
    more, less = int((maximum > minimum).sum()), int((maximum < minimum).sum())
    difference = maximum - minimum
    return {
        "more": more, "less": less, "effect": (more - less) / (more + less),
        "region": mcnemar([[0, more], [less, 0]], exact=True).pvalue,
        "row": stats.ttest_1samp(difference.sum(axis=1), 0).pvalue,
        "column": stats.ttest_1samp(difference.sum(axis=0), 0).pvalue,
    }


def trimmed(values, design):
    """Residuals of least trimmed squares, by every half there is."""
    count, parameters = design.shape
    half = count // 2 + 1 if parameters == 1 else min(count, (count + 2) // 2 + 1)
    best = None
    for points in itertools.combinations(range(count), half):
        points = list(points)
        fit, *_ = numpy.linalg.lstsq(design[points], values[points], rcond=None)
        squares = ((values[points] - design[points] @ fit) ** 2).sum()
        if best is None or squares < best[0]:
            best = squares, fit
    return values - design @ best[1]


def against(values, variances, design, block, rest):
    """A block against a rest: its score and degrees of freedom; the rest spreads by sampling at least."""
    rest = list(rest)
    fit = models.OLS(values[rest], design[rest]).fit()
    sampling = variances[rest].mean()
    ratio = max(1, (fit.resid ** 2).sum() / fit.df_resid / sampling)
    leverage = design[block] @ numpy.linalg.inv(design[rest].T @ design[rest]) @ design[block]
    variance = (ratio - 1) * sampling + variances[block] + leverage * ratio * sampling
    return (values[block] - fit.predict(design[block])[0]) / numpy.sqrt(variance), fit.df_resid


def outlying(values, variances, design):
    """Rosner's probabilities, from the farthest block on, half of them at most."""
    count = len(values)
    order = numpy.argsort(-trimmed(values, design), kind="stable")
    steps = []
    for place in range(count // 2):
        if count - place - 1 - design.shape[1] < 3:
            break
        score, degrees = against(values, variances, design, order[place], order[place + 1:])
        steps.append(min(1, (count - place) * stats.t.sf(score, degrees)))
    found = numpy.ones(count)
    for place in reversed(range(len(steps))):
        found[order[place]] = min(steps[place:])
    return found


def dispersion(cells, verdict_count):
    expected = numpy.outer(cells.mean(axis=1), cells.mean(axis=0)) / cells.mean()
    expected = expected.clip(0.5 / verdict_count, verdict_count - 0.5 / verdict_count)
    statistic = ((cells - expected) ** 2 / (expected * (1 - expected / verdict_count))).sum()
    return max(1, statistic / (cells.size - sum(cells.shape) + 1))


def enrichment(cells, verdict_count, predictor):
    """Of the rows of `cells`, [row, column]."""
    rows, columns = cells.shape
    totals = cells.sum(axis=1)
    variance = cells.var() * columns * (cells.size - columns) / (cells.size - 1)
    chance = (totals - columns * cells.mean()) / numpy.sqrt(variance)
    distribution = numpy.ones(1)
    for column in cells.T:
        distribution = numpy.convolve(distribution, numpy.bincount(column) / rows)
    mean, deviation = cells.mean(axis=0).sum(), numpy.sqrt(cells.var(axis=0).sum())
    count = columns * verdict_count
    odds = numpy.log((totals + 0.5) / (count - totals + 0.5)) - numpy.log((mean + 0.5) / (count - mean + 0.5))
    shares = [(totals + 0.5) / (count + 1), (totals.sum() + 0.5) / (rows * count + 1)]
    variances = dispersion(cells, verdict_count) * numpy.maximum(*[1 / (count * share * (1 - share)) for share in shares])
    design = numpy.ones((rows, 1)) if predictor is None else models.add_constant(numpy.log(predictor))
    alone = [against(odds, variances, design, row, [other for other in range(rows) if other != row])
             for row in range(rows)]
    return {
        "excess": (totals / count / (cells.mean() / verdict_count)).tolist(), "chance_z": chance.tolist(),
        "margin_z": ((totals - mean) / deviation).tolist(),
        "margin_p": [distribution[total:].sum() for total in totals],
        "arithmetic_p": outlying(odds, variances, design).tolist(),
        "alone_z": [score for score, _ in alone], "alone_p": [stats.t.sf(*one) for one in alone],
    }


def overlap(verdicts):
    first, second = verdicts[..., 0], verdicts[..., 1]
    both, own, other = int((first & second).sum()), int(first.sum()), int(second.sum())
    low, high = proportion_confint(both, own + other - both, method="wilson")
    regions = stats.pearsonr(first.sum(axis=0).ravel(), second.sum(axis=0).ravel())
    interval = regions.confidence_interval(0.95)
    return {
        "jaccard": [both / (own + other - both), low, high],
        "p": stats.hypergeom.sf(both - 1, first.size, other, own),
        "regions": [regions.statistic, interval.low, interval.high],
    }


def complementarity(verdicts):
    difference = (verdicts[0].sum(axis=2) - 1.0 * verdicts[1].sum(axis=2))
    return {"row_scores": (-numpy.corrcoef(difference)).tolist()}


verdicts = screen()
cells = verdicts.sum(axis=(0, 3))
sums = drive()
reference = {
    "made_by": {"numpy": numpy.__version__, "scipy": scipy.__version__, "statsmodels": statsmodels.__version__,
                "seed": SEED},
    "tails": tails(), "false_discovery_rate": adjusted(), "correlation": correlation(), "outliers": outliers(),
    "screen": {"rows": ROWS, "columns": COLUMNS, "inputs": INPUTS, "verdicts": verdicts.ravel().astype(int).tolist(),
               "drive": sums.tolist()},
    "bias": bias(verdicts), "row_enrichment": enrichment(cells, 2 * INPUTS, None),
    "column_enrichment": enrichment(cells.T, 2 * INPUTS, sums), "overlap": overlap(verdicts),
    "complementarity": complementarity(verdicts),
    "digamma": {"arguments": [0.5, 1.0, 3.7, 40.0], "values": special.digamma([0.5, 1.0, 3.7, 40.0]).tolist(),
                "derivatives": special.polygamma(1, [0.5, 1.0, 3.7, 40.0]).tolist()},
}
(pathlib.Path(__file__).parent / "statistics.json").write_text(json.dumps(reference))
