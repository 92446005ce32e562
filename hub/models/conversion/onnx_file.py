"""The target `onnx`: a graph of standard operators, for ONNX Runtime, TensorRT, OpenVINO, browsers and many others.

Networks go through torch.export. Those for detection, which that cannot follow, go through PyTorch's older exporter, by
tracing: the file then takes pictures of one size. The file is run by ONNX Runtime on the CPU.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import torch

from hub.errors import NotConvertible
from hub.extras import require
from hub.models.conversion import comparing
from hub.models.conversion.exported_program import dynamic_shapes
from hub.models.conversion.exporting import exporting
from hub.models.conversion.subject import Target

if TYPE_CHECKING:
    from pathlib import Path

    from hub.models.conversion.comparing import Run
    from hub.models.conversion.subject import Comparison, Subject

FORM = "ONNX"
EXTRA = "onnx"

# ONNX Runtime has no convolutions in other types for the CPU, so nothing could be compared.
DTYPES = (torch.float32, torch.float16)

# Protocol buffers end at 2 GiB; tensors of larger networks go to a file beside. The graph itself takes a few MB.
LARGEST = 2_000_000_000

# The newest that the older exporter writes in every PyTorch from 2.4 on.
OLDER_OPSET = 17

FATAL_ONLY = 4


def _require(subject: Subject) -> None:
    for module in ("onnx", "onnxscript", "onnxruntime"):
        require(module, EXTRA)
    if subject.feed.dtype not in DTYPES:
        raise NotConvertible(
            f"{subject.feed.dtype} networks cannot be compared as ONNX",
            expected=" or ".join(map(str, DTYPES)),
            found=str(subject.feed.dtype),
            hint="--dtype float32",
        )
    if "dynamic_shapes" not in inspect.signature(torch.onnx.export).parameters:
        raise NotConvertible(
            "this PyTorch is too old to write ONNX",
            expected="PyTorch 2.6 or newer",
            found=str(torch.__version__),
            hint="--to torchscript works with it",
        )


def _write(subject: Subject, path: Path) -> None:
    with exporting(subject, FORM):
        if subject.feed.kind == "detection":
            _trace(subject, path)
        else:
            _export(subject, path)
        if subject.int8:
            _quantise(path)


def _export(subject: Subject, path: Path) -> None:
    program = torch.onnx.export(
        subject.model,
        subject.feed.example(),
        dynamo=True,
        dynamic_shapes=dynamic_shapes(subject.feed),
        input_names=list(subject.feed.names),
        output_names=list(subject.outputs),
        verbose=False,
    )
    if program is None:
        raise NotConvertible("PyTorch's exporter gave nothing", expected="a program", found="None")
    program.model.metadata_props.update(subject.metadata)
    program.save(path, external_data=comparing.bytes_in(subject.model) > LARGEST)


def _trace(subject: Subject, path: Path) -> None:
    import onnx

    torch.onnx.export(
        subject.model,
        subject.feed.example(),
        str(path),
        dynamo=False,
        opset_version=OLDER_OPSET,
        input_names=list(subject.feed.names),
        output_names=list(subject.outputs),
        dynamic_axes={name: {0: "found"} for name in subject.outputs},
    )
    read = onnx.load(path)
    onnx.helper.set_model_props(read, subject.metadata)
    onnx.save(read, path)


def _quantise(path: Path) -> None:
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    read = onnx.load(path)
    # What the exporter noted of the shapes is of the weights before they are turned around, which quantising does.
    read.graph.ClearField("value_info")
    quantize_dynamic(
        read,
        path,
        op_types_to_quantize=["MatMul", "Gemm"],
        per_channel=True,
        weight_type=QuantType.QInt8,
    )


def _compare(subject: Subject, path: Path) -> Comparison:
    import onnx

    with exporting(subject, FORM):
        onnx.checker.check_model(str(path))
        return comparing.by_running(subject, _runner(subject, path))


def _runner(subject: Subject, path: Path) -> Run:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = FATAL_ONLY
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def run(*inputs: object) -> object:
        # A network whose output does not depend on one of its inputs has no such input in the file.
        known = {entry.name for entry in session.get_inputs()}
        given = zip(subject.feed.names, comparing.tensors(inputs), strict=True)
        fed: dict[str, Any] = {name: tensor.numpy() for name, tensor in given if name in known}
        found = [torch.from_numpy(array) for array in session.run(list(subject.outputs), fed)]
        return [dict(zip(subject.outputs, found, strict=True))] if subject.feed.kind == "detection" else found

    return run


TARGET = Target(".onnx", _require, _write, _compare)
