"""Models: from a name to a trained network.

| module                | does                                                                       |
|-----------------------|----------------------------------------------------------------------------|
| `loading`             | `load`: the public function, which puts the rest together                  |
| `selection`           | decides which weights a call means; pure                                   |
| `own_files`           | knows a user's own file again without hashing it anew                      |
| `local_weights`       | makes sure that the weights lie in the store in their mapped form          |
| `published_files`     | reads what publishers serve (.pth, .safetensors) without running code      |
| `weights_file`        | writes and maps the form in the store                                      |
| `builders`            | the table of builders; `torchvision_networks`, `efficientnet_lite`: two of them |
| `skip_init`           | builds a network without random numbers                                    |
| `filling`             | puts weights into a network, whole or not at all                           |
| `placement`           | device, dtype and memory format                                            |
| `preprocessing`       | `transforms`: the preprocessing that weights were trained with             |
| `prediction`          | `predict`: the likeliest classes of a picture                              |
| `conversion`          | `convert`: models as ONNX, exported programs, TorchScript and safetensors      |
| `categories`          | lists of class names                                                       |
"""
