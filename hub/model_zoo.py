"""`load_url` and `load_state_dict_from_url`, as in `torch.utils.model_zoo` and `torch.hub`, of verified files.

    from hub.model_zoo import load_url      # was: from torch.utils.model_zoo import load_url

What differs: a file is kept by its address and digest, so two of one name never meet; a digest in the name is always
compared; files that PyTorch has fetched before are used where they lie; and no file can run code.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import msgspec
import torch

from hub import settings
from hub.archives import is_zip, members, open_member
from hub.digest import split_digest
from hub.errors import DigestMismatch, InvalidInput
from hub.fetch import copy_out
from hub.models import placement
from hub.models.weights import mapped, own_files, published
from hub.models.weights.obtaining import obtain, plan_of_url
from hub.progress import shown
from hub.store.files import temporary
from hub.store.layout import Layout

if TYPE_CHECKING:
    import os

    from hub.fetch.plans import Plan
    from hub.formats.saved import MapLocation
    from hub.progress import Progress
    from hub.settings import Settings

    # Any, as in PyTorch: programs that change one import go on being type-checked as before.
    StateDict = dict[str, Any]


def load_state_dict_from_url(
    url: str,
    model_dir: str | os.PathLike[str] | None = None,
    map_location: MapLocation = None,
    progress: bool | Progress = True,
    check_hash: bool = False,  # noqa: ARG001  what it asks for is always done
    file_name: str | None = None,
    weights_only: bool = True,
) -> StateDict:
    """Return what `torch.save` wrote into the file at `url`, fetching it if it is not on this machine.

    The file must hash to what `#sha256=<hex>` after the URL says, or else to the eight or more hex digits that end
    its name (`resnet18-f37072fd.pth`), whatever `check_hash` says. It is kept in the store; with `model_dir` it lies
    there too, as `file_name` or under its own name, and is used from there the next time. `map_location` says where
    tensors go, as for `torch.load`; None leaves them where they were saved, or on the CPU of a machine without CUDA.

    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "mine.pth"
    >>> torch.save({"weight": torch.ones(2)}, path)
    >>> load_state_dict_from_url(path.as_uri(), progress=False)
    {'weight': tensor([1., 1.])}

    Raises UnsafeWeights for a file that would run code, FormatError for a damaged one, DigestMismatch if what is in
    `model_dir` is another file, InvalidInput for an argument that makes no sense (`weights_only=False`, which would
    let the file run code, is one), and what fetching raises.
    """
    _refuse_code(weights_only)
    current = settings.current()
    plan = _named(_plan(url), file_name)
    place = _place(map_location)
    with shown(progress) as reported:
        if model_dir is None:
            path = obtain(plan, current, reported).path
        else:
            path = _in_folder(Path(model_dir).expanduser(), plan, current, reported)
    return _read(path, place, Layout(current.home))


load_url = load_state_dict_from_url  # two names for one function, as in PyTorch


def _refuse_code(weights_only: bool) -> None:
    if not weights_only:
        raise InvalidInput(
            "weights_only=False would let the file run code, which is never done here",
            expected="weights_only=True, which is the default",
            found="weights_only=False",
            hint="if you trust the file: torch.load(hub.download(url)[0], weights_only=False)",
        )


def _plan(url: str) -> Plan:
    address, digest = split_digest(url)
    if digest is None:
        return plan_of_url(address)
    if digest.algorithm != "sha256":
        raise InvalidInput("weights are named by their sha256", expected="#sha256=<hex>", found=f"#{digest.algorithm}=")
    return plan_of_url(address, digest.hex)


def _named(plan: Plan, file_name: str | None) -> Plan:
    """Return the plan with the name that the file has in PyTorch's cache and in `model_dir`."""
    if file_name is None:
        return plan
    if Path(file_name).name != file_name:
        raise InvalidInput("file_name is more than a name", expected="a name without a folder", found=file_name)
    (artifact,) = plan.artifacts
    return replace(plan, artifacts=(msgspec.structs.replace(artifact, name=file_name),))


def _place(map_location: MapLocation) -> MapLocation:
    """Refuse a device that this machine lacks before anything is fetched."""
    if isinstance(map_location, str | torch.device):
        return placement.understand(map_location, None, None).device
    return "cpu" if map_location is None and not torch.cuda.is_available() else map_location


def _in_folder(folder: Path, plan: Plan, current: Settings, progress: Progress) -> Path:
    """Return the file as it lies in the folder, putting it there if it does not."""
    (artifact,) = plan.artifacts
    path = folder / artifact.name
    if not path.exists():
        return copy_out(obtain(plan, current, progress).path, path)
    for digest in artifact.digests:
        found = own_files.identify(path, Layout(current.home)).sha256
        if not digest.matches(found):
            raise DigestMismatch(
                f"{path} is not the published file",
                expected=digest,
                found=f"sha256:{found}",
                hint="move it away, and it is fetched anew; it was left as it is",
            )
    return path


def _read(path: Path, place: MapLocation, layout: Layout) -> StateDict:
    if published.is_safetensors(path):
        return _moved(mapped.read(path).for_module(), place)
    member = _only_member(path)
    if not member:
        return cast("StateDict", published.unpickled(path, map_location=place))
    with temporary(layout, "weights.pth") as inner:  # the member's own name may lead anywhere
        with open_member(path, member) as stream, inner.open("wb") as out:
            shutil.copyfileobj(stream, out)
        return cast("StateDict", published.unpickled(inner, map_location=place))


def _moved(state: StateDict, place: MapLocation) -> StateDict:
    if place is None:
        return state
    if not isinstance(place, str | torch.device):
        raise InvalidInput("safetensors name no places", expected="map_location: one device", found=repr(place))
    for name, tensor in state.items():
        state[name] = tensor.to(place)
    return state


def _only_member(path: Path) -> str:
    """Return the name of the file in a zip that holds a single one, as `torch.hub` unpacks; "" if it is no such zip."""
    if not is_zip(path):
        return ""
    with members(path) as found:
        names = [member.name for member, _ in islice(found, 2)]
    return names[0] if len(names) == 1 else ""
