"""What the engine's claims are measured with: `python -m benchmarks.generation`."""
