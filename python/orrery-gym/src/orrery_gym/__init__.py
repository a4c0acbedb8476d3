"""Orrery's environments for Gymnasium: ``import orrery_gym``, then ``gymnasium.make("orrery/Placement-v0")``."""

from orrery_gym.environment import OrreryEnv, PlacementEnv, RebalanceEnv, ScaleEnv
from orrery_gym.registration import environments_register
from orrery_gym.spaces import part
from orrery_gym.vector import OrreryVectorEnv, PlacementVectorEnv, RebalanceVectorEnv, ScaleVectorEnv
from orrery_gym.wire import OrreryError

__all__ = [
    "OrreryEnv",
    "OrreryError",
    "OrreryVectorEnv",
    "PlacementEnv",
    "PlacementVectorEnv",
    "RebalanceEnv",
    "RebalanceVectorEnv",
    "ScaleEnv",
    "ScaleVectorEnv",
    "environments_register",
    "part",
]

environments_register()
