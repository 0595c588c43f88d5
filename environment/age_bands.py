"""The age bands of the results and of published tables."""

import numpy as np

AGE_BANDS = ("<25", "25-34", "35-44", "45-54", "55-64", "65+")
AGE_BAND_STARTS = np.array([25, 35, 45, 55, 65])
LAST_AGE = 119  # the last of the life table: nobody completes it alive
