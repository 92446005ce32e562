"""A store for the machines nearby: `hub serve` gives out blobs, read only, to whoever knows their digests.

    GET /v1/blobs/sha256/<64 hex>     the blob: 200, or 206 for one range; its ETag is its digest
    HEAD /v1/blobs/sha256/<64 hex>    the same without the bytes
    304 where If-None-Match names the digest; 416 for a range beyond the end
    404 for all else: nothing tells which blobs there are, nor what they are called
    503 with Retry-After where more connections are open than are served at a time

Whoever fetches compares what arrives with the digest that he asked for, so neither side need trust the other, and
nothing need be encrypted. What is in the store can be had by everyone who reaches the port and knows a digest.

answers     one connection: what is asked for, and the answer
serving     the server: its address, how many connections at a time, when it ends
"""
