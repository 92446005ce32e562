"""Publishing: files and a card become part of a registry on the storage that one has.

    drafts       a card of one's own with little in it, and the files that it is about
    models       what a model's card lacks, out of the weights and of hub's own cards
    datasets     what a dataset's card lacks, out of the files as their reader reads them
    packing      a folder as one file, of the same bytes every time
    beginnings   a first card to fill in
    merging      what a registry lists, with what is new
    listed       an index as it is read and changed
    pages        a page a card, and the page that lists them
    places       where to publish: `folder` and `bucket`
    writing      what is written, each name once
    publishing   `publish`: the order of things

All files but the last are named by their digests and never change, so whoever reads sees the registry as it was; one
small file, `registry/v1/index.json`, is then put in place of the one that was read, if that is still there. If somebody
else was faster, what they have listed is taken in and it is tried again. Where it ends in between, files lie there that
nothing names; the next run finds them.

    index.html                              the page that lists what the index says
    registry/v1/index.json                  the one file that changes
    registry/v1/lists/<kind>.<sha256>.json  a list of a kind
    registry/v1/datasets/<sha256>/<id>.json a card, and <id>.html, its page
    registry/v1/models/<sha256>/<id>.json   likewise
    registry/v1/files/sha256/ab/<sha256>    a file
"""
