"""What there is to see of a network.

showing     `log_model`: its graph, its modules, how its weights and activations are distributed
branches    modules within modules: what each is, takes and gives, and how many parameters it has
weights     its weights, many small ones together
"""

from __future__ import annotations

from hub.viz.networks.showing import Logged, log_model

__all__ = ["Logged", "log_model"]
