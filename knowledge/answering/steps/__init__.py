"""The steps from a question to its answer, in the order of :mod:`knowledge.answering.pipeline`."""
