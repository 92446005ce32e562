"""Datasets: from a card's files to samples and batches.

`loading` finds card and files (`upstream` those of a copy on disk), `prepare` makes Arrow files of them once,
`table` maps those, and `dataset` gives users rows of it: as samples, or as a `batch` where `vectorize` knows that a
chain of transforms may run once for all.
"""
