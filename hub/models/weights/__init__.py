"""Weights: from those that are meant to tensors in memory.

| module       | does                                                                                  |
|--------------|---------------------------------------------------------------------------------------|
| `local`      | makes sure that the weights lie in the store in their mapped form                     |
| `obtaining`  | finds the published file: in the store, adopted, or fetched                           |
| `adopted`    | uses files of PyTorch's and Hugging Face's caches where they lie                      |
| `own_files`  | knows a user's own file again without hashing it anew                                 |
| `published`  | reads what publishers serve (.pth, .safetensors) without running code                 |
| `mapped`     | writes and maps the form in the store                                                 |
"""

# Part of every fingerprint: raise it whenever the same published file would be converted into other bytes.
CONVERTER = 2
