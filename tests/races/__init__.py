"""Many processes at once on one store, with elections and without."""
