"""Prediction: what a trained network says about a picture, two pictures or a video.

    predicting        `predict`: any model, by what it is for
    classification    the likeliest classes of pictures
    detection         boxes, with masks and the points of bodies where the network gives them
    segmentation      the class of every pixel
    video             the likeliest classes of a video
    flow              how far each pixel moves from one picture to the next

Below them lie `results` (what they return), `inputs` (what they take) and `running` (how a network is run).
"""

from __future__ import annotations

from hub.models.prediction.classification import classify
from hub.models.prediction.detection import detect
from hub.models.prediction.flow import estimate_flow
from hub.models.prediction.predicting import predict
from hub.models.prediction.results import Boxes, Flow, Prediction, Result, Segmentation, Share
from hub.models.prediction.segmentation import segment
from hub.models.prediction.video import classify_video

__all__ = [
    "Boxes",
    "Flow",
    "Prediction",
    "Result",
    "Segmentation",
    "Share",
    "classify",
    "classify_video",
    "detect",
    "estimate_flow",
    "predict",
    "segment",
]
