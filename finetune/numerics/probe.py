"""One rung, tried in this process: python -m finetune.numerics.probe RUNG STUDENT OUT.npy

Multiplies the matrix shapes of known crash reports, loads the student, runs forward and backward to the
embeddings, generates eight tokens, writes the logits of a fixed prompt to OUT and one line of JSON to
standard output. Whoever started it reads the exit code: a signal here (SIGFPE inside a GPU library) kills
nobody else.
Shapes: pytorch #133548 (2 x 1024 @ 1024 x 18432) and #152017 (64 x 14688 @ 14688 x 1536), cut on a CPU.
"""

from __future__ import annotations

import json
import sys
from typing import Any

GPU_SHAPES = ((2, 1024, 18432), (64, 14688, 1536), (1, 4096, 4096))
CPU_SHAPES = ((2, 256, 512), (16, 512, 128))
PROMPT_TOKENS = 24
NEW_TOKENS = 8


def main() -> int:
    rung, student, out = sys.argv[1:4]
    import numpy as np
    import torch

    from finetune.student import find_rung, load_model, load_tokenizer, local_device

    numerics = find_rung(rung)
    torch.set_num_threads(1)
    torch.manual_seed(0)
    device = local_device()
    dtype = getattr(torch, numerics.dtype)
    for m, k, n in GPU_SHAPES if device != "cpu" else CPU_SHAPES:
        product = torch.randn(m, k, device=device, dtype=dtype) @ torch.randn(
            k, n, device=device, dtype=dtype
        )
        _require_finite(f"matrix product {m}x{k}x{n}", product)
    model = load_model(student, numerics)
    vocabulary = len(load_tokenizer(student))
    ids = (torch.arange(PROMPT_TOKENS, device=device) * 7 % vocabulary).unsqueeze(0)
    logits = _forward_and_back(model, ids)
    model.eval()
    with torch.no_grad():
        generated = model.generate(ids, max_new_tokens=NEW_TOKENS, do_sample=False)
    np.save(out, logits)
    print(json.dumps({"rung": rung, "device": device, "n_generated": int(generated.shape[1] - ids.shape[1])}))
    return 0


def _forward_and_back(model: Any, ids: Any) -> Any:
    """Run a training step's two directions, with the embeddings as what is trained; give the logits."""
    embeddings = model.get_input_embeddings()(ids).detach().requires_grad_()
    output = model(inputs_embeds=embeddings, labels=ids)
    output.loss.backward()
    _require_finite("loss", output.loss)
    _require_finite("logits", output.logits)
    _require_finite("gradients", embeddings.grad)
    return output.logits[0].detach().float().cpu().numpy()


def _require_finite(what: str, value: Any) -> None:
    if not bool(value.isfinite().all()):
        print(json.dumps({"fault": f"{what} holds NaN or infinity"}))
        raise SystemExit(9)


if __name__ == "__main__":
    sys.exit(main())
