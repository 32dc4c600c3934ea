"""The kinds of table that come in, each going out as the same kind.

A ``Frame`` wraps one caller's table. It hands out only the columns that are asked for, so a wide table
costs nothing, and it puts the added columns behind the caller's own, which are never converted.
"""

from trustleads.enrichment.frames.base import Frame
from trustleads.enrichment.frames.dispatch import frame_of

__all__ = ["Frame", "frame_of"]
