"""Students in this process, by transformers. The only package of `evaluate` that loads torch, when asked to.

students   what a folder or id means: base, adapter, merged weights, template, numerics (no torch)
loading    a student as model and tokenizer, at one rung of the numerics
templates  messages as the text that the student was trained to answer
writing    batches, sorted by length, that are re-made as answers end
drawing    sampling whose draws depend on the problem and not on the batch
continuous transformers' own continuous batching, for GPUs
backend    all of it behind the seam
"""
