# The pictures of a mood, and what is said about it. $score and its like are points from -100 to +100, as "+18".

mood-word-very-bad = very low
mood-word-bad = low
mood-word-rather-bad = rather low
mood-word-even = even
mood-word-rather-good = rather good
mood-word-good = good
mood-word-very-good = very good
mood-word-unclear = unclear

mood-untitled = Group
mood-last-day = 24 hours until { $time } on { $date }
mood-of-topic = “{ $topic }”, { $period }
mood-own = Your own mood, { $period }
mood-counts = { $messages ->
        [one] { $messages } message
       *[other] { $messages } messages
    } · { $people ->
        [one] { $people } person
       *[other] { $people } people
    }
mood-own-counts = { $messages ->
        [one] { $messages } message
       *[other] { $messages } messages
    } of yours
mood-nothing = No messages in this time
mood-away = I was not watching in this time
mood-too-few = Too few people to show a mood
mood-range = likely between { $low } and { $high }
mood-as-before = no clear change
mood-turned = shift on { $date }
mood-before = before: { $score }
mood-over-time = { $buckets ->
        [hour] Mood, hour by hour
       *[day] Mood, day by day
    }
mood-volume = { $buckets ->
        [hour] Messages an hour, up to { $most }
       *[day] Messages a day, up to { $most }
    }
mood-band = where the average lies
mood-scale = −100: all negative, +100: all positive
mood-smooth = 7-day average
mood-gap = no data
mood-few = fewer than { $people ->
        [one] { $people } person
       *[other] { $people } people
    }
mood-shares = Messages
mood-now = now
mood-then = before
mood-negative = negative
mood-neutral = neutral
mood-positive = positive
mood-grid = Mood by weekday and hour
mood-groups-title = Your groups
mood-groups-none = No group is being watched yet
