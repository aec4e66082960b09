"""Everything that knows models; nothing that knows Telegram."""

from ._errors import BadInput, Busy, InferenceFailed, ModelUnavailable, ShuttingDown, SkillError, TimedOut
from ._types import Chart, Clip, Job, Media, MediaKind, Model, Reply, Say, Scored, Skill, SkillSpec, StreamingSkill

__all__ = [
    "BadInput",
    "Busy",
    "Chart",
    "Clip",
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
]
