"""The store: verified files, named by what they hash to.

    HUB_HOME/v1/
      blobs/sha256/ab/<64 hex>       published bytes, read-only; the name is the digest
      refs/<kind>/<name>/<version>   name -> digests; small JSON, can be lost
      prepared/<fingerprint>/        Arrow files made from blobs; can be remade
      weights/<fingerprint>.safetensors   made from blobs; can be remade
      partial/<key>.<owner>.<uuid>/  what has arrived so far of one served file
      origins/<fingerprint>.json     of what, and by which code, those two were made; can be lost
      index/                         the registry's index; can be remade
      registries.json                which registries were added
      registries/<key>/              what one of them said last: its index, and cards; can be fetched again
      own_weights.json               digests of weights files outside of the store; can be lost
      hosts.json                     how hosts did lately; can be lost
      shared/ab/<64 hex>             which blobs of other people's stores were verified; can be lost
      blocks/ab/<key>/<number>       what was read of objects elsewhere; can be fetched again
      leases/<owner>                 what a live process uses, so that gc leaves it alone
      claims/<owner>.<uuid>          what a gc is about to remove, for moments
      pins/<key>.json  <key>.lock    which lockfiles are about this store, and what they said last
      uses/<name>                    when something of another user's was used last; can be lost
      quarantine/                    files that no longer are what their name says, kept for a look
      elections/<key>                which process is making what the others wait for
      tmp/                           what is being written; the next writer removes what is older than a day
      CACHEDIR.TAG                   says to programs that make backups that all of this can be had again

Guarantees. A blob is never modified. Existence means complete and verified: bytes are hashed while they arrive in a
partial or are written to a temporary file, flushed to disk and renamed. A partial belongs to one process, which its
folder's name tells, and changes hands by a rename, which has one winner; of what it holds, only blocks that agree with
its journal are kept. What a live process or a lockfile holds is not removed, nor what was used in the last minutes.

Limits. Elections only save bandwidth and time: where two processes are elected, both fetch the same file, and both end
with the same blob. The rename must be atomic: any POSIX file system; on Windows without the flush of folders.
Whether a process on another host still runs cannot be seen; for how long it is believed to stands in `leases`.

    layout      where everything lies
    files       files that are whole or absent; disks that are full, folders that a group shares
    blobs  refs         published bytes, and the names they were fetched by
    partials  journal   what has arrived of a served file, and which blocks of it
    owners  elections   whose something is; who makes it, and who waits
    leases  pins        what live processes and lockfiles hold
    usage  origins      when things were used last, and what they were made of
    units  standing  garbage  removing    what there is, how it stands, what should go, and making it go
    verifying   reading everything anew
    hosts  shared       what is remembered of hosts, and other people's stores
"""
