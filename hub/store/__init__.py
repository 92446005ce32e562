"""The store: verified files, named by what they hash to.

    HUB_HOME/v1/
      blobs/sha256/ab/<64 hex>       published bytes, read-only; the name is the digest
      refs/<kind>/<name>/<version>   name -> digests; small JSON, can be lost
      prepared/<fingerprint>/        Arrow files made from blobs; can be remade
      weights/<fingerprint>.safetensors   made from blobs; can be remade
      partial/<key>.<owner>.<uuid>/  what has arrived so far of one served file
      index/                         the registry's index; can be remade
      registries.json                which registries were added
      registries/<key>/              what one of them said last: its index, and cards; can be fetched again
      own_weights.json               digests of weights files outside of the store; can be lost
      hosts.json                     how hosts did lately; can be lost
      shared/ab/<64 hex>             which blobs of other people's stores were verified; can be lost
      quarantine/                    blobs that no longer hash to their name, kept for a look
      locks/
      tmp/                           what is being written; the next writer removes what is older than a day

Guarantees. A blob is never modified. Existence means complete and verified: bytes are hashed while they are written
to a temporary file, flushed to disk and renamed. A partial belongs to one process, which its folder's name tells, and
changes hands by a rename, which has one winner.

Limits. Locks only save bandwidth: on file systems where flock does nothing, two processes may fetch the same file, and
both end with the same blob. The rename must be atomic: any POSIX file system; on Windows without the flush of folders.
"""
