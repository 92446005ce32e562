"""What the constructors of torchvision and torchtext take, and what it means here: for `hub.vision` and `hub.text`.

signatures    parameters as cards write them
arguments     which split, and which options of the card
finding       under `root` or in the store
"""
