"""Evaluation of students on benchmarks. Layer 5: may use curate, never finetune."""
