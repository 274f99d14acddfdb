#!/usr/bin/env python3
"""Computes with scipy what `bench` is to say of before.txt and after.txt, and of made samples.

    Fixtures/serializers/expect.py > Fixtures/serializers/expected.tsv

Median, order-statistic interval of the median (binomial, from the likeliest number on) and
the two-sided Mann-Whitney test with benchstat's limits for its exact distribution.
"""
import itertools, pathlib, re
import numpy as np
from scipy import stats

here = pathlib.Path(__file__).parent


def interval(values):
    values = sorted(values)
    n = len(values)
    low = (n + 2) // 2 - 1
    high = low + 1
    pmf = [stats.binom.pmf(k, n, 0.5) for k in range(n + 1)]
    total = pmf[low]
    while total < 0.95:
        below = pmf[low - 1] if low > 0 else 0
        above = pmf[high] if high <= n else 0
        if below == above == 0:
            break
        if below >= above * (1 - 1e-12):
            total += below
            low -= 1
        else:
            total += above
            high += 1
    return (values[low - 1], values[high - 1]) if low >= 1 and high <= n else ("", "")


def probability(old, new):
    values = list(old) + list(new)
    if len(set(values)) == 1:
        return ""
    ties = len(set(values)) < len(values)
    if not ties and max(len(old), len(new)) <= 50:
        return stats.mannwhitneyu(old, new, method="exact").pvalue
    if ties and max(len(old), len(new)) <= 9:
        ranks = stats.rankdata(values)
        sums = np.array([sum(c) for c in itertools.combinations(ranks, len(old))])
        n, m = len(old), len(new)
        u = sum(ranks[:n]) - n * (n + 1) / 2
        least = min(u, n * m - u)
        if u == n * m - u:
            return 1.0
        return min(1.0, 2 * np.mean(sums - n * (n + 1) / 2 <= least + 1e-9))
    return stats.mannwhitneyu(old, new, method="asymptotic", use_continuity=True).pvalue


def read(path):
    found = {}
    for line in open(path):
        fields = line.split()
        if len(fields) >= 4 and fields[0].startswith("Benchmark"):
            for value, unit in zip(fields[2::2], fields[3::2]):
                name = re.sub(r"-\d+$", "", fields[0])
                found.setdefault((name, unit), []).append(float(value))
    return found


def row(source, name, unit, old, new):
    lists = [",".join(repr(v) for v in side) for side in (old, new)]
    cells = [np.median(old), *interval(old), np.median(new), *interval(new), probability(old, new)]
    print("\t".join([source, name, unit, *lists, *(c if c == "" else repr(float(c)) for c in cells)]))


print("source\tbenchmark\tunit\told values\tnew values\told\told low\told high\tnew\tnew low\tnew high\tp")
for version in ("go1.22", "go1.27"):
    old, new = read(here / version / "before.txt"), read(here / version / "after.txt")
    for key in sorted(old):
        row(version, *key, old[key], new[key])
# The example of benchstat's documentation: p=0.016 and p=0.286, n=4+5.
row("benchstat", "GobEncode", "ns/op", [13552735, 13553943, 13606356, 13683198],
    [11773189, 11942588, 11786159, 11628583, 11815924])
row("benchstat", "JSONEncode", "ns/op", [32395067, 32334214, 31992891, 31735022],
    [32036529, 32156552, 31288355, 31559706, 31765634])
random = np.random.default_rng(23)
for count, (n, m, kinds) in enumerate([
    (3, 3, 100), (4, 4, 3), (5, 7, 4), (6, 6, 1000), (9, 9, 5), (9, 8, 2), (10, 10, 6), (12, 9, 4),
    (20, 20, 10000), (31, 40, 100000), (50, 50, 10**9), (51, 60, 10**9), (30, 12, 10**6), (1, 5, 9),
    (2, 2, 2), (25, 25, 8), (7, 50, 10**7), (100, 100, 50)]):
    old = [float(v) for v in random.integers(1, kinds + 1, n)]
    new = [float(v) for v in random.integers(1, kinds + 1, m) + (kinds // 4 if count % 2 else 0)]
    row("made", f"made{count}", "B/op", old, new)
