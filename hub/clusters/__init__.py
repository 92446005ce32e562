"""Clusters: work given to Ray, on this machine or many. It knows Ray, and nothing of datasets.

session    a Ray that is there, or one of our own for a while
tasks      functions run as tasks, those whose worker died once more
blocks     values read in pieces, as a `ray.data.Dataset`
"""
