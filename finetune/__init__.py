"""Fine-tuning: from an export to a merged student, with every step that can go wrong in silence checked.

TRL trains, PEFT adapts and merges, transformers loads; what stands here is what none of them does: the export
is held against its manifest, rows and masks are counted before training, numerics are probed, merges are
measured against what was trained, and everything is written down.

    settings presets/        which values train a student, and whether a study published them
    data/                    an export as tokens with a mask; what is dropped, and the report about it
    numerics/                the ladder of precisions, each rung tried in a process of its own
    training/                SFT, seq2seq and DPO by TRL and transformers; metrics, resume, seeds
    merging, plots, card     what comes out
    cli/                     tracemill finetune preflight, train, merge, plot
"""
