"""Preparing ahead of use, by as many processes or machines as there are.

running    `hub.prepare`: what `load_dataset` would make at first use, and forms of it
processes  parts made by processes of this machine, which `worker` runs in
nodes      parts made by tasks of Ray, on machines that share the store or have one of their own
indexing   archives indexed, each by itself

What is made of a part, and how parts are joined, is in `hub.datasets.uniform`.
"""
