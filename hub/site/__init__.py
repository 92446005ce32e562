"""The website, which is also the registry: plain Markdown, JSON and SVG made from the cards, then rendered.

    collection references   the cards of a folder, and which of them name which
    checking                what is wrong with them: `hub site check`
    labels markdown         the words of pages in each language; text that stays text
    signatures api_facts    what installed libraries say about the names of the API index
    pages templates         what stands on each page
    building serving        the whole site in a folder, and a server for it

A build has no clock, no network and no order but sorted ones: the same cards give the same bytes.
"""
