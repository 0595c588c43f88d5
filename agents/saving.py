"""How much of their pay savers put aside."""

import numpy as np
import numpy.typing as npt

AGE_BAND_STARTS = np.array([25, 35, 45, 55, 65])


def deferral_rate(
    age: npt.NDArray[np.integer], taste: npt.NDArray[np.float64], band_rates: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Share of pay a contributing saver defers: the usual rate of their age band times their own taste.

    People save more of their pay as they age and differ a great deal at every age. The rule takes the first
    from the published averages by age band and the second from one factor a person, fixed for life.

    Parameters
    ----------
    age : integers, shape (rows,)
        Age last birthday.
    taste : shape (rows,), > 0
        Personal factor; its mean over savers is 1.
    band_rates : shape (6,), 0 to 1
        Average deferral rate in the age bands <25, 25-34, 35-44, 45-54, 55-64, 65+.

    Returns
    -------
    shape (rows,), 0 to 1
        Share of pay a year, before the limits of the law. Nobody defers more than all of their pay.
    """
    return np.minimum(band_rates[np.searchsorted(AGE_BAND_STARTS, age, side="right")] * taste, 1.0)
