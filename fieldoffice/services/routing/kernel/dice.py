"""Random numbers from our own generator (xorshift64*), so that a seed gives the same plan on every machine."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fieldoffice.services.routing.kernel.compiled import compiled

Dice = NDArray[np.uint64]
_MIX = np.uint64(0x2545F4914F6CDD1D)
_A, _B, _C, _HALF = np.uint64(12), np.uint64(25), np.uint64(27), np.uint64(32)


def dice_of(seed: int) -> Dice:
    """Dice for a seed; neighboring seeds give unrelated rows of numbers."""
    state = (seed * 0x9E3779B97F4A7C15 + 0xD1B54A32D192ED03) % 2**64
    state ^= state >> 31
    return np.array([state or 1], dtype=np.uint64)


@compiled
def roll(dice: Dice, sides: int) -> int:
    """A whole number from 0 to sides - 1; sides at most 2**31."""
    x = dice[0]
    x ^= x >> _A
    x ^= x << _B
    x ^= x >> _C
    dice[0] = x
    return np.int64((((x * _MIX) >> _HALF) * np.uint64(sides)) >> _HALF)  # pyright: ignore[reportReturnType]
