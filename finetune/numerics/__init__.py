"""The ladder of numerics: each rung tried in a process of its own before a training trusts it."""

from finetune.numerics.ladder import RungReport, choose_rung, climb

__all__ = ["RungReport", "choose_rung", "climb"]
