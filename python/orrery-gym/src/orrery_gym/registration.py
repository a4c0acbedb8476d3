"""Tells Gymnasium of the environments."""

from gymnasium.envs.registration import register, registry


def environments_register() -> None:
    for name in ("Placement", "Rebalance", "Scale"):
        environment = f"orrery/{name}-v0"
        if environment in registry:
            continue
        register(
            id=environment,
            entry_point=f"orrery_gym.environment:{name}Env",
            vector_entry_point=f"orrery_gym.vector:{name}VectorEnv",
        )
