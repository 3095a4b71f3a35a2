"""Programs of models: run in isolation or not at all."""
