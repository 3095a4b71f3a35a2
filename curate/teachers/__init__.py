"""Teachers: one seam to every endpoint, with limits, retries, prices and the embedded teacher."""
