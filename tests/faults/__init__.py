"""What must come of every fault of the server."""
