"""Uniform tables: every image of one size, every text as numbers, made of prepared tables in parts.

forms      what is made of a value: `Pictures`, and what `Encodes` texts
sources    a prepared table as what they are made of, and what tells that it has changed
parts      a part of the rows, which anybody can make who has the table: the same bytes wherever that is
making     parts that are not there yet are made by an engine, then joined to one table

    <store>/prepared/<fingerprint>/parts/<fingerprint of a part>.arrow    until all are there
    <store>/prepared/<fingerprint>/<split>.arrow
        image   fixed_shape_tensor<uint8>[height, width(, 3)]             one after the other, without gaps
        text    list<int32>
        others  as they were
"""
