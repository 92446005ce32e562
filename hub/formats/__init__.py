"""Formats that files of several datasets have: text and JSON, MATLAB, LMDB. Readers and decoders share them."""
