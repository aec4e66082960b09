# Картинки настроения и то, что о нём говорится. $score и подобные — баллы от -100 до +100, как «+18».

mood-word-very-bad = очень плохое
mood-word-bad = плохое
mood-word-rather-bad = скорее плохое
mood-word-even = ровное
mood-word-rather-good = скорее хорошее
mood-word-good = хорошее
mood-word-very-good = очень хорошее
mood-word-unclear = неясное

mood-untitled = Группа
mood-last-day = сутки до { $time }, { $date }
mood-of-topic = «{ $topic }», { $period }
mood-own = Ваше настроение, { $period }
mood-counts = { $messages ->
        [one] { $messages } сообщение
        [few] { $messages } сообщения
       *[other] { $messages } сообщений
    } · { $people ->
        [one] { $people } человек
        [few] { $people } человека
       *[other] { $people } человек
    }
mood-own-counts = { $messages ->
        [one] { $messages } ваше сообщение
        [few] { $messages } ваших сообщения
       *[other] { $messages } ваших сообщений
    }
mood-nothing = За это время сообщений не было
mood-away = В это время наблюдения не было
mood-too-few = Людей мало: настроение не показано
mood-range = вероятно, от { $low } до { $high }
mood-as-before = перемен не видно
mood-turned = перелом { $date }
mood-before = прежде: { $score }
mood-over-time = { $buckets ->
        [hour] Настроение по часам
       *[day] Настроение по дням
    }
mood-volume = { $buckets ->
        [hour] Сообщений в час, до { $most }
       *[day] Сообщений в день, до { $most }
    }
mood-band = здесь лежит среднее
mood-scale = −100: всё плохо, +100: всё хорошо
mood-smooth = среднее за 7 дней
mood-gap = нет данных
mood-few = меньше { $people ->
        [one] { $people } человека
       *[other] { $people } человек
    }
mood-shares = Сообщения
mood-now = сейчас
mood-then = прежде
mood-negative = отрицательные
mood-neutral = нейтральные
mood-positive = положительные
mood-grid = Настроение по дням недели и часам
mood-groups-title = Ваши группы
mood-groups-none = Пока ни за одной группой я не наблюдаю
