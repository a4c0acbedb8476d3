"""Spaces as the server describes them."""

from __future__ import annotations

from typing import Any, cast

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray


def observation_space(description: dict[str, Any]) -> gymnasium.Space[NDArray[np.float32]]:
    observation = description["observation"]
    low = np.empty(observation["length"], dtype=np.float32)
    high = np.empty(observation["length"], dtype=np.float32)
    for each in observation["parts"]:
        run = slice(each["offset"], each["offset"] + int(np.prod(each["shape"])))
        low[run] = each["low"]
        high[run] = each["high"]
    # A box is one of numbers of any kind to the type checker; this one is of the kind that it is given.
    return cast("gymnasium.Space[NDArray[np.float32]]", spaces.Box(low, high, dtype=np.float32))


def part(observation: NDArray[np.float32], description: dict[str, Any], name: str) -> NDArray[np.float32]:
    """The named run of an observation, or of many, in its own shape: ``part(observation, env.unwrapped.description, "nodes")``."""
    for each in description["observation"]["parts"]:
        if each["name"] == name:
            run = observation[..., each["offset"] : each["offset"] + int(np.prod(each["shape"]))]
            return run.reshape(*observation.shape[:-1], *each["shape"])
    raise KeyError(f"an observation has no part {name!r}")
