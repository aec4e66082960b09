# /privacy, from the running configuration. Written for a person who worries, and has never seen a terminal.

privacy-title = <b>What I keep, and who sees it</b>
privacy-talk =
    <b>What you say to me.</b> Your messages to me and my answers, as text, with your name and number, for { $days ->
        [one] one day
       *[other] { $days } days
    }; that is how I remember what we talked about. A message that waits for its answer is kept until it has one. Photos, recordings and videos are erased when I have answered.
privacy-mood-on =
    <b>The mood of { $title }.</b> It is followed. Of every message here I keep whether it sounds negative, neutral or positive and how much so, its time and topic, and a secret number in place of its author, for { $days ->
        [one] one day
       *[other] { $days } days
    }. What is said here and not meant for me is never written down: I look at it in memory and forget it. Commands, bots, forwarded messages are not looked at. { $voices ->
        [on] Voice messages are listened to; what was said in them is not kept either.
       *[off] Voice messages are not listened to.
    }
    The admins of the group see its mood as a whole, and none where fewer than { $people } people wrote. So few are never shown by themselves; still, an admin who compares two pictures can work out how a single message was scored, and admins can read the chat anyway.{ $digest ->
        [group] {" "}A digest is sent to the whole group.
        [admins] {" "}A digest is sent to the admins.
       *[off] {""}
    } What is yours only you see: /mood me
privacy-mood-off = <b>The mood of this group</b> is not followed. What is said here and not meant for me is not looked at and not kept.
privacy-mood-kept = Should anything be kept from earlier, it is erased when it is { $days ->
        [one] one day
       *[other] { $days } days
    } old, or with /mood delete by an admin.
privacy-mood-private = <b>The mood of groups.</b> Where an admin has switched it on, I keep of every message how positive or negative it sounds, its time and topic, and a secret number in place of its author; never the text. /optout shows the groups where that concerns you. Sent in a group, /privacy tells what holds there.
privacy-where =
    <b>Where.</b> On the computer that I run on, in the folder { $folder }. { $kind ->
        [sqlite] The database is the file { $database }, which only the account that I run under can read.
       *[server] The database is on the PostgreSQL server { $database }.
    } The key that makes numbers of authors lies apart from it, in the file { $key }.
privacy-leaves = <b>What leaves this computer.</b>
privacy-telegram = { $server ->
        [own] • Messages go through the Bot API server { $address }, which the owner of this bot has chosen.
       *[telegram] • Messages go through Telegram, which keeps them by its own rules. What I erase stays in the chat until it is deleted there.
    }
privacy-llm-here = • Answers are made here. Nothing you say is sent to anybody else.
privacy-llm-host = { $where ->
        [here] • Answers are made by the language model { $model }, on this computer too ({ $host }). Nothing you say is sent to anybody else.
       *[there] • Answers are made by the language model { $model } on the server { $host }. Your questions, and what I remember of our conversation, go there. What is overheard in groups does not.
    }
privacy-models = • When models are fetched from the internet, their publishers see this computer's address, and nothing of any chat.
privacy-who = <b>Who sees it.</b> The person who runs this computer can read what is stored on it. Of the mood of groups that is numbers only. I have no statistics that I send anywhere, and no advertising.
privacy-erase =
    <b>How to erase.</b>
    /forget – everything that you said to me and I answered
    /optout – what I kept about you in the mood of a group; from then on you are not counted
    /mood delete – everything about the mood of a group, for its admins
    /mood me – see what is yours, take it with you, erase it
    { $kind ->
        [sqlite] Erased means gone: it is overwritten on the disk, too.
       *[server] Erased means erased in the database; when its server overwrites the disk is up to that server.
    } What you deleted in Telegram I am not told of.
