"""The index of a registry that is too large to be fetched whole: shards."""
