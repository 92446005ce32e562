"""Text of the user's own: what lies in a folder, an archive or a single file, and how to read it.

    tables     train.csv, test.tsv, reviews.jsonl     a text and its label in each row
    lines      train.txt, wiki.valid.tokens           a text a line
    pairs      train.de, train.en                     a sentence a line, translated on the same line
    tags       train.conll                            words with tags, an empty line after each sentence

all of them packed as .gz, .bz2 or .xz or not. Files or folders that are named like splits are the splits, several
files of one are read one after the other; where none is, the split is "all":
`files`. Tables are `separated` or `json_rows`.
"""
