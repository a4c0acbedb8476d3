"""Steps per second through Python, one JSON line per round: ours, and Gymnasium's own CartPole in a vector of the same size."""

import json
import sys
import time

import gymnasium
import numpy as np

import orrery_gym  # noqa: F401 (registers the environments)

COUNT, ROUNDS = int(sys.argv[1]), int(sys.argv[2])
STEPS = {"placement": 4000, "cartpole": 500}


def main() -> None:
    ours = gymnasium.make_vec("orrery/Placement-v0", num_envs=COUNT, vectorization_mode="vector_entry_point")
    theirs = gymnasium.make_vec("CartPole-v1", num_envs=COUNT, vectorization_mode="sync")
    keys = np.random.default_rng(1).random((97, COUNT, ours.single_action_space.n), dtype=np.float32)
    theirs.action_space.seed(1)
    pushes = [theirs.action_space.sample() for _ in range(97)]

    def allowed(turn: int, infos: dict) -> np.ndarray:
        # A random one of those that the mask allows.
        return (keys[turn % 97] * infos["action_mask"]).argmax(axis=1)

    def pushed(turn: int, infos: dict) -> np.ndarray:
        return pushes[turn % 97]

    for turn in range(ROUNDS + 1):
        rates = {
            "placement": rate(ours, STEPS["placement"], allowed),
            "cartpole": rate(theirs, STEPS["cartpole"], pushed),
        }
        # The first round warms up.
        if turn > 0:
            print(json.dumps(rates), flush=True)


def rate(envs: gymnasium.vector.VectorEnv, steps: int, choose) -> float:
    _, infos = envs.reset(seed=1)
    began = time.perf_counter()
    for turn in range(steps):
        _, _, _, _, infos = envs.step(choose(turn, infos))
    return steps * COUNT / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
