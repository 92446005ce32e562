"""Bundles: datasets, weights and files in one file, for a machine without a network.

    hub.lock                     what the bundle holds: names, and each file by sha256 and size
    README.txt                   the same for people, and how to read it with `tar` and `sha256sum` alone
    registries.json              other people's registries to which some of the names belong, if any do
    registries/<sha256>.json     what those say of the names
    blobs/sha256/ab/<64 hex>     the files, in the order of their digests

A plain tar (POSIX.1-2001). What is the same has the same bytes: no times, no users, one order. Nothing in it is a path
on anybody's disk: a member is picked by its digest, which `hub.lock` names, and counts if it hashes to that.

    form         names, limits and texts of a bundle
    contents     from names to what a bundle is to hold
    writing      a bundle, member by member
    members      a tar from front to back, which may be damaged or cut
    reading      what a bundle says that it holds
    importing    the files of a bundle into the store
    registries   what a bundle says of other people's registries

Limits. Whoever made a bundle is trusted as a source is: files of which a card states a digest must have it, but those
of which none is published are taken as the bundle has them.
"""
