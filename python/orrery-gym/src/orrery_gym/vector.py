"""Many environments, stepped in one exchange with the server."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import ArrayLike, NDArray

from orrery_gym.spaces import observation_space
from orrery_gym.wire import Outputs, Wire

_AUTORESETS = {AutoresetMode.NEXT_STEP: "next-step", AutoresetMode.DISABLED: "disabled"}


class OrreryVectorEnv(VectorEnv[NDArray[np.float32], ArrayLike, NDArray[Any]]):
    """A vector of environments of the twin.

    ``infos["action_mask"]`` has a row for each; ``infos["measures"]``, where an episode has ended, a value for each by name.
    """

    name: ClassVar[str]

    def __init__(
        self,
        num_envs: int = 1,
        scenario: str | None = None,
        overrides: dict[str, Any] | None = None,
        socket: str | None = None,
        autoreset_mode: str | AutoresetMode = AutoresetMode.NEXT_STEP,
        render_mode: None = None,
    ) -> None:
        mode = AutoresetMode(autoreset_mode)
        if mode not in _AUTORESETS:
            raise ValueError(f"the environments reset themselves in the next step or not at all, not {mode.value}")
        self.num_envs = num_envs
        self.render_mode = render_mode
        self.metadata = {"autoreset_mode": mode, "render_modes": []}
        self._wire = Wire(self.name, num_envs, _AUTORESETS[mode], scenario, overrides, socket)
        self.description = self._wire.description
        self.config: dict[str, Any] = self._wire.welcome["config"]
        self.single_observation_space = observation_space(self.description)
        self.single_action_space = spaces.Discrete(self._wire.action_count)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._everyone = np.ones(num_envs, dtype=np.bool_)
        self._seeded = False

    def reset(
        self,
        *,
        seed: int | list[int | None] | None = None,
        options: dict[str, Any] | None = None,
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        """``options={"reset_mask": …}`` resets some only, as Gymnasium's own vectors do."""
        seeds: list[int | None]
        if isinstance(seed, (int, np.integer)):
            super().reset(seed=int(seed))
            seeds = [int(seed) + row for row in range(self.num_envs)]
        elif seed is None:
            seeds = [None] * self.num_envs if self._seeded else self._seeds_drawn()
        else:
            seeds = list(seed)
            if len(seeds) != self.num_envs:
                raise ValueError(f"there are {self.num_envs} environments and {len(seeds)} seeds")
        self._seeded = True
        outputs = self._wire.reset(seeds, self._chosen(options))
        return outputs.observations, self._infos(outputs)

    def step(
        self, actions: ArrayLike
    ) -> tuple[NDArray[np.float32], NDArray[Any], NDArray[Any], NDArray[Any], dict[str, Any]]:
        outputs = self._wire.step(actions)
        infos = self._infos(outputs)
        ended = outputs.terminated | outputs.truncated
        if ended.any():
            columns = outputs.measures.T
            infos["measures"] = dict(zip(self._wire.measure_names, columns, strict=True))
            infos["_measures"] = ended
        return outputs.observations, outputs.rewards, outputs.terminated, outputs.truncated, infos

    def close_extras(self, **kwargs: Any) -> None:
        self._wire.close()

    def _infos(self, outputs: Outputs) -> dict[str, Any]:
        return {"action_mask": outputs.masks, "_action_mask": self._everyone}

    def _seeds_drawn(self) -> list[int | None]:
        return [int(each) for each in self.np_random.integers(2**53, size=self.num_envs)]

    def _chosen(self, options: dict[str, Any] | None) -> NDArray[np.bool_] | None:
        chosen = (options or {}).get("reset_mask")
        if chosen is None:
            return None
        mask = np.asarray(chosen)
        if mask.shape != (self.num_envs,) or mask.dtype != np.bool_ or not mask.any():
            raise ValueError(f"a reset mask has {self.num_envs} booleans, one of them true at least")
        return mask


class PlacementVectorEnv(OrreryVectorEnv):
    name = "placement"


class RebalanceVectorEnv(OrreryVectorEnv):
    name = "rebalance"


class ScaleVectorEnv(OrreryVectorEnv):
    name = "scale"
