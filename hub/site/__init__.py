"""The website, which is also the registry: plain Markdown, JSON and SVG made from the cards, then rendered.

    collection references   the cards of a folder, and which of them name which
    checking mending        what is wrong with them: `hub site check`; the rest, from which pages can be made
    labels markdown         the words of pages in each language; text that stays text
    holdings networks       what a dataset holds, what a family of models has, as their pages show it
    results plots           leaderboards out of the figures of weights, and what is drawn of them
    citations snippets      how to cite what a card is about, and how to load it
    samples                 pictures and lines of datasets that are in a store
    signatures api_facts    what installed libraries say about the names of the API index
    pages templates         what stands on each page
    menu forms facts ...    what pages are made from
    registry                the same cards for programs
    documentation           what Sphinx is told beyond the pages that people write
    finding                 the index of names that the search reads
    rendering               MkDocs, Sphinx and Pagefind
    building serving        the whole site in a folder, and a server for it

A build has no clock, no network and no order but sorted ones: the same cards give the same bytes.
"""
