"""Fat tails that all classes share: the mixing variable of a truncated multivariate Student t.

A multivariate t vector is a normal vector times the root of W = nu / chi-square(nu), one W a month for all
classes, so that extreme months are extreme everywhere at once. Because log returns with t tails have an
infinite expected simple return, the chi-square variable is kept above a low quantile: W is bounded, and
given W the log returns are normal, hence every exponential moment exists.
"""

import numpy as np
from scipy.special import gammaincc, gammaincinv

from environment.typing import FloatArray

CUT = 1.0 / 12_000.0
"""Share of the chi-square's lower tail that is left out: no month wilder than one in a thousand years."""


def mixing_variance(uniform: FloatArray, degrees: float, cut: float = CUT) -> FloatArray:
    """The month's variance factor, with expectation 1.

    Parameters
    ----------
    uniform
        Uniform draws in (0, 1), any shape; a small draw is a wild month.
    degrees
        Degrees of freedom nu of the t distribution, above 2.
    cut
        Probability of the chi-square's lower tail that is left out, in (0, 1).

    Returns
    -------
    FloatArray
        W / E[W], in the shape of `uniform`.
    """
    chi_square = 2.0 * gammaincinv(0.5 * degrees, cut + (1.0 - cut) * uniform)
    return np.asarray(degrees / chi_square / mean_mixing(degrees, cut), dtype=np.float64)


def mean_mixing(degrees: float, cut: float) -> float:
    """E[W] of the truncated mixing variable W = nu / chi-square(nu).

    x times the density of chi-square(nu - 2) is nu - 2 times that of chi-square(nu), so that, c being the
    quantile of probability `cut`, E[nu / X; X > c] = nu / (nu - 2) P(chi-square(nu - 2) > c). For cut = 0
    this is the known variance nu / (nu - 2) of a t variable.
    """
    least = gammaincinv(0.5 * degrees, cut)
    tail = gammaincc(0.5 * (degrees - 2.0), least)
    return float(degrees / (degrees - 2.0) * tail / (1.0 - cut))
