"""Pictures of what cards say, drawn by matplotlib, the extra `plot`, which is imported when one is drawn."""
