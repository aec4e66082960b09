"""Everything that knows models; nothing that knows Telegram."""

from ._errors import BadInput, Busy, InferenceFailed, ModelUnavailable, ShuttingDown, SkillError, TimedOut
from ._sniff import FileFormat, is_moving_gif, read_header, sniff_header
from ._types import Chart, Clip, Job, Media, MediaKind, Model, Reply, Say, Scored, Skill, SkillSpec, StreamingSkill

__all__ = [
    "BadInput",
    "Busy",
    "Chart",
    "Clip",
    "FileFormat",
    "InferenceFailed",
    "Job",
    "Media",
    "MediaKind",
    "Model",
    "ModelUnavailable",
    "Reply",
    "Say",
    "Scored",
    "ShuttingDown",
    "Skill",
    "SkillError",
    "SkillSpec",
    "StreamingSkill",
    "TimedOut",
    "is_moving_gif",
    "read_header",
    "sniff_header",
]
