"""The environments as Gymnasium sees them. `filterwarnings = error` makes each of its complaints a failure."""

from __future__ import annotations

import subprocess
import sys

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from orrery_gym import OrreryError, part

NAMES = ["orrery/Placement-v0", "orrery/Rebalance-v0", "orrery/Scale-v0"]


@pytest.mark.parametrize("name", NAMES)
def test_gymnasium_finds_nothing_wrong(name: str) -> None:
    env = gymnasium.make(name)
    check_env(env.unwrapped)
    env.close()


@pytest.mark.parametrize("name", NAMES)
def test_the_mask_allows_what_is_not_punished(name: str) -> None:
    env = gymnasium.make(name, overrides={"stepsMost": 100})
    _, info = env.reset(seed=3)
    env.action_space.seed(3)
    ended = False
    while not ended:
        assert info["action_mask"].dtype == np.int8
        observation, _, terminated, truncated, info = env.step(env.action_space.sample(info["action_mask"]))
        assert env.observation_space.contains(observation)
        ended = terminated or truncated
    assert info["measures"]["invalid"] == 0
    env.close()


def test_an_observation_has_the_parts_that_its_description_names() -> None:
    env = gymnasium.make("orrery/Placement-v0", overrides={"nodeCount": 7})
    observation, _ = env.reset(seed=1)
    description = env.unwrapped.description
    nodes = part(observation, description, "nodes")
    assert nodes.shape == (7, 9)
    assert np.array_equal(nodes[:, 0], nodes[:, 6]), "an empty node has all its cores free"
    assert part(np.stack([observation, observation]), description, "work").shape == (2, 7)
    with pytest.raises(KeyError):
        part(observation, description, "weather")
    env.close()


def test_what_is_wrong_is_said() -> None:
    with pytest.raises(OrreryError, match="no scenario"):
        gymnasium.make("orrery/Placement-v0", scenario="none")
    with pytest.raises(OrreryError, match="nodeCount"):
        gymnasium.make("orrery/Placement-v0", overrides={"nodeCount": 0})
    with pytest.raises(ValueError, match="JSON"):
        gymnasium.make("orrery/Placement-v0", overrides={"load": float("nan")})
    with pytest.raises(ConnectionError, match="nobody serves"):
        gymnasium.make("orrery/Placement-v0", socket="/nowhere/at.all")


def test_acting_goes_wrong_before_a_reset_and_after_the_end_and_then_goes_on() -> None:
    env = gymnasium.make("orrery/Placement-v0", overrides={"stepsMost": 2}).unwrapped
    with pytest.raises(OrreryError, match="was never reset"):
        env.step(0)
    env.reset(seed=1)
    for wrong in (21, -1):
        with pytest.raises(ValueError, match="actions are 0 to 20"):
            env.step(wrong)
    with pytest.raises(ValueError, match="whole numbers"):
        env.step(float("nan"))
    env.step(0)
    assert env.step(0)[3]
    with pytest.raises(OrreryError, match="has ended its episode"):
        env.step(0)
    env.reset()
    assert not env.step(0)[3]
    env.close()


PLAYED = """
import hashlib, sys
import gymnasium, orrery_gym
digest = hashlib.sha256()
for name in sys.argv[2:]:
    envs = gymnasium.make_vec(name, num_envs=5, overrides={"stepsMost": 60})
    envs.action_space.seed(int(sys.argv[1]))
    answer = envs.reset(seed=int(sys.argv[1]))
    for step in range(150):
        digest.update(answer[0].tobytes())
        answer = envs.step(envs.action_space.sample())
        digest.update(answer[1].tobytes())
    envs.close()
print(digest.hexdigest())
"""


def test_two_processes_see_the_same_with_the_same_seed() -> None:
    def played(seed: int) -> str:
        words = [sys.executable, "-c", PLAYED, str(seed), *NAMES]
        return subprocess.run(words, capture_output=True, text=True, check=True, timeout=120).stdout

    assert played(7) == played(7)
    assert played(7) != played(8)
