"""Datasets of videos, whose samples are clips.

`index` finds out once when the frames of all videos are shown, `cutting` says which of them are a clip, and `clips` is
the table of all clips.
"""
