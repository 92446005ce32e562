"""All attacks. One more is one line: what makes the inputs, the doors they are tried on, and inputs that are sound."""

from __future__ import annotations

from fuzz.cases import Group

GROUPS = {
    "tars": Group("tars_made.hostile", "archive_doors.ALL", "tars_made.sound"),
    "zips": Group("zips_made.hostile", "archive_doors.ALL", "zips_made.sound"),
    "converted": Group("converted_made.hostile", "archive_doors.CONVERTED", "converted_made.sound"),
    "streams": Group("streams_made.hostile", "archive_doors.STREAMS", "streams_made.sound"),
    "pickles": Group("pickles_made.hostile", "value_doors.PICKLES", "pickles_made.sound"),
    "weights": Group("weights_made.hostile", "value_doors.WEIGHTS", "weights_made.sound"),
    "arrays": Group("arrays_made.arrays", "value_doors.ARRAYS", "arrays_made.sound_arrays"),
    "matrices": Group("arrays_made.matrices", "value_doors.MATRICES", "arrays_made.sound_matrices"),
    "databases": Group("databases_made.hostile", "value_doors.DATABASES", "databases_made.sound"),
    "cards": Group("cards_made.cards", "registry_doors.REGISTRY", "cards_made.sound_cards"),
    "lists": Group("cards_made.lists", "registry_doors.REGISTRY", "cards_made.sound_lists"),
    "bundles": Group("bundles_made.hostile", "registry_doors.BUNDLES", "bundles_made.sound"),
    "files": Group("cards_made.files", "registry_doors.FILES", "cards_made.sound_files"),
}
