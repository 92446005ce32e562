"""Publishing, as whoever has a registry meets it: folders, buckets, several publishers, readers, kills."""
