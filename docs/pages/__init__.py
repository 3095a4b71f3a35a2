"""The reference pages that are written from code, one module each; `docs/build.py` writes them."""
