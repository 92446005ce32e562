"""Datasets: from a card's files to samples and batches.

loading      `load_dataset`: `choice` of variant and target, `splits`
obtaining    the files of a choice, by `local_copy`, `file_trees` or `surveying`, and what is prepared of them
prepare      Arrow files made of them once, by `writing`; text in `parts`
table        those files mapped: `columns`, and `origin`, which knows what is in which
dataset      what users hold: `attributes` as torchvision has them, `views` of columns, `exports`, `edited` columns
recipe       rows become samples: `render` one by one, `vectorize` a `batch` at once, `derived` from other values
loader       batches without a DataLoader, their `placement` on a device
videos       clips of videos
upstream     what the constructors of torchvision and torchtext take, for `hub.vision` and `hub.text`
"""
