"""`tracemill finetune ...`: training from the command line."""
