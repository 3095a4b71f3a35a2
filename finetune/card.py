"""The model card: what the student was trained on and how, with where each value comes from.

In: the folder of a finished training (manifest, merges) and, where there is one, that of an evaluation. Out:
`README.md`, written anew each time. It measures nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from curate.errors import InputError
from finetune.folder import write_whole

_SHOWN = ("method", "objective", "learning_rate", "scheduler", "warmup", "epochs", "max_steps", "batch_size",
          "accumulation", "max_length", "lora_rank", "lora_alpha", "lora_dropout", "weight_decay",
          "max_grad_norm")  # fmt: skip


def write_card(out: Path, evaluation: Path | None = None) -> Path:
    """Write `README.md` from a training's folder and, where given, that of an evaluation; gives its path.

    Raises:
        InputError: when the training is not finished.
    """
    manifest = _read(out / "manifest.json")
    if manifest is None:
        raise InputError(f"{out} holds no finished training", "run `tracemill finetune train FILE` first")
    merges = {path.parent.name: _read(path) or {} for path in sorted(out.glob("seed-*/merge.json"))}
    scores = read_scores(evaluation, out) if evaluation else []
    path = out / "README.md"
    write_whole(path, render_card(manifest, merges, scores))
    return path


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found


def read_scores(evaluation: Path, out: Path) -> list[str]:
    """Give the table lines of an evaluation's models that came from this training, each with its interval.

    None where the evaluation is not finished, or measured other models only. An evaluation knows a training
    by the name of its folder and by its export, not by where the folder stands on one machine.
    """
    result = _read(evaluation / "result.json")
    export_id = ((_read(out / "manifest.json") or {}).get("data") or {}).get("export_id")
    lines = []
    for model in (result or {}).get("models", ()):
        named = Path(model.get("training") or "").name
        if named != out.resolve().name or model.get("export_id") not in (None, export_id):
            continue
        for suite in model["suites"]:
            for cell in suite["cells"]:
                low, high = (100 * float(bound) for bound in _bounds(cell["interval"]))
                budget = "" if cell["budget"] is None else f", {cell['budget']} tokens"
                lines.append(
                    f"| {model['label']} | {suite['benchmark']} | {cell['view']}{budget} | {cell['n']} "
                    f"| {100 * cell['accuracy']:.1f} % [{low:.1f}, {high:.1f}] |"
                )
    return lines


def _bounds(interval: Any) -> tuple[float, float]:
    return (
        (interval["low"], interval["high"]) if isinstance(interval, Mapping) else (interval[0], interval[1])
    )


def render_card(
    manifest: Mapping[str, Any], merges: Mapping[str, Mapping[str, Any]], scores: Sequence[str]
) -> str:
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
    if manifest["validation_sd"] is not None:
        lines += ["", f"Validation loss over seeds: {manifest['validation_loss']:.4f}, "
                      f"deviation {manifest['validation_sd']:.4f}."]  # fmt: skip
    lines += _merged(merges)
    if scores:
        head = "| model | benchmark | view | problems | accuracy, 95 % interval |"
        lines += ["", "## Evaluation", "", head, "| --- | --- | --- | ---: | ---: |", *scores]
    versions = ", ".join(f"{name} {version}" for name, version in manifest["versions"].items())
    return "\n".join([*lines, "", f"Versions: {versions}.", ""])


def _merged(merges: Mapping[str, Mapping[str, Any]]) -> list[str]:
    if not merges:
        return []
    lines = ["", "## Merge", "", "Measured against the trained model on held-out tokens.", "",
             "| seed | merged into | written as | KL, nats | same first token | kept |",
             "| --- | --- | --- | ---: | ---: | --- |"]  # fmt: skip
    for name, merge in merges.items():
        for one in merge["candidates"]:
            kept = "yes" if one["into"] == merge["kept"] else ""
            seed = name.removeprefix("seed-")
            lines.append(
                f"| {seed} | {one['into']} base | {merge.get('dtype', 'fp32')} | {one['kl']:.2e} "
                f"| {one['top1']:.4f} | {kept} |"
            )
    return lines
