"""What a file says about itself, so that whoever reads it knows where it comes from and how to feed it.

| key             | value                                                                                       |
|-----------------|---------------------------------------------------------------------------------------------|
| `name`          | the model's, as `hub.load` takes it                                                           |
| `weights`       | the tag, or the name of a file of the user's own                                              |
| `sha256`        | the published file's                                                                          |
| `license`       | the weights'                                                                                  |
| `categories`    | JSON: the classes, in the order of the outputs                                                |
| `keypoints`     | JSON: the parts of a body, likewise                                                           |
| `preprocessing` | JSON: `preset` and its parameters, as in the card                                             |
| `inputs`        | JSON: name -> shape, in which "batch" stands for any number, and dtype                        |
| `int8`          | "linear layers", if they compute in 8-bit integers                                            |
| `made_by`       | the versions of hub and PyTorch                                                               |

Values are text, because ONNX and safetensors keep nothing else. What is not known is left out.
"""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import torch

from hub.version import __version__

if TYPE_CHECKING:
    from hub.models.about import About
    from hub.models.conversion.feeds import Feed

# The one file that PyTorch's own containers carry beside the network.
EXTRA_FILE = "hub.json"


def describe(about: About, feed: Feed, *, int8: bool) -> dict[str, str]:
    """Return what a file of this network says about itself."""
    every = {
        "name": about.name,
        "weights": _without_folder(about.weights),
        "sha256": about.sha256 or "",
        "license": about.license,
        "categories": _json(about.categories),
        "keypoints": _json(about.keypoints),
        "preprocessing": _json(_preprocessing(about)),
        "inputs": _json(_inputs(feed)),
        "int8": "linear layers" if int8 else "",
        "made_by": f"hub {__version__}, PyTorch {torch.__version__}",
    }
    return {key: value for key, value in every.items() if value}


def _without_folder(weights: str | None) -> str:
    """A file's folder, or a URL's query, is the user's own business; the file may travel."""
    return urlsplit(weights).path.replace("\\", "/").rpartition("/")[2] if weights else ""


def _preprocessing(about: About) -> dict[str, object]:
    transforms = about.transforms
    return {"preset": type(transforms).__name__.lower(), **dataclasses.asdict(transforms)} if transforms else {}


def _inputs(feed: Feed) -> dict[str, object]:
    shape = feed.shape(feed.batch or "batch")
    return {name: {"shape": shape, "dtype": str(feed.dtype).removeprefix("torch.")} for name in feed.names}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if value else ""
