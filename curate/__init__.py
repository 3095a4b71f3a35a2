"""The engine of tracemill: problems and teachers in, verified training sets out."""
