"""Cards of a small made-up site, as TOML: some ordinary, some that say little, one that means mischief."""

from __future__ import annotations

MISCHIEF = "<script>alert(1)</script> *a* _b_ `c` | [d](http://e.example) {{ f }} # g"

DIGITS = """
schema = 1
name = "Tiny digits"
version = "1.2.0"
task = ["image-classification"]
modality = ["image"]
license = "CC-BY-4.0"
homepage = "https://example.org/digits"
reader = "idx"
notes = '''
The first paragraph names `label`.

The second one, see https://example.org/more.

    data/
      images
'''
citation = '''
@article{lee2001tiny,
  author = {Lee, Ada and Gr{\\"u}n, Bo},
  title = {Tiny digits},
  journal = {Journal of Small Things},
  volume = {3},
  pages = {1--9},
  year = {2001},
  doi = {10.1000/tiny}
}
'''

[upstream]
name = "MNIST"
parameters = "train=True, transform=None, target_transform=None, download=False"
split = "train"

[summary]
en = "Ten thousand tiny digits."
zh = "一万个小数字。"

[paper]
title = "Tiny digits"
authors = ["Ada Lee", "Bo Grün"]
year = 2001
url = "https://doi.org/10.1000/tiny"

[[fields]]
name = "image"
kind = "image"
shape = [8, 8]
dtype = "uint8"

[[fields]]
name = "label"
kind = "label"
classes = ["zero", "one", "two"]

[splits.train]
samples = 9000
files.image = "images.idx"
files.label = "labels.idx"

[splits.test]
samples = 1000
files.image = "images.idx"
files.label = "labels.idx"

[[artifacts]]
name = "images.idx"
size = 640016
sha256 = "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"
sources = [
    { url = "https://one.example/images.idx.gz", unwrap = "gz", size = 1000, checked = false },
    { url = "https://two.example/images.idx" },
]

[[artifacts]]
name = "labels.idx"
size = 10008
md5 = "a25bea736e30d166cdddb491f175f624"
sources = [{ url = "https://one.example/labels.idx" }]
"""

BARE = """
schema = 1
name = "Bare"
version = "1.0.0"
task = ["image-classification"]
modality = ["image"]
license = "not stated"
homepage = "https://example.org/bare"
reader = "class_folders"
manual = "Name a folder of your own."

[summary]
en = "A folder of your own."
zh = "您自己的文件夹。"

[[fields]]
name = "image"
kind = "image"

[splits.all]
"""

HOSTILE = f"""
schema = 1
name = '''{MISCHIEF}'''
version = "1.0.0"
task = ['''{MISCHIEF}''']
modality = ["<b>"]
license = '''{MISCHIEF}'''
homepage = "https://example.org/?a=1&b=%22>"
reader = "class_folders"
notes = '''{MISCHIEF}

    {MISCHIEF}'''
manual = '''{MISCHIEF}'''
citation = '''@misc{{x, title = {{{MISCHIEF.replace("{", "(").replace("}", ")")}}}, year = {{2001}}, note = {{```}}}}'''

[summary]
en = '''{MISCHIEF}'''
zh = '''{MISCHIEF}'''

[[fields]]
name = "label"
kind = "label"
classes = ['''{MISCHIEF}''']

[variants."a|b"]
splits = {{}}

[variants."<i>"]
splits = {{}}
"""

NETWORK = """
schema = 1
name = "{name}"
task = ["image-classification"]
license = "BSD-3-Clause"
homepage = "https://example.org/{id}"
builder = "torchvision"
head = ["fc"]

[summary]
en = "A family of networks."
zh = "一族网络。"

[paper]
title = "On {name}"
authors = ["Ada Lee", "Bo Grün"]
year = 2016
url = "https://arxiv.org/abs/1601.00001"
"""

VARIANT = """
[[variants]]
name = "{name}"
params = {params}
gflops = {gflops}
features = ["layer1", "layer2"]
"""

WEIGHTS = """
[[variants.weights]]
tag = "{tag}"
default = {default}
categories = "imagenet-1k"
metrics = {metrics}
transforms = {{ preset = "classification", resize = 256, crop = 224, mean = [0.5, 0.5, 0.5], std = [0.2, 0.2, 0.2] }}
recipe = "https://example.org/recipe"
{more}

[variants.weights.artifact]
name = "{name}-{tag}.pth"
size = 46830571
sha256 = "f37072fd47e89c5e827621c5baffa7500819f7896bbacec160b1a16c560e07ec"
sources = [{{ url = "https://one.example/{name}-{tag}.pth" }}]
"""

PAPER = """
schema = 1
name = "{title}"
name_zh = "{chinese}"
url = "{url}"
added = 2026-01-02
authors = ["Ada Lee", "Bo Grün"]
year = {year}
{more}

[summary]
en = "What the paper says."
zh = "论文内容。"

[checked]
date = 2026-01-02
basis = "its page"
"""

IMAGENET = (
    DIGITS.replace("Tiny digits", "ImageNet").replace('name = "MNIST"', 'name = "ImageNet"').partition("[paper]")[0]
    + "[[fields]]"
    + DIGITS.partition("[[fields]]")[2]
)


def figures(**metrics: float) -> str:
    """Return the metrics of weights on ImageNet, as TOML."""
    return "{ imagenet-1k = { " + ", ".join(f'"{key}" = {value}' for key, value in metrics.items()) + " } }"


def weights(name: str, tag: str, metrics: str, *, default: bool = True, more: str = "") -> str:
    return WEIGHTS.format(name=name, tag=tag, metrics=metrics, default=str(default).lower(), more=more)


def network(name: str, params: int, gflops: float) -> str:
    return VARIANT.format(name=name, params=params, gflops=gflops)


FAMILIES = {
    "plain": NETWORK.format(id="plain", name="Plain")
    + network("plain18", 11_000_000, 1.8)
    + weights("plain18", "V1", figures(**{"acc@1": 69.758, "acc@5": 89.078}))
    + network("plain50", 25_000_000, 4.1)
    + weights("plain50", "V1", figures(**{"acc@1": 76.13, "acc@5": 92.862}), default=False)
    + weights("plain50", "V2", figures(**{"acc@1": 80.858, "acc@5": 95.434}), more='license = "CC-BY-NC-4.0"')
    + network("plain99", 0, 9.9),
    "small": NETWORK.format(id="small", name="Small").replace("1601.00001", "1701.00002")
    + network("small1", 3_500_000, 0.3)
    + weights("small1", "V1", figures(**{"acc@1": 71.5, "acc@5": 90.3})),
}

PAPERS = {
    "tiny": PAPER.format(
        title="Tiny digits",
        chinese="小数字",
        url="https://doi.org/10.1000/tiny",
        year=2001,
        more='venue = "Small Things"',
    ),
    "plain": PAPER.format(
        title="On Plain",
        chinese="",
        url="https://arxiv.org/abs/1601.00001",
        year=2016,
        more='code = "https://example.org/code"',
    ),
}
