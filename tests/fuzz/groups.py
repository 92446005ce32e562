"""All attacks. One more is one line: what makes the inputs, the doors they are tried on, and inputs that are sound."""

from __future__ import annotations

from fuzz import archive_doors, streams_made, tars_made, zips_made
from fuzz.cases import Group

GROUPS = {
    "tars": Group(tars_made.hostile, archive_doors.ALL, tars_made.sound),
    "zips": Group(zips_made.hostile, archive_doors.ALL, zips_made.sound),
    "streams": Group(streams_made.hostile, archive_doors.STREAMS, streams_made.sound),
}
