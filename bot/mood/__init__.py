"""The mood of a group over time: heard, kept, computed, told."""
