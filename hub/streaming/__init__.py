"""Streaming: samples while their files arrive, shared out among ranks and workers, in an order that can be resumed.

    loading      load_dataset, map-style or streaming
    dataset      what users hold: an IterableDataset
    steps        its skip, take, shuffle, filter, map and shard
    sifting      functions of the user's, some of which leave samples out
    batches      batches of it, and a loop over them with workers, resumed at any batch
    order        which rows come when: a function of seed and epoch alone, whatever arrives first
    shares       which of them are whose: ranks and workers

    stock        what a split expression stands for
    rows         the rows of a split, from its files as they arrive, or from the table that is prepared already
    pieces       some rows in memory, as tables that samples are made from
    trees        files of archives as they arrive
    incoming     the bytes of one artifact, wherever they are by now
    following    a file that some process of this machine fetches, read through the journal that this one keeps
    supply       the one transfer in the background, and what it has brought so far

Nothing is fetched twice, and nothing is kept twice: what is read is the partial file of an ordinary transfer, which is
verified and published at its end. Rows are numbered in the order in which the files hold them, so that the number of a
sample depends neither on what has arrived nor on whether a table was prepared before.
"""
