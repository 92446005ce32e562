"""All attacks. One more is one line: what makes the inputs, the doors they are tried on, and inputs that are sound."""

from __future__ import annotations

from fuzz import archive_doors, pickles_made, streams_made, tars_made, value_doors, weights_made, zips_made
from fuzz.cases import Group

GROUPS = {
    "tars": Group(tars_made.hostile, archive_doors.ALL, tars_made.sound),
    "zips": Group(zips_made.hostile, archive_doors.ALL, zips_made.sound),
    "streams": Group(streams_made.hostile, archive_doors.STREAMS, streams_made.sound),
    "pickles": Group(pickles_made.hostile, value_doors.PICKLES, pickles_made.sound, mutations=200),
    "weights": Group(weights_made.hostile, value_doors.WEIGHTS, weights_made.sound, mutations=200),
}
