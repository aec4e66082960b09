# What is said about a mood in words. $score and its like are points from -100 to +100, as "+18".

mood-said = { $whose ->
        [own] Your mood
       *[group] The mood
    } was { $word }: { $score } on a scale from −100 to +100, likely between { $low } and { $high } ({ $whose ->
        [own] { $messages ->
            [one] one message
           *[other] { $messages } messages
        } of yours
       *[group] { $people ->
            [one] one person
           *[other] { $people } people
        }
    }{ $unknown }).
mood-said-unknown = ; nothing is known of { $gaps } of { $all } { $buckets ->
        [hour] hours
       *[day] days
    }
mood-said-change = That is { $by ->
        [one] one point
       *[other] { $by } points
    } { $direction ->
        [up] better
       *[down] worse
    } than in the period before{ $turn ->
        [yes] , and the turn came on { $date }
       *[no] {""}
    }
mood-said-shift = On { $date } it { $direction ->
        [up] rose
       *[down] fell
    } from { $before } to { $after }
mood-said-same = Compared with the period before, nothing has clearly changed
mood-said-first = There is nothing earlier to compare it with yet
mood-said-topic = in the topic “{ $topic }” it was clearly { $direction ->
        [up] better
       *[down] worse
    }: { $score }
mood-said-too-few = Too few people wrote for me to show a mood without giving anybody away ({ $messages ->
        [one] one message
       *[other] { $messages } messages
    }).
mood-said-away = I was not watching in this time, and know nothing of it.
mood-said-begun = I have been watching only for a short while, and nobody has written anything yet.
mood-said-nothing = { $whose ->
        [own] You wrote nothing
       *[group] Nobody wrote anything
    } in this time{ $unknown }.
