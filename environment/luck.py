"""Addressed luck: every random draw is a pure function of where it is used.

A draw is addressed by (seed, replication, stream, month, row, number), never consumed in sequence, so a new
agent, a new rule or a subset of the rows leaves every other draw as it was. The generator is Philox 4x32-10
(Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"): the key is the first
eight bytes of SHA-256 of "seed/replication/stream", the counter is (row, month, number, 0).

Kernels that draw where they need it call `philox_uniform` with the two words of `Luck.key`.
"""

import hashlib

import numpy as np
import numpy.typing as npt
from numba import njit
from scipy.special import ndtri

from environment.blocks import in_blocks
from environment.typing import FloatArray, IntArray

_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_LOW_WORD = np.uint64(0xFFFFFFFF)
_WORD_BITS = np.uint64(32)
_ROUNDS = 10

Words = tuple[np.uint64, np.uint64, np.uint64, np.uint64]


@njit(nogil=True, inline="always")
def philox_words(
    counter0: np.uint64,
    counter1: np.uint64,
    counter2: np.uint64,
    counter3: np.uint64,
    key0: np.uint64,
    key1: np.uint64,
) -> Words:
    """Philox 4x32-10: four random 32-bit words, each in a uint64, from a counter and a key of such words."""
    for _ in range(_ROUNDS):
        product0 = _MULTIPLIER_0 * counter0
        product1 = _MULTIPLIER_1 * counter2
        counter0 = (product1 >> _WORD_BITS) ^ counter1 ^ key0
        counter1 = product1 & _LOW_WORD
        counter2 = (product0 >> _WORD_BITS) ^ counter3 ^ key1
        counter3 = product0 & _LOW_WORD
        key0 = (key0 + _WEYL_0) & _LOW_WORD
        key1 = (key1 + _WEYL_1) & _LOW_WORD
    return counter0, counter1, counter2, counter3


@njit(nogil=True, inline="always")
def uniform_of_words(high: np.uint64, low: np.uint64) -> float:
    """Uniform number in (0, 1) of 53 bits: 27 from the word `high`, 26 from `low`.

    The value k of the bits stands for k / 2^53, and 0 for half a step, so that neither 0 nor 1 is returned.
    """
    bits = ((high >> np.uint64(5)) << np.uint64(26)) | (low >> np.uint64(6))
    return max(float(np.int64(bits)), 0.5) * 2.0**-53


@njit(nogil=True, inline="always")
def philox_uniform(key0: np.uint64, key1: np.uint64, row: int, month: int, number: int) -> float:
    """One uniform draw in (0, 1), for use in other kernels.

    Parameters
    ----------
    key0, key1
        The two words of `Luck.key`.
    row, month, number
        The address, each 0 to 2^32 - 1.
    """
    counter0 = np.uint64(row) & _LOW_WORD
    counter1 = np.uint64(month) & _LOW_WORD
    counter2 = np.uint64(number) & _LOW_WORD
    words = philox_words(counter0, counter1, counter2, np.uint64(0), key0, key1)
    return uniform_of_words(words[0], words[1])


@njit(cache=True, nogil=True)
def _fill(
    draws: FloatArray,
    keys: npt.NDArray[np.uint64],
    month: int,
    rows: IntArray,
    first_number: int,
    start: int,
    stop: int,
) -> None:
    """Fill some rows of `draws` (streams, numbers, rows) with uniforms; numbers count up from `first_number`.

    The two words of stream i are `keys[i]`. The rows come last, and what is called is inlined, so that the
    machine draws for several rows at a time.
    """
    for i in range(draws.shape[0]):
        key0, key1 = keys[i, 0], keys[i, 1]
        for k in range(draws.shape[1]):
            for j in range(start, stop):
                draws[i, k, j] = philox_uniform(key0, key1, rows[j], month, first_number + k)


@njit(cache=True, nogil=True)
def _fill_dated(
    draws: FloatArray,
    keys: npt.NDArray[np.uint64],
    months: IntArray,
    rows: IntArray,
    number: int,
    start: int,
    stop: int,
) -> None:
    """As `_fill`, of one number, `draws` being (streams, rows), where every row has a month of its own."""
    for i in range(draws.shape[0]):
        key0, key1 = keys[i, 0], keys[i, 1]
        for j in range(start, stop):
            draws[i, j] = philox_uniform(key0, key1, rows[j], months[j], number)


class Luck:
    """The luck of one replication of a run.

    Parameters
    ----------
    seed
        Integer >= 0.
    replication
        Integer >= 0. Replication 0 of many is the single run.

    Raises
    ------
    ValueError
        If either is negative.

    Notes
    -----
    In every method `stream` is a plain name such as "death" or "market.shock", `month` the simulated month
    (0 is the opening), `rows` an array of row numbers, and `number` tells several draws at one address apart;
    month, rows and number lie between 0 and 2^32 - 1.
    """

    __slots__ = ("_keys", "_lines", "replication", "seed")

    def __init__(self, seed: int, replication: int) -> None:
        if seed < 0 or replication < 0:
            raise ValueError(f"seed and replication must be >= 0, not {seed} and {replication}")
        self.seed = seed
        self.replication = replication
        self._keys: dict[str, tuple[np.uint64, np.uint64]] = {}
        self._lines: dict[tuple[str, ...], npt.NDArray[np.uint64]] = {}

    def key(self, stream: str) -> tuple[np.uint64, np.uint64]:
        """The two 32-bit words of the stream's key, for `philox_uniform`."""
        if stream not in self._keys:
            digest = hashlib.sha256(f"{self.seed}/{self.replication}/{stream}".encode()).digest()
            words = int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:8], "little")
            self._keys[stream] = np.uint64(words[0]), np.uint64(words[1])
        return self._keys[stream]

    def uniform(self, stream: str, month: int, rows: IntArray, number: int = 0) -> FloatArray:
        """Uniform draws in (0, 1), one a row, in the shape of `rows`."""
        rows = np.asarray(rows, dtype=np.int64)
        return self._draw((stream,), month, rows.reshape(-1), number).reshape(rows.shape)

    def uniforms(self, stream: str, month: int, rows: IntArray, numbers: int) -> FloatArray:
        """Uniform draws in (0, 1), shape (rows, numbers); column k is `uniform` with number k."""
        draws = self._draw((stream,), month, np.asarray(rows, dtype=np.int64), 0, numbers)
        return np.ascontiguousarray(draws[0].T)

    def uniform_streams(self, streams: tuple[str, ...], month: int, rows: IntArray) -> FloatArray:
        """Uniform draws in (0, 1), shape (streams, rows); line i is `uniform` of stream i."""
        return self._draw(streams, month, np.asarray(rows, dtype=np.int64))[:, 0]

    def uniform_dated(
        self, streams: tuple[str, ...], months: IntArray, rows: IntArray, number: int = 0
    ) -> FloatArray:
        """As `uniform_streams`, each row in its own month, shape (rows,)."""
        draws, keys = np.empty((len(streams), rows.size)), self._key_lines(streams)
        months, rows = np.asarray(months, dtype=np.int64), np.asarray(rows, dtype=np.int64)
        in_blocks(
            lambda part: _fill_dated(draws, keys, months, rows, number, part.start, part.stop), rows.size
        )
        return draws

    def uniform_grid(self, stream: str, months: IntArray, rows: IntArray, number: int = 0) -> FloatArray:
        """Uniform draws in (0, 1), shape (months, rows); line i is `uniform` of month i."""
        each_month, each_row = np.repeat(months, rows.size), np.tile(rows, months.size)
        draws: FloatArray = self.uniform_dated((stream,), each_month, each_row, number)
        return draws.reshape(months.size, rows.size)

    def normal(self, stream: str, month: int, rows: IntArray, number: int = 0) -> FloatArray:
        """Standard normal draws by inversion of `uniform`."""
        return normal_of(self.uniform(stream, month, rows, number))

    def normals(self, stream: str, month: int, rows: IntArray, numbers: int) -> FloatArray:
        """Standard normal draws by inversion of `uniforms`."""
        return normal_of(self.uniforms(stream, month, rows, numbers))

    def normal_streams(self, streams: tuple[str, ...], month: int, rows: IntArray) -> FloatArray:
        """Standard normal draws by inversion of `uniform_streams`."""
        return normal_of(self.uniform_streams(streams, month, rows))

    def normal_grid(self, stream: str, months: IntArray, rows: IntArray, number: int = 0) -> FloatArray:
        """Standard normal draws by inversion of `uniform_grid`."""
        return normal_of(self.uniform_grid(stream, months, rows, number))

    def _draw(
        self,
        streams: tuple[str, ...],
        month: int,
        rows: IntArray,
        first_number: int = 0,
        numbers: int = 1,
    ) -> FloatArray:
        """Draws, shape (streams, numbers, rows)."""
        draws = np.empty((len(streams), numbers, rows.size))
        if draws.size:
            keys = self._key_lines(streams)
            in_blocks(
                lambda part: _fill(draws, keys, month, rows, first_number, part.start, part.stop), rows.size
            )
        return draws

    def _key_lines(self, streams: tuple[str, ...]) -> npt.NDArray[np.uint64]:
        """The keys of some streams, shape (streams, 2)."""
        lines = self._lines.get(streams)
        if lines is None:
            lines = self._lines[streams] = np.array([self.key(one) for one in streams], dtype=np.uint64)
        return lines


def normal_of(uniform: FloatArray) -> FloatArray:
    """Standard normal quantiles of probabilities in (0, 1)."""
    normal = np.empty(uniform.shape)
    flat, probability = normal.reshape(-1), np.ascontiguousarray(uniform).reshape(-1)
    in_blocks(lambda part: ndtri(probability[part], out=flat[part]), flat.size)
    return normal
