"""The emoji that may be reactions: https://core.telegram.org/bots/api#reactiontypeemoji"""

_SINGLE = (
    "❤👍👎🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚🌭💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃"
    "💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾🤷😡"
)

REACTIONS = frozenset(_SINGLE) | {"❤\u200d🔥", "👨\u200d💻", "🤷\u200d♂", "🤷\u200d♀"}
