"""`hub cache push`: what the store has, to object storage."""

from __future__ import annotations

import time

import click

from hub import settings
from hub.cli.options import json_option, print_json
from hub.fetch import keeping
from hub.progress import human_bytes, shown
from hub.store import standing
from hub.store.layout import Layout


@click.command("push")
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@click.option("--to", metavar="URL", required=True, help="Where: s3://BUCKET/PREFIX.")
@json_option
def push(names: tuple[str, ...], to: str, as_json: bool) -> None:
    """Send files, and what was prepared of them, to a store on object storage.

    With HUB_SHARED=URL other machines read prepared datasets there in place and fetch files from there. What is there
    already is not sent again.
    """
    from hub.fetch import sending  # what reads and writes objects

    layout = Layout(settings.current().home)
    with shown() as progress:
        done = sending.send(layout, names, to, standing.look(layout, keeping.digests, time.time()), progress)
    if as_json:
        print_json({"sent": done.sent, "bytes": done.size, "there": done.there})
    else:
        click.echo(f"sent {done.sent} files, {human_bytes(done.size)}; {done.there} were there")
