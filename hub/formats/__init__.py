"""Formats that files of several datasets have; readers and decoders share them.

lines      text of any size, as a stream of lines
tagged     words with their tags, on lines
texts      lines, tables and JSON of files that fit into memory, by their names in a tree
npy        numpy's arrays, mapped
matlab     MATLAB's matrices; needs scipy
saved      what PyTorch has saved: weights, vectors, tables
lmdb       databases of LMDB, in place
pillow     what Pillow raises on damaged images
"""
