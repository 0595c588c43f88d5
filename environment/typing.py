"""Names for the array types of the model."""

from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.signedinteger[Any]]
"""Whole numbers of any width: columns of people are as narrow as their range allows."""
ShortArray = npt.NDArray[np.int16]
TinyArray = npt.NDArray[np.int8]
BoolArray = npt.NDArray[np.bool_]
