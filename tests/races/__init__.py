"""Many processes at once on one store, with locks and without."""
