"""Fine-tuning of students on exports. Layer 5: may use curate, never evaluate."""
