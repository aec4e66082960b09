# Что говорится о настроении словами. $score и подобные — баллы от -100 до +100, как «+18».

mood-said = { $whose ->
        [own] Ваше настроение
       *[group] Настроение
    } { $word }: { $score } по шкале от −100 до +100, вероятно, от { $low } до { $high } ({ $whose ->
        [own] { $messages ->
            [one] { $messages } ваше сообщение
            [few] { $messages } ваших сообщения
           *[other] { $messages } ваших сообщений
        }
       *[group] { $people ->
            [one] { $people } человек
            [few] { $people } человека
           *[other] { $people } человек
        }
    }{ $unknown }).
mood-said-unknown = ; { $gaps } из { $all } { $buckets ->
        [hour] { $all ->
            [one] часа
           *[other] часов
        }
       *[day] { $all ->
            [one] дня
           *[other] дней
        }
    } прошли без наблюдения
mood-said-change = Это на { $by ->
        [one] { $by } пункт
        [few] { $by } пункта
       *[other] { $by } пунктов
    } { $direction ->
        [up] лучше
       *[down] хуже
    }, чем за предыдущий период{ $turn ->
        [yes] ; перелом пришёлся на { $date }
       *[no] {""}
    }
mood-said-shift = { $date } оно { $direction ->
        [up] поднялось
       *[down] опустилось
    } с { $before } до { $after }
mood-said-same = По сравнению с предыдущим периодом заметных перемен нет
mood-said-first = Сравнить его пока не с чем
mood-said-topic = в теме «{ $topic }» заметно { $direction ->
        [up] лучше
       *[down] хуже
    }: { $score }
mood-said-too-few = Писало слишком мало людей, чтобы показать настроение и никого этим не выдать ({ $messages ->
        [one] { $messages } сообщение
        [few] { $messages } сообщения
       *[other] { $messages } сообщений
    }).
mood-said-away = В это время наблюдения не было, и мне о нём ничего не известно.
mood-said-begun = Я наблюдаю совсем недолго, и пока никто ничего не написал.
mood-said-nothing = { $whose ->
        [own] Вы за это время ничего не написали
       *[group] За это время никто ничего не написал
    }{ $unknown }.
