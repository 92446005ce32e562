"""The index of a registry that is too large to be fetched whole: it is fetched in part, each part by its digest.

    index.json                {"version": 1, "lists": [], "shards": {"entries": 1000001, "segments": [
                               {"manifest": {"sha256": ..., "size": ...}, "entries": 1000000, "dead": {...} or null}]}}
    shards/ab/ab12....gz      everything else: MessagePack in gzip, named by the sha256 of the file

An index is a few *segments*, each as large as all later ones together several times over. A segment is never changed:
a card that is added makes a new small one, and where two have become alike in size they are merged into one. What a
later segment replaces or removes is listed as `dead` of the earlier one. So adding a card to a million writes a few
hundred kB, and every state that an index.json names stays readable as long as its files stay.

A *document* is what a list shows in one line: a dataset, one network of a model's card, an entry of the catalog.
Those of a segment are numbered in order of kind and id. A segment is a *manifest* that names three *tables*, which are
sorted, cut into *leaves*, and those pinned by *pages*:

    entries     kind and id -> the document, 128 a leaf
    names       spelling in its normal form -> the numbers of documents; its neighbours are what may have been meant
    words       word -> the numbers of documents that have it (`postings`), and of those that have it in their names;
                a beginning of many words has an entry too, so that none needs more than two leaves

One name costs index.json, a manifest, and a page and a leaf of two tables: some 60 kB in a million cards.

    forms         what the files say, and how they are packed; limits for what strangers serve
    tables        sorted tables, written and read
    postings      lists of document numbers
    inversion     words -> documents, in bounded memory
    building      documents -> a segment
    publishing    the index of a registry, and a change to it
    segments      one segment, read in part
    reading       all segments of a registry: a name, a search, a list
"""
