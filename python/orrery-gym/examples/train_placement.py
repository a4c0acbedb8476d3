"""Trains a placement policy with PPO (Schulman et al., 2017) in numpy, and writes it as ONNX.

The policy scores each node by itself with the same small network, from what the node has left and what the workload asks
for; one more network, of the workload and the mean of the nodes, says how much waiting is worth. So it has the same size
for twenty nodes and for a thousand, and a planner can use the first network alone.

    python train_placement.py --onnx placement.onnx

It is measured on seeds that it was not trained on, beside a random policy and best-fit.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# The matrices are small: more threads for one product cost more than they give. Read when numpy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import gymnasium
import numpy as np
from numpy.typing import NDArray

import orrery_gym

Floats = NDArray[np.float32]
Policy = Callable[[Floats, Floats, NDArray[np.int8]], NDArray[np.int64]]

# What the scorer sees of a node, then of the workload: what a planner knows too. How long the line is it does not see.
NODE_FEATURES = 9
WORK_FEATURES = 5
HELD_OUT = range(1_000_000, 1_000_020)


@dataclass
class Network:
    """Layers with tanh between them; the last has one value."""

    weights: list[Floats]
    biases: list[Floats]
    # What Adam (Kingma and Ba, 2014) remembers of each gradient and of its square.
    moments: list[tuple[Floats, Floats]] = field(default_factory=list)
    steps: int = 0

    def forward(self, rows: Floats) -> tuple[Floats, list[Floats]]:
        layers = [rows]
        for layer, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            rows = rows @ weight + bias
            if layer < len(self.weights) - 1:
                np.tanh(rows, out=rows)
                layers.append(rows)
        return rows[:, 0], layers

    def gradients(self, layers: list[Floats], upstream: Floats) -> list[Floats]:
        down = upstream[:, None].astype(np.float32)
        found: list[Floats] = []
        for layer in range(len(self.weights) - 1, -1, -1):
            found += [down.sum(axis=0), layers[layer].T @ down]
            if layer > 0:
                down = (down @ self.weights[layer].T) * (1 - layers[layer] ** 2)
        return found[::-1]

    def parameters(self) -> list[Floats]:
        return [each for pair in zip(self.weights, self.biases, strict=True) for each in pair]

    def learn(self, gradients: list[Floats], rate: float) -> None:
        if not self.moments:
            self.moments = [(np.zeros_like(each), np.zeros_like(each)) for each in self.parameters()]
        self.steps += 1
        for parameter, gradient, (first, second) in zip(self.parameters(), gradients, self.moments, strict=True):
            first += 0.1 * (gradient - first)
            second += 0.001 * (gradient**2 - second)
            step = (first / (1 - 0.9**self.steps)) / (np.sqrt(second / (1 - 0.999**self.steps)) + 1e-8)
            parameter -= rate * step


def network(random: np.random.Generator, sizes: list[int], last: float) -> Network:
    weights = [
        (random.standard_normal((rows, columns)) / np.sqrt(rows)).astype(np.float32)
        for rows, columns in zip(sizes, sizes[1:])
    ]
    weights[-1] *= last
    return Network(weights, [np.zeros(columns, np.float32) for columns in sizes[1:]])


@dataclass
class Agent:
    scorer: Network
    waiter: Network
    critic: Network

    def logits(
        self, nodes: Floats, work: Floats, masks: NDArray[np.int8]
    ) -> tuple[Floats, tuple[NDArray[np.int64], NDArray[np.int64]], list[Floats], list[Floats]]:
        """One per action, with what the way back needs. Only nodes with room are scored."""
        rows, at = np.nonzero(masks[:, :-1])
        scores, layers = self.scorer.forward(np.concatenate([nodes[rows, at], work[rows, :WORK_FEATURES]], axis=1))
        waiting, wait_layers = self.waiter.forward(summary(nodes, work))
        logits = np.full(masks.shape, -np.inf, np.float32)
        logits[rows, at] = scores
        logits[:, -1] = waiting
        return logits, (rows, at), layers, wait_layers

    def best(self, nodes: Floats, work: Floats, masks: NDArray[np.int8]) -> NDArray[np.int64]:
        return self.logits(nodes, work, masks)[0].argmax(axis=1)

    def best_node(self, nodes: Floats, work: Floats, masks: NDArray[np.int8]) -> NDArray[np.int64]:
        """Waits only where no node has room, as a planner does."""
        logits = self.logits(nodes, work, masks)[0]
        logits[masks[:, :-1].any(axis=1), -1] = -np.inf
        return logits.argmax(axis=1)


def summary(nodes: Floats, work: Floats) -> Floats:
    return np.concatenate([nodes.mean(axis=1), work], axis=1)


def softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def split(observations: Floats, description: dict[str, Any]) -> tuple[Floats, Floats]:
    return orrery_gym.part(observations, description, "nodes"), orrery_gym.part(observations, description, "work")


def train(agent: Agent, options: argparse.Namespace, report: Callable[[str], None]) -> None:
    random = np.random.default_rng(options.seed)
    envs = gymnasium.make_vec("orrery/Placement-v0", num_envs=options.envs, scenario=options.scenario)
    description = envs.unwrapped.description
    observations, infos = envs.reset(seed=options.seed)
    began = time.monotonic()
    ended = np.zeros(options.envs, bool)
    horizon, count = options.horizon, options.envs
    usual = 0.0
    for update in range(options.updates):
        share = max(update / options.updates, (time.monotonic() - began) / options.seconds)
        if share >= 1:
            break
        batch: dict[str, list[NDArray[Any]]] = {
            name: [] for name in ("nodes", "work", "masks", "actions", "chances", "values", "rewards", "ends", "live")
        }
        for _ in range(horizon):
            nodes, work = split(observations, description)
            masks = infos["action_mask"]
            chances = softmax(agent.logits(nodes, work, masks)[0])
            # Gumbel's way to draw: the largest of the logarithms with noise.
            noise = -np.log(random.standard_exponential(chances.shape, np.float32) + 1e-20)
            with np.errstate(divide="ignore"):
                actions = (np.log(chances) + noise).argmax(axis=1)
            values = agent.critic.forward(summary(nodes, work))[0]
            observations, rewards, terminated, truncated, infos = envs.step(actions)
            # The step after the end of an episode begins the next one and takes no action.
            live = ~ended
            ended = terminated | truncated
            taken = chances[np.arange(count), actions]
            for name, value in zip(
                batch, (nodes, work, masks, actions, taken, values, rewards, ended, live), strict=True
            ):
                batch[name].append(value)
        columns = {name: np.stack(values) for name, values in batch.items()}
        level = float(columns["rewards"][columns["live"]].mean())
        usual = level if update == 0 else usual + 0.05 * (level - usual)
        last = agent.critic.forward(summary(*split(observations, description)))[0]
        # What matters is how much more than usual is in use.
        advantages = returns_of(columns, (columns["rewards"] - usual) * options.scale, last, options)
        targets = advantages + columns["values"]
        learn(agent, columns, advantages, targets, random, options, options.rate * (1 - share))
        if update % 20 == 0:
            seconds = time.monotonic() - began
            report(f"update {update:4d}  {seconds:5.0f} s  {(update + 1) * horizon * count:8d} steps  reward {level:.4f}")
    envs.close()


def returns_of(columns: dict[str, NDArray[Any]], rewards: Floats, last: Floats, options: argparse.Namespace) -> Floats:
    """Generalised advantages (Schulman et al., 2016). An end by the limit of steps is no end of the work."""
    values = columns["values"]
    advantages = np.zeros_like(values)
    ahead = np.zeros_like(last)
    for step in range(len(values) - 1, -1, -1):
        following = last if step == len(values) - 1 else values[step + 1]
        going = 1.0 - columns["ends"][step]
        # The observation at the end stands for what would have come.
        difference = rewards[step] + options.discount * following * going - values[step]
        difference = np.where(going == 0, 0.0, difference)
        ahead = difference + options.discount * options.trace * going * ahead
        advantages[step] = ahead
    return advantages


def learn(
    agent: Agent,
    columns: dict[str, NDArray[Any]],
    advantages: Floats,
    targets: Floats,
    random: np.random.Generator,
    options: argparse.Namespace,
    rate: float,
) -> None:
    # Where there was nothing to choose there is nothing to learn.
    useful = columns["live"] & ~columns["ends"]
    flat = {name: column[useful] for name, column in columns.items()}
    goals = targets[useful]
    gains = advantages[useful]
    gains = (gains - gains.mean()) / (gains.std() + 1e-8)
    for _ in range(options.epochs):
        for chosen in np.array_split(random.permutation(len(gains)), options.minibatches):
            nodes, work, masks, actions = (flat[name][chosen] for name in ("nodes", "work", "masks", "actions"))
            logits, (rows, at), layers, wait_layers = agent.logits(nodes, work, masks)
            chances = softmax(logits)
            every = np.arange(len(chosen))
            ratio = chances[every, actions] / flat["chances"][chosen]
            gain = gains[chosen]
            clipped = ((ratio > 1 + options.clip) & (gain > 0)) | ((ratio < 1 - options.clip) & (gain < 0))
            pull = np.where(clipped, 0, -ratio * gain)
            slope = -chances * pull[:, None]
            slope[every, actions] += pull
            logs = np.log(np.maximum(chances, 1e-12))
            entropy = -(chances * logs).sum(axis=1, keepdims=True)
            slope += options.entropy * chances * (logs + entropy)
            slope /= len(chosen)
            agent.scorer.learn(agent.scorer.gradients(layers, slope[rows, at]), rate)
            agent.waiter.learn(agent.waiter.gradients(wait_layers, slope[:, -1]), rate)
            values, value_layers = agent.critic.forward(summary(nodes, work))
            agent.critic.learn(agent.critic.gradients(value_layers, (values - goals[chosen]) / len(chosen)), rate)


def measure(policy: Policy, scenario: str) -> Floats:
    """Mean share of GPUs in use, in points, for each of the held-out seeds."""
    envs = gymnasium.make_vec("orrery/Placement-v0", num_envs=len(HELD_OUT), scenario=scenario)
    observations, infos = envs.reset(seed=list(HELD_OUT))
    while "measures" not in infos:
        nodes, work = split(observations, envs.unwrapped.description)
        observations, _, _, _, infos = envs.step(policy(nodes, work, infos["action_mask"]))
    envs.close()
    return 100 * infos["measures"]["gpu"]


def random_policy(seed: int) -> Policy:
    random = np.random.default_rng(seed)

    def choose(nodes: Floats, work: Floats, masks: NDArray[np.int8]) -> NDArray[np.int64]:
        keys = random.random(masks.shape) * masks
        keys[:, -1] = 0
        # The last is "wait", which is left when no node has room.
        return np.where(masks[:, :-1].any(axis=1), keys.argmax(axis=1), masks.shape[1] - 1)

    return choose


def best_fit(nodes: Floats, work: Floats, masks: NDArray[np.int8]) -> NDArray[np.int64]:
    """The planner's: least left over of cores and GPUs, as shares of the largest node's, in whole points."""
    left = 0.5 * (nodes[:, :, 0] - work[:, None, 0]) + 0.5 * (nodes[:, :, 2] - work[:, None, 2])
    points = np.where(masks[:, :-1] == 1, np.trunc(100 * (1 - left)), -1)
    return np.where(masks[:, :-1].any(axis=1), points.argmax(axis=1), masks.shape[1] - 1)


def onnx_write(agent: Agent, path: Path, description: dict[str, Any]) -> None:
    """The scorer: `features` [nodes, 14] to `scores` [nodes]. What the features are goes with it."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    network = agent.scorer
    steps, weights, name = [], [], "features"
    for layer, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        weights += [numpy_helper.from_array(weight, f"weight{layer}"), numpy_helper.from_array(bias, f"bias{layer}")]
        steps.append(helper.make_node("Gemm", [name, f"weight{layer}", f"bias{layer}"], [f"sum{layer}"]))
        name = f"sum{layer}"
        if layer < len(network.weights) - 1:
            steps.append(helper.make_node("Tanh", [name], [f"layer{layer}"]))
            name = f"layer{layer}"
    steps.append(helper.make_node("Flatten", [name], ["scores"], axis=0))
    weights_in = helper.make_tensor_value_info("features", TensorProto.FLOAT, ["nodes", len(network.weights[0])])
    scores_out = helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, "nodes"])
    graph = helper.make_graph(steps, "orrery-placement", [weights_in], [scores_out], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="orrery-gym")
    model.ir_version = 8
    parts = {part["name"]: part["names"] for part in description["observation"]["parts"]}
    features = [f"node.{each}" for each in parts["nodes"]] + [f"work.{each}" for each in parts["work"][:WORK_FEATURES]]
    helper.set_model_props(model, {"orrery.features": json.dumps(features), "orrery.environment": "placement"})
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", default="heterogeneous-20")
    parser.add_argument("--onnx", type=Path, help="where to write the policy")
    parser.add_argument("--json", type=Path, help="where to write the table")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=300, help="of training at most")
    parser.add_argument("--updates", type=int, default=400)
    parser.add_argument("--envs", type=int, default=64)
    parser.add_argument("--horizon", type=int, default=128, help="steps of each environment per update")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--minibatches", type=int, default=4)
    parser.add_argument("--hidden", type=int, default=32)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--discount", type=float, default=0.99)
    parser.add_argument("--trace", type=float, default=0.95)
    parser.add_argument("--clip", type=float, default=0.2)
    parser.add_argument("--entropy", type=float, default=0.003)
    parser.add_argument("--scale", type=float, default=10.0, help="of rewards")
    options = parser.parse_args()

    random = np.random.default_rng(options.seed)
    hidden = [options.hidden, options.hidden, 1]
    summaries = NODE_FEATURES + WORK_FEATURES + 2
    agent = Agent(
        network(random, [NODE_FEATURES + WORK_FEATURES, *hidden], 0.1),
        network(random, [summaries, *hidden], 0.1),
        network(random, [summaries, *hidden], 1.0),
    )
    # To begin with, waiting is the exception.
    agent.waiter.biases[-1] -= 2
    began = time.monotonic()
    train(agent, options, lambda line: print(line, flush=True))
    trained = time.monotonic() - began

    table = {
        "random": measure(random_policy(options.seed), options.scenario),
        "best-fit": measure(best_fit, options.scenario),
        "learned": measure(agent.best, options.scenario),
        "never waits": measure(agent.best_node, options.scenario),
    }
    print(f"\nGPUs in use, %, on {len(HELD_OUT)} held-out seeds of {options.scenario}; {trained:.0f} s of training")
    print("seed     " + "".join(f"{name:>13}" for name in table))
    for row, seed in enumerate(HELD_OUT):
        print(f"{seed:<9}" + "".join(f"{column[row]:13.2f}" for column in table.values()))
    print("mean     " + "".join(f"{column.mean():13.2f}" for column in table.values()))
    if options.json:
        means = {name: float(column.mean()) for name, column in table.items()}
        options.json.write_text(json.dumps({"seconds": trained, "means": means}))
    if options.onnx:
        env = gymnasium.make("orrery/Placement-v0", scenario=options.scenario)
        onnx_write(agent, options.onnx, env.unwrapped.description)  # type: ignore[attr-defined]
        env.close()
        print(f"the policy is in {options.onnx}")


if __name__ == "__main__":
    main()
