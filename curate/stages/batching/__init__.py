"""Batches: the same requests, journal and money through a Batch API, at its price.

`generate_batches(work)` is called in a thread of its own for each teacher with the transport `batch`.

    preparing   the rows and their content hash are in the journal; nothing has left
    uploaded    the input file is at the endpoint; nothing is bought
    submitted   the batch runs; it carries the hash in its metadata
    collected   what it gave is in the journal (or failed, expired, cancelled: likewise, with rows left)

Each state is flushed to the disk before the next step. A kill between the creation and its record is healed
by looking for the hash among the endpoint's batches, so nothing is bought twice; and any later run may
collect what an earlier one submitted.
"""

from curate.stages.batching.run import generate_batches

__all__ = ["generate_batches"]
