# The mood of a group: switching it on and off, and deciding for oneself.

command-mood = the mood of the group; /mood me shows your own
command-optout = do not count me in the mood of groups
command-optin = count me in again
command-groups = the mood of your groups, side by side
command-privacy = what I keep, where, and who sees it

mood-intro =
    I can follow how people feel in <b>{ $title }</b>: every message gets a score from negative to positive, and you see how the mood changes over days and weeks, never who wrote what. Texts are not kept.

    When you switch it on, I tell everybody here what I keep and how not to be counted.
mood-intro-off =
    The mood of <b>{ $title }</b> is not followed at present.
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
    • Or, if the bot is yours: open @BotFather, send /setprivacy, choose { $username }, then Disable. After that take me out of the group and add me again.

    Then send /mood to see whether it worked.
mood-in-the-group = Please do this in the group itself, so that everybody there sees it.
mood-group-only = This belongs into a group: add me to one and send /mood on there.
mood-admins-only = Only the admins of the group can do this. Your own mood: /mood me
mood-button-admins-only = This button is for the admins of the group.
mood-moved = This group has become a supergroup. Please ask again there: /mood
mood-gone = I know nothing of this group any more.

mood-out = 🙈 You are not counted any more in <b>{ $title }</b>. { $messages ->
        [0] There was nothing about you to erase.
        [one] What I had kept of one message of yours is erased.
       *[other] What I had kept of { $messages } messages of yours is erased.
    } /optin takes it back.
mood-out-short = 🙈 You are not counted any more. { $messages ->
        [0] There was nothing about you to erase.
        [one] What I had kept of one message of yours is erased.
       *[other] What I had kept of { $messages } messages of yours is erased.
    }
mood-in = 👋 You are counted again in <b>{ $title }</b>, from your next message on.{ $watched ->
        [on] {""}
       *[off] {" "}But the mood of this group is not followed at present.
    }
mood-in-short = 👋 You are counted again, from your next message on.
mood-out-choose = Here is where I know both you and the mood of a group. Press a group to be counted there or not. Who is not counted leaves no trace: what I had kept of them is erased at once.
mood-out-row = { $state ->
        [out] 🙈 { $title }: not counted
       *[in] 👂 { $title }: counted
    }
mood-out-nowhere = I follow the mood of no group that you are in. There is nothing to opt out of.
