# What admins choose for their group.

mood-set-all =
    ⚙️ <b>{ $title }</b>

    { $watched ->
        [on] I follow the mood of this group.
       *[off] I do not follow the mood of this group at present.
    }

    📬 Digest: { $digest }
    🔔 Tell when the mood shifts: { $alerts ->
        [on] yes, in private to the admins
       *[off] no
    }
    🌙 Quiet hours: { $quiet }
    🕒 Clock of the group: { $zone }
    🗂 Scores are kept: { $keep }
    🎤 Voice messages: { $voices ->
        [on] listened to
       *[off] not listened to
    }
mood-set-done = ✓ Done.
mood-set-back = ‹ All settings
mood-set-digest = 📬 Digest
mood-set-zone = 🕒 Clock
mood-set-quiet = 🌙 Quiet hours
mood-set-keep = 🗂 How long
mood-set-alerts-turn = { $to ->
        [on] 🔔 Do tell of shifts
       *[off] 🔕 Do not tell of shifts
    }
mood-set-voices-turn = { $to ->
        [on] 🎤 Listen to voices
       *[off] 🎤 Do not listen to voices
    }
mood-set-zone-title =
    🕒 By which clock does the group live? Now: { $now }

    Any other city in words: /mood zone Lisbon
mood-set-digest-title =
    📬 A picture and two sentences on what was, sent by itself. Now: { $now }
    🕒 By the group’s clock: { $zone }

    In words: /mood digest weekly Monday 9
mood-set-quiet-title =
    🌙 Nobody is told of a shift in these hours; it waits until they end. Now: { $now }
    🕒 By the group’s clock: { $zone }

    Others in words: /mood quiet 22-8
mood-set-keep-title =
    🗂 How long is a score kept? What is older is erased. Now: { $now }

    Another time in words: /mood keep 60
mood-set-digest-now = { $digest ->
        [off] none
        [daily] every day at { $hour }
       *[weekly] { $weekday } at { $hour }
    }{ $digest ->
        [off] {""}
       *[other] { $to ->
            [group] , to the whole group
           *[admins] , in private to the admins
        }
    }
mood-set-weekday = { $day ->
        [mon] every Monday
        [tue] every Tuesday
        [wed] every Wednesday
        [thu] every Thursday
        [fri] every Friday
        [sat] every Saturday
       *[sun] every Sunday
    }
mood-set-day = { $day ->
        [mon] Mon
        [tue] Tue
        [wed] Wed
        [thu] Thu
        [fri] Fri
        [sat] Sat
       *[sun] Sun
    }
mood-set-off = None
mood-set-daily = Every day
mood-set-weekly = Every week
mood-set-to-admins = To the admins
mood-set-to-group = To the whole group
mood-set-quiet-now = from { $first } to { $last }
mood-set-quiet-none = none
mood-set-days = { $days ->
        [one] one day
       *[other] { $days } days
    }
mood-set-trouble = { $field ->
        [zone] { $near ->
            [some] Which of these do you mean?
           *[none] I know no such place. Name a large city nearby, as in /mood zone Lisbon, or the difference to UTC: /mood zone UTC+3
        }
        [digest] I could not read that. Write it like this: /mood digest daily 9, /mood digest weekly Friday 18, /mood digest group, /mood digest off
        [keep] I could not read that. Write a number of days from 1 to 3650: /mood keep 90
        [quiet] I could not read that. Write two hours: /mood quiet 22-8, or /mood quiet off
        [alerts] Write /mood alerts on or /mood alerts off
       *[voices] Write /mood voices on or /mood voices off
    }
mood-changed =
    👂 The admins have changed how I follow the mood of this group. What holds now: scores are kept for { $days ->
        [one] one day
       *[other] { $days } days
    }; { $voices ->
        [on] voice messages are listened to, and nothing but their score is kept
       *[off] voice messages are not listened to
    }{ $digest ->
        [group] ; a digest is sent here, to everybody
       *[other] {""}
    }. /privacy tells you everything, /optout if you would rather not be counted.
