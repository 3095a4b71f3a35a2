"""Validation loss as a mean over learned tokens, whatever the batches.

The trainers average over batches, so their validation loss moves with the batch size and with the division of
rows over processes, and the best step with it. Here each batch is weighted by its learned tokens, and rows
without any fill the last batches up, for processes that run out of rows are given the first ones again.
"""

from __future__ import annotations

from typing import Any

from finetune.data.encoding import IGNORED


def weigh_by_token(kind: type[Any], *, is_shifted: bool) -> type[Any]:
    """Make a trainer class whose validation loss is a mean over learned tokens of all processes (nats).

    `is_shifted` says that the model predicts each label from the tokens before it, so that the first one of a
    row is never predicted.
    """
    import torch

    class TokenWeighted(kind):  # type: ignore[misc]
        """Sums loss and tokens of each batch, and puts their quotient in the place of the mean of means."""

        def evaluation_loop(self, *args: Any, **options: Any) -> Any:
            self._loss_sum = self._n_learned = 0.0
            output = super().evaluation_loop(*args, **options)
            here = torch.tensor([self._loss_sum, self._n_learned], dtype=torch.float64)
            loss_sum, n_learned = self.accelerator.reduce(here.to(self.args.device), "sum").tolist()
            output.metrics[f"{options.get('metric_key_prefix', 'eval')}_loss"] = loss_sum / n_learned
            return output

        def prediction_step(self, model: Any, inputs: Any, *_args: Any, **_options: Any) -> Any:
            inputs = self._prepare_inputs(inputs)
            labels = inputs["labels"]
            n_learned = int((labels[:, 1:] if is_shifted else labels).ne(IGNORED).sum())
            with torch.no_grad(), self.compute_loss_context_manager():
                loss = self.compute_loss(model, inputs).detach()
            if n_learned:  # else the mean is 0/0
                self._loss_sum += float(loss) * n_learned
                self._n_learned += n_learned
            return loss, None, None

    return TokenWeighted


def n_filler_rows(n_rows: int, batch_size: int, n_processes: int) -> int:
    """Give how many rows without learned tokens make the last batches of all processes full.

    >>> n_filler_rows(10, 4, 2)
    6
    >>> n_filler_rows(10, 4, 1)
    0
    """
    return -n_rows % (batch_size * n_processes) if n_processes > 1 else 0
