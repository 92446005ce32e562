"""Models: from a name to a trained network.

| module           | does                                                                                   |
|------------------|----------------------------------------------------------------------------------------|
| `loading`        | `load`: the public function, which puts the rest together                              |
| `selection`      | decides which weights a call means; pure                                               |
| `builders`       | the table of who makes networks, and what torchvision says about its own               |
| `weights`        | from the weights that are meant to tensors in memory                                   |
| `deferred_init`  | builds a network without random numbers                                                |
| `filling`        | puts weights into a network, whole or not at all                                       |
| `features`       | networks that give feature maps                                                        |
| `placement`      | device, dtype and memory format                                                        |
| `about`          | what `model.hub` tells                                                                 |
| `preprocessing`  | `transforms`: the preprocessing that weights were trained with                         |
| `kinds`          | what a model is for: what it takes, what it gives                                      |
| `prediction`     | `predict`: what a model says about pictures and videos, one module a task              |
| `conversion`     | `convert`: models as ONNX, exported programs, TorchScript and safetensors              |
| `replacing`      | puts a function in the place of a library's own, and takes it away again               |
| `quiet`          | keeps warnings of torchvision that are not for users from them                         |
| `categories`     | lists of class names                                                                   |
"""
