"""Means with their intervals, in whole numbers, the same on every machine. Pure."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from evaluation.effect.protocol import DRAWS, SEED
from evaluation.people import Numbers

_AT_ONCE: Final = 50  # draws in memory at a time: ten thousand campaigns fit


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean and the middle 95% of what it would be had other campaigns of the kind been observed."""

    value: int
    low: int
    high: int


def mean_of(values: Numbers) -> Mean:
    """Percentile bootstrap of the mean of at least one value, with the protocol's seed and number of draws."""
    count = len(values)
    random = np.random.Generator(np.random.PCG64(SEED))
    means: list[int] = []
    while len(means) < DRAWS:
        drawn = values[random.integers(0, count, (min(_AT_ONCE, DRAWS - len(means)), count))].sum(axis=1)
        means += [half_up(int(total), count) for total in drawn]
    means.sort()
    tail = DRAWS * 25 // 1000
    return Mean(half_up(int(values.sum()), count), means[tail], means[DRAWS - 1 - tail])


def half_up(total: int, count: int) -> int:
    """total / count to the nearest whole number."""
    return (2 * total + count) // (2 * count)


def comparable_means(own: Numbers, targets: Numbers, shares: Numbers, lowest_bp: int, highest_bp: int) -> Numbers:
    """For each target of `own` the mean share of those of `targets` that lie within so much of it; -1 where none does."""
    order = np.argsort(targets, kind="stable")
    ordered, sums = targets[order], np.concatenate([[0], np.cumsum(shares[order])])
    first = np.searchsorted(ordered * 10_000, own * lowest_bp, "left")
    last = np.searchsorted(ordered * 10_000, own * highest_bp, "right")
    count, total = last - first, sums[last] - sums[first]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(count > 0, (2 * total + count) // np.maximum(2 * count, 1), -1).astype(np.int64)
