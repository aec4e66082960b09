# The mood of a group: switching it on and off, and deciding for oneself.

command-mood = the mood of the group; /mood me shows your own
command-optout = do not count me in the mood of groups
command-optin = count me in again
command-groups = the mood of your groups, side by side
command-privacy = what I keep, where, and who sees it

mood-intro =
    I can follow how people feel in <b>{ $title }</b>: every message gets a score from negative to positive, and you see how the mood changes over days and weeks, never who wrote what. Texts are not kept.

    When you switch it on, I tell everybody here what I keep and how not to be counted.
mood-switch-on = Switch on
mood-switch-again = Switch on again
mood-switch-off = Switch off
mood-announcement =
    👂 <b>From now on I follow the mood of this group.</b>

    <b>What I keep</b> of a message: whether it sounds negative, neutral or positive and how much so, its time and topic, and a secret number in place of its author. Never the text, never a name.{ $voices ->
        [on] {" "}Voice messages count, too: I listen to them and keep nothing else of them either.
       *[off] {""}
    }
    <b>How long:</b> { $days ->
        [one] one day
       *[other] { $days } days
    }.
    <b>Who sees it:</b> the admins see the mood of the group as a whole, and none where fewer than { $people } people wrote.{ $digest ->
        [group] {" "}A digest is sent here, to everybody.
       *[other] {""}
    } Your own is for you alone: /mood me

    Rather not be counted? Press the button or send /optout, whoever you are. /privacy tells you everything.
mood-not-me = 🙈 Do not count me
mood-see = 📈 See the mood
mood-settings = ⚙️ Settings
mood-erase-all = 🗑 Erase everything
mood-already-on = The mood of <b>{ $title }</b> is being followed already.
mood-already-off = The mood of <b>{ $title }</b> is not being followed.
mood-switched-off =
    I no longer follow the mood of this group.

    What I kept so far stays until an admin sends /mood delete, or until it is { $days ->
        [one] one day
       *[other] { $days } days
    } old.
mood-deaf =
    ⚠️ <b>One thing is missing.</b> It is on, but Telegram shows me only messages that are meant for me, so I would hear next to nothing. Do one of these:

    • Make me an administrator of this group: open the group, tap its name, Edit, Administrators, Add admin, { $username }. I need no special rights.
    • Or, if the bot is yours: open @BotFather, send /setprivacy, choose { $username }, then Disable. After that take me out of the group, add me again and send /mood on.

    Then send /mood to see whether it worked.
mood-in-the-group = Please do this in the group itself, so that everybody there sees it.
mood-group-only = This belongs into a group: add me to one and send /mood on there.
mood-admins-only = Only the admins of the group can do this. Your own mood: /mood me
mood-button-admins-only = This button is for the admins of the group.
mood-moved = This group has become a supergroup. Please ask again there: /mood
mood-gone = I know nothing of this group any more.

mood-out-person = 🙈 You are not counted any more in <b>{ $title }</b>. { $messages ->
        [0] There was nothing about you to erase.
        [one] What I had kept of one message of yours is erased.
       *[other] What I had kept of { $messages } messages of yours is erased.
    } /optin takes it back.
mood-out-group = 🙈 What is written in <b>{ $title }</b> in the name of the group, by whichever admin, is not counted any more. { $messages ->
        [0] There was nothing of that to erase.
        [one] What I had kept of one such message is erased.
       *[other] What I had kept of { $messages } such messages is erased.
    } What you write under your own name is counted as before: for that, send /optout to me in private. /optin takes this back.
mood-out-channel = 🙈 What is written in <b>{ $title }</b> in the name of this channel is not counted any more. { $messages ->
        [0] There was nothing of that to erase.
        [one] What I had kept of one such message is erased.
       *[other] What I had kept of { $messages } such messages is erased.
    } What you write under your own name is counted as before: for that, send /optout to me in private. /optin takes this back.
mood-out-button = 🙈 You are not counted any more. { $messages ->
        [0] There was nothing about you to erase.
        [one] What I had kept of one message of yours is erased.
       *[other] What I had kept of { $messages } messages of yours is erased.
    }
mood-in-person = 👋 You are counted again in <b>{ $title }</b>, from your next message on.{ $watched ->
        [on] {""}
       *[off] {" "}But the mood of this group is not followed at present.
    }
mood-in-group = 👋 What is written in <b>{ $title }</b> in the name of the group is counted again, from the next message on.{ $watched ->
        [on] {""}
       *[off] {" "}But the mood of this group is not followed at present.
    }
mood-in-channel = 👋 What is written in <b>{ $title }</b> in the name of this channel is counted again, from the next message on.{ $watched ->
        [on] {""}
       *[off] {" "}But the mood of this group is not followed at present.
    }
mood-in-button = 👋 You are counted again, from your next message on.
mood-out-choose = Here is where I know both you and the mood of a group. Press a group to be counted there or not. Who is not counted leaves no trace: what I had kept of them is erased at once.
mood-out-row = { $state ->
        [out] 🙈 { $title }: not counted
       *[in] 👂 { $title }: counted
    }
mood-out-nowhere = I follow the mood of no group that you are in. There is nothing to opt out of.

mood-sent-privately = 📬 I have sent it to you in private.
mood-in-private = 📬 Open it in private
mood-period = { $shown ->
        [yes] ✓{" "}
       *[no] {""}
    }{ $name ->
        [day] Day
        [week] Week
       *[month] Month
    }
mood-topics = 🗂 Topics
mood-whole-group = The whole group
mood-general = General
mood-more = More topics ›
mood-is-off = It is switched off at present; this is what was kept.
mood-is-deaf = ⚠️ Telegram shows me only messages that are meant for me. Make { $username } an administrator of the group, and I hear all of them.
mood-broken = The picture could not be made this time. Please try again in a minute; the owner will find the cause in the log.
mood-period-trouble = { $reason ->
        [no-such-date] There is no such date. Write it like this: /mood 1-15 October, or /mood 2026-10-01..2026-10-15
        [too-long] That is too long for one picture. Up to 400 days fit, as in /mood 2026
        [future] That has not happened yet. Write a period that has begun, as in /mood week
       *[unreadable] I could not read that. Write it like this: /mood day, /mood week, /mood month, /mood yesterday, /mood 1-15 October. In a group with topics, the topic's name goes behind it: /mood week News
    }
mood-topic-trouble = I know no topic “{ $name }” here. { $known ->
        [some] Those I have heard something in: { $topics }. In a topic, /mood week here means that one.
       *[none] So far I have heard of no topics in this group; /mood week shows the whole group.
    }

mood-topic-named = “{ $name }”
mood-nothing-kept = Nothing is kept of this group's mood yet.
mood-export = The mood of <b>{ $title }</b>, { $hours ->
        [one] one hour
       *[other] { $hours } hours
    } in which somebody wrote. Where fewer than { $people } people did, the mood is left empty. The hour that is still running is not in it.
mood-erase-ask =
    Erase everything about the mood of <b>{ $title }</b>?

    All scores, averages and alerts go for ever; this cannot be undone. One thing stays: who has opted out, so that nobody is counted again against their will.
mood-erase-yes = Yes, erase
mood-erased = Erased: everything about the mood of <b>{ $title }</b>, { $messages ->
        [0] though there was no score
        [one] one score
       *[other] { $messages } scores
    }. { $outs ->
        [0] {""}
        [one] That one person does not want to be counted is still known.{" "}
       *[other] That { $outs } people do not want to be counted is still known.{" "}
    }{ $watched ->
        [on] From now on it begins anew; /mood off ends it.
       *[off] It stays switched off.
    }
mood-nothing-erased = Nothing was erased.

mood-me-anonymous = You write here in the name of a group or channel, so I do not know who you are. Ask me in private: /mood me
mood-me-nowhere = I know nothing about your mood: I follow that of no group that you are in.
mood-me-not-here = I keep nothing about your mood here, and the mood of this group is not followed at present.
mood-me-only-private = Your mood is for you alone. Open our private chat, and you see it there.
mood-me-which = In which group?
mood-me-csv = 📄 My data as a table
mood-me-erase = 🗑 Erase my data
mood-me-out = 🙈 You are not counted in this group. /optin takes it back.
mood-me-rows = All that I keep about you in <b>{ $title }</b>: { $messages ->
        [one] one message
       *[other] { $messages } messages
    }. For each: when, in which topic, how it sounded. No text is kept.
mood-column = { $name ->
        [hour] hour
        [time] time
        [clock] clock
        [messages] messages
        [people] people
        [negative] negative
        [neutral] neutral
        [positive] positive
        [mean] mean
        [topic] topic
        [mood] mood
       *[score] score
    }
mood-cell = { $mood ->
        [negative] negative
        [positive] positive
       *[neutral] neutral
    }
mood-me-erase-ask =
    Erase what I keep about you in <b>{ $title }</b>?

    This cannot be undone. You are still counted from your next message on; if you do not want that, send /optout instead.
mood-me-erased = Erased: { $messages ->
        [0] there was nothing
        [one] what I kept of one message of yours
       *[other] what I kept of { $messages } messages of yours
    }. /optout, if you do not want to be counted any more.

mood-which-group = Which group is this about? In the group itself you can say it in words.
mood-groups-private = That is for our private chat: your groups are nobody else's business.
mood-groups-nowhere =
    There is no group yet whose admin you are and whose mood I follow.

    Add me to a group, send /mood on there, and it appears here.
mood-groups-caption = { $groups ->
        [one] Your group. Press its name to open it.
       *[other] Your { $groups } groups. Press one to open it.
    }{ $shown ->
        [12] {" "}The picture has room for twelve.
       *[other] {""}
    }
