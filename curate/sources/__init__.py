"""Problems and traces from hub data sets, files and our own collection."""
