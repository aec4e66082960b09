# Watching the mood of a group.

mood-newcomers = Welcome! I keep track of the mood of this group. Of every message I keep how positive or negative it sounds, its time and topic, and a secret number in place of its author, for { $days ->
        [one] one day
       *[other] { $days } days
    }. I keep neither texts nor names. { $voices ->
        [yes] Voice messages count, too: I listen to them and keep nothing else of them either.{" "}
       *[no] {""}
    }The admins see the mood of the group as a whole. If you would rather not be counted, press the button or send /optout. /privacy tells you everything.
stats-watched = 👂 Watching the mood of { $groups ->
        [one] one group
       *[other] { $groups } groups
    }: { $scored ->
        [one] one message
       *[other] { $scored } messages
    } scored, { $waiting } waiting, { $out } left out
