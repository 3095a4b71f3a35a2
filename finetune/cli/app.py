"""`tracemill finetune train FILE`, `merge FILE`, `card FILE`, `preflight STUDENT`, `plot DIR`.

Exit 5 when the export or the mask does not hold, 4 when the training was interrupted; the same command then
goes on.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from curate.cli.common import JsonOption, new_app, say, show, write_json, write_table
from curate.cli.hub import require_model
from curate.config import TrainingFile, read_training_file
from curate.errors import UsageError
from finetune.cli.training import (
    open_file,
    quieten,
    require_stack,
    section_of,
    train_and_tell,
    write_seeds,
)
from finetune.processes import is_main

app = new_app("Train a student on an export.")


@app.callback()
def finetune() -> None:
    """Train a student on an export."""


@app.command()
def train(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A run file, or one with only `finetune:`.")],
    json_: JsonOption = False,
) -> None:
    """Train the student of a file, seed by seed; stopped, the same command goes on."""
    report = train_and_tell(file)
    if json_ and is_main():
        write_json(asdict(report))
    elif not json_:
        write_seeds(report)


@app.command()
def preflight(
    student: Annotated[str, typer.Argument(metavar="STUDENT", help="A model's folder or hub id.")],
    json_: JsonOption = False,
) -> None:
    """Try every rung of the numerics ladder with a student, each in a process of its own."""
    require_stack()
    if student == "tiny":
        raise UsageError(
            "`tiny` is made from an export by `tracemill finetune train`",
            "name a model's folder or hub id; of a training with `tiny` it is the folder `base`",
        )
    require_model(student)
    quieten()
    from finetune.memory import free_memory, gigabytes, read_shape
    from finetune.numerics import climb
    from finetune.numerics.hardware import describe_hardware, known_trouble
    from finetune.student import load_tokenizer

    shape, free = read_shape(student), free_memory()  # one clear sentence for a student that is no decoder
    load_tokenizer(student)
    reports = climb(student)
    if json_:
        write_json([asdict(report) for report in reports])
        return
    say(f"machine: {describe_hardware()}" + (f", {gigabytes(free)} free" if free is not None else ""))
    say(f"student: {student}, {shape.n_parameters / 1e6:,.1f} million parameters")
    if known_trouble():
        say(f"warning: {known_trouble()}")
    rows = [
        (
            report.rung,
            "holds" if report.holds else "fails",
            "" if report.kl is None else f"{report.kl:.1e}",
            "" if report.top1 is None else f"{report.top1:.3f}",
            report.fault,
        )
        for report in reports
    ]
    write_table(("rung", "", "KL to fp32, nats", "same first token", "fault"), rows)


@app.command()
def merge(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file that the student was trained with.")],
    seed: Annotated[int | None, typer.Option("--seed", help="Which seed; default: the first one.")] = None,
    into: Annotated[
        str, typer.Option("--into", help="auto (measure both, keep the closer), dequantised or full.")
    ] = "auto",
    max_kl: Annotated[
        float, typer.Option("--max-kl", min=0, help="Refuse a merge further off than this, nats a token.")
    ] = 0.01,
    dtype: Annotated[
        str, typer.Option("--dtype", help="What to write the weights as: fp32, bf16 or fp16.")
    ] = "fp32",
    json_: JsonOption = False,
) -> None:
    """Merge the adapter into its base, and measure whether that is the model which was trained."""
    if into not in ("auto", "dequantised", "full"):
        raise UsageError(f"--into {into!r} is no base to merge into", "auto, dequantised or full")
    if dtype not in ("fp32", "bf16", "fp16"):
        raise UsageError(f"--dtype {dtype!r} is nothing that weights are written as", "fp32, bf16 or fp16")
    training, section = open_file(file)
    from finetune.card import write_card
    from finetune.folder import hold_folder
    from finetune.merging import find_seed, merge_seed
    from finetune.preparation import prepare

    chosen = find_seed(section.out, seed)  # before the minute that preparing takes
    with hold_folder(section.out):
        prepared = prepare(training)
        report = merge_seed(prepared, chosen, into, max_kl, dtype)  # type: ignore[arg-type]
        if (prepared.out / "manifest.json").is_file():
            write_card(prepared.out, _evaluation_of(training))
    if json_:
        write_json(asdict(report))
        return
    rows = [(c.into, f"{c.kl:.2e}", f"{c.top1:.4f}", f"{c.loss:.4f}") for c in report.candidates]
    write_table(("merged into", "KL to the trained, nats", "same first token", "held-out loss"), rows)
    say(f"trained model: held-out loss {report.trained_loss:.4f}")
    say(f"kept: {report.kept}, as {dtype}, in {report.folder}")
    say(
        f"  read back: largest gap of a logit {report.reload_gap:.1e}; it answers: {show(report.answer, 200)}"
    )
    same = "the same" if report.is_answer_same else "something else"
    say(f"  base and adapter answer {same} to the same prompt")
    say(f"  vLLM: vllm serve {report.folder}")
    say(f"  GGUF: python convert_hf_to_gguf.py {report.folder} --outtype bf16 (of llama.cpp)")


@app.command()
def card(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file that the student was trained with.")],
) -> None:
    """Write the model card again, with merges and with the evaluation of the same file."""
    from finetune.card import read_scores, write_card

    training = read_training_file(file)
    out, evaluation = section_of(training, file).out, _evaluation_of(training)
    say(f"card: {write_card(out, evaluation)}")
    if evaluation is not None:
        n_scores = len(read_scores(evaluation, out))
        say(f"  {n_scores or 'no'} scores of this student in {evaluation}")


@app.command("launch-config")
def launch_config(
    name: Annotated[str, typer.Argument(metavar="NAME", help="ddp, fsdp2 or zero3.")],
) -> None:
    """Write a configuration for `accelerate launch` to standard output."""
    from finetune.launching import read_launch_config

    print(read_launch_config(name), end="")


@app.command()
def plot(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a training or of one seed.")],
) -> None:
    """Draw the loss curves of a training again, from its metrics."""
    from finetune.plots import write_curve
    from finetune.training.metrics import METRICS

    seeds = (
        [folder] if (folder / METRICS).is_file() else sorted(p.parent for p in folder.glob(f"*/{METRICS}"))
    )
    if not seeds:
        raise UsageError(f"{folder} holds no {METRICS}", "name the folder that finetune.out names")
    for seed in seeds:
        say(f"{write_curve(seed) or 'nothing was logged in ' + str(seed)}")


def _evaluation_of(training: TrainingFile) -> Path | None:
    return training.evaluate.out if training.evaluate else None
