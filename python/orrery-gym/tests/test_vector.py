"""Vectors of environments."""

from __future__ import annotations

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

import orrery_gym  # noqa: F401 (registers the environments)

NAMES = ["orrery/Placement-v0", "orrery/Rebalance-v0", "orrery/Scale-v0"]


@pytest.mark.parametrize("name", NAMES)
def test_a_vector_does_what_single_environments_do(name: str) -> None:
    options = {"overrides": {"stepsMost": 25}}
    ours = gymnasium.make_vec(name, num_envs=3, vectorization_mode="vector_entry_point", **options)
    theirs = gymnasium.make_vec(name, num_envs=3, vectorization_mode="sync", **options)
    assert ours.observation_space == theirs.observation_space
    assert ours.action_space == theirs.action_space
    first, info = ours.reset(seed=11)
    second, their_info = theirs.reset(seed=11)
    ours.action_space.seed(1)
    for _ in range(80):
        assert np.array_equal(first, second)
        assert np.array_equal(info["action_mask"], np.stack(list(their_info["action_mask"])))
        actions = ours.action_space.sample()
        first, rewards, terminated, truncated, info = ours.step(actions)
        second, their_rewards, their_terminated, their_truncated, their_info = theirs.step(actions)
        assert np.allclose(rewards, their_rewards)
        assert np.array_equal(terminated, their_terminated)
        assert np.array_equal(truncated, their_truncated)
        if (terminated | truncated).any():
            for measure, values in info["measures"].items():
                assert np.allclose(values, their_info["measures"][measure])
    ours.close()
    theirs.close()


def test_what_was_handed_out_is_not_written_again() -> None:
    envs = gymnasium.make_vec("orrery/Placement-v0", num_envs=2)
    observations, infos = envs.reset(seed=1)
    kept = observations.copy(), infos["action_mask"].copy()
    for _ in range(20):
        envs.step(np.array([0, 1]))
    assert np.array_equal(observations, kept[0])
    assert np.array_equal(infos["action_mask"], kept[1])
    envs.close()


def test_some_are_reset_and_the_others_left_as_they_are() -> None:
    envs = gymnasium.make_vec("orrery/Placement-v0", num_envs=3, autoreset_mode=AutoresetMode.DISABLED)
    before, _ = envs.reset(seed=1)
    stepped = envs.step(np.array([0, 0, 0]))[0]
    again, _ = envs.reset(seed=[1, None, None], options={"reset_mask": np.array([True, False, False])})
    assert np.array_equal(again[0], before[0])
    assert np.array_equal(again[1:], stepped[1:])
    with pytest.raises(ValueError, match="a reset mask"):
        envs.reset(options={"reset_mask": np.array([True])})
    envs.close()


def test_wrong_actions_are_refused_before_anything_is_sent() -> None:
    envs = gymnasium.make_vec("orrery/Placement-v0", num_envs=2)
    twin = gymnasium.make_vec("orrery/Placement-v0", num_envs=2)
    envs.reset(seed=1)
    twin.reset(seed=1)
    for wrong in ([0], [0.5, 1.0], [0, 21], [0, 2**32], [float("nan"), 0]):
        with pytest.raises(ValueError, match="action"):
            envs.step(np.array(wrong))
    assert np.array_equal(envs.step(np.array([3, 4]))[0], twin.step(np.array([3, 4]))[0])
    with pytest.raises(ValueError, match="next step or not at all"):
        gymnasium.make_vec("orrery/Placement-v0", num_envs=2, autoreset_mode=AutoresetMode.SAME_STEP)
    envs.close()
    twin.close()


def test_without_a_seed_each_vector_is_another() -> None:
    episodes = []
    for _ in range(2):
        envs = gymnasium.make_vec("orrery/Scale-v0", num_envs=2)
        episodes.append(envs.reset()[0])
        envs.close()
    assert not np.array_equal(episodes[0], episodes[1])


def test_who_was_interrupted_does_not_take_an_old_answer_for_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    envs = gymnasium.make_vec("orrery/Scale-v0", num_envs=2).unwrapped
    envs.reset(seed=1)

    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(envs._wire, "_outputs", interrupted)
    with pytest.raises(KeyboardInterrupt):
        envs.step(np.array([1, 1]))
    monkeypatch.undo()
    with pytest.raises(OSError, match="Bad file descriptor"):
        envs.step(np.array([1, 1]))
    envs.close()
