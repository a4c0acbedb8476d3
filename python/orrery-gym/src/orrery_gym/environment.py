"""Single environments."""

from __future__ import annotations

from typing import Any, ClassVar

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from orrery_gym.spaces import observation_space
from orrery_gym.wire import Outputs, Wire


class OrreryEnv(gymnasium.Env[NDArray[np.float32], np.int64]):
    """One environment of the twin. ``description`` says what the values of an observation are, and what a reward is made of."""

    name: ClassVar[str]
    metadata: dict[str, Any] = {"render_modes": []}

    def __init__(
        self,
        scenario: str | None = None,
        overrides: dict[str, Any] | None = None,
        socket: str | None = None,
        render_mode: None = None,
    ) -> None:
        self.render_mode = render_mode
        self._wire = Wire(self.name, 1, "disabled", scenario, overrides, socket)
        self.description = self._wire.description
        self.config: dict[str, Any] = self._wire.welcome["config"]
        self.observation_space = observation_space(self.description)
        self.action_space = spaces.Discrete(self._wire.action_count)
        self._seeded = False

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        super().reset(seed=seed, options=options)
        # Who never names a seed gets another episode in every process, as everywhere in Gymnasium.
        if seed is None and not self._seeded:
            seed = int(self.np_random.integers(2**53))
        self._seeded = True
        outputs = self._wire.reset([seed])
        return outputs.observations[0], {"action_mask": outputs.masks[0]}

    def step(self, action: np.int64) -> tuple[NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        outputs = self._wire.step(np.asarray([action]))
        terminated, truncated = bool(outputs.terminated[0]), bool(outputs.truncated[0])
        info: dict[str, Any] = {"action_mask": outputs.masks[0]}
        if terminated or truncated:
            info["measures"] = self._measures(outputs)
        return outputs.observations[0], float(outputs.rewards[0]), terminated, truncated, info

    def close(self) -> None:
        self._wire.close()

    def _measures(self, outputs: Outputs) -> dict[str, float]:
        values = outputs.measures[0]
        return {name: float(value) for name, value in zip(self._wire.measure_names, values, strict=True)}


class PlacementEnv(OrreryEnv):
    name = "placement"


class RebalanceEnv(OrreryEnv):
    name = "rebalance"


class ScaleEnv(OrreryEnv):
    name = "scale"
