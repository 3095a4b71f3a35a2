"""The engine of generation: bounded work on the wire, retries, limits, money, and a journal of all of it."""
