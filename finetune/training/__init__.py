"""Training by TRL and transformers: what to give them, what to write down, how to go on after a stop."""
