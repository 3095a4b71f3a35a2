"""The model card: what the student was trained on and how, with where each value comes from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from curate.types import Json

_SHOWN = ("method", "objective", "learning_rate", "scheduler", "warmup", "epochs", "max_steps", "batch_size",
          "accumulation", "max_length", "lora_rank", "lora_alpha", "lora_dropout", "weight_decay",
          "max_grad_norm")  # fmt: skip


def write_card(out: Path, manifest: Mapping[str, Json]) -> Path:
    """Write `README.md` from a training's manifest; gives its path."""
    path = out / "README.md"
    path.write_text(render_card(manifest), encoding="utf-8")
    return path


def render_card(manifest: Mapping[str, Any]) -> str:
    """Render the card as Markdown with the metadata that the hub reads."""
    data, settings, origins = manifest["data"], manifest["settings"], manifest["origins"]
    licences = ", ".join(f"{source} ({licence})" for source, licence in sorted(data["licences"].items()))
    coverage = data["coverage"]
    lines = [
        "---",
        f"base_model: {manifest['student']}",
        "library_name: transformers" if settings["method"] == "full" else "library_name: peft",
        "tags: [tracemill, distillation]",
        "---",
        "",
        f"# A student of {manifest['student']}",
        "",
        f"Preset `{manifest['preset']}`" + (f", after {manifest['study']}." if manifest["study"] else "."),
        "",
        "## Data",
        "",
        f"Export `{data['export_id']}` (manifest sha256 `{data['manifest_sha256'][:16]}...`), policy "
        f"`{data['policy']}`, held against {', '.join(data['benchmarks']) or 'no benchmark'}.",
        f"{coverage['n_rows']:,} rows of {coverage['n_problems']:,} problems, "
        f"{coverage['n_tokens']:,} tokens, {coverage['n_trained']:,} of them learned; "
        f"{coverage['n_dropped']:,} rows dropped "
        f"({', '.join(f'{k} {v}' for k, v in coverage['dropped'].items()) or 'none'}); "
        f"{data['n_validation']:,} rows of other problems held out.",
        f"Sources and licences: {licences}.",
        "",
        "## Training",
        "",
        f"Numerics `{manifest['numerics']['rung']}`"
        + (", probed on this machine" if manifest["numerics"]["probed"] else ", as set and not probed")
        + f"; template `{manifest['template']}`.",
        "",
        "| setting | value | from |",
        "| --- | --- | --- |",
    ]
    lines += [f"| {name} | {settings[name]} | {origins.get(name, 'default')} |" for name in _SHOWN]
    lines += [
        "",
        "| seed | steps | best step | training loss | validation loss |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for result in manifest["results"]:
        validation = "" if result["validation_loss"] is None else f"{result['validation_loss']:.4f}"
        best = "" if result["best_step"] is None else result["best_step"]
        lines.append(
            f"| {result['seed']} | {result['n_steps']} | {best} | {result['train_loss']:.4f} | {validation} |"
        )
    versions = ", ".join(f"{name} {version}" for name, version in manifest["versions"].items())
    return "\n".join([*lines, "", f"Versions: {versions}.", ""])
