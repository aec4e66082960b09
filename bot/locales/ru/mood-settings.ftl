# Что администраторы выбирают для своей группы.

mood-set-all =
    ⚙️ <b>{ $title }</b>

    { $watched ->
        [on] Я слежу за настроением этой группы.
       *[off] Сейчас я не слежу за настроением этой группы.
    }

    📬 Сводка: { $digest }
    🔔 Сообщать, когда настроение изменилось: { $alerts ->
        [on] да, администраторам в личные сообщения
       *[off] нет
    }
    🌙 Тихие часы: { $quiet }
    🕒 Часы группы: { $zone }
    🗂 Оценки хранятся: { $keep }
    🎤 Голосовые сообщения: { $voices ->
        [on] прослушиваю
       *[off] не прослушиваю
    }
mood-set-done = ✓ Готово.
mood-set-back = ‹ Все настройки
mood-set-digest = 📬 Сводка
mood-set-zone = 🕒 Часы
mood-set-quiet = 🌙 Тихие часы
mood-set-keep = 🗂 Срок хранения
mood-set-alerts-turn = { $to ->
        [on] 🔔 Сообщать
       *[off] 🔕 Не сообщать
    }
mood-set-voices-turn = { $to ->
        [on] 🎤 Слушать голосовые
       *[off] 🎤 Не слушать голосовые
    }
mood-set-zone-title =
    🕒 По каким часам живёт группа? Сейчас: { $now }

    Любой другой город можно назвать словами: /mood zone Самарканд
mood-set-digest-title =
    📬 Картинка и два предложения о том, как было; приходит сама. Сейчас: { $now }
    🕒 По часам группы: { $zone }

    Словами: /mood digest еженедельно понедельник 9
mood-set-quiet-title =
    🌙 В эти часы я никому не сообщаю, что настроение изменилось: это подождёт до их конца. Сейчас: { $now }
    🕒 По часам группы: { $zone }

    Другие часы словами: /mood quiet 22-8
mood-set-keep-title =
    🗂 Как долго хранить оценки? Всё, что старше, стирается. Сейчас: { $now }

    Другой срок словами: /mood keep 60
mood-set-digest-now = { $digest ->
        [off] нет
        [daily] каждый день в { $hour }
       *[weekly] { $weekday } в { $hour }
    }{ $digest ->
        [off] {""}
       *[other] { $to ->
            [group] , всей группе
           *[admins] , администраторам в личные сообщения
        }
    }
mood-set-weekday = { $day ->
        [mon] по понедельникам
        [tue] по вторникам
        [wed] по средам
        [thu] по четвергам
        [fri] по пятницам
        [sat] по субботам
       *[sun] по воскресеньям
    }
mood-set-day = { $day ->
        [mon] Пн
        [tue] Вт
        [wed] Ср
        [thu] Чт
        [fri] Пт
        [sat] Сб
       *[sun] Вс
    }
mood-set-off = Нет
mood-set-daily = Каждый день
mood-set-weekly = Раз в неделю
mood-set-to-admins = Администраторам
mood-set-to-group = Всей группе
mood-set-quiet-now = с { $first } до { $last }
mood-set-quiet-none = нет
mood-set-days = { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }
mood-set-trouble = { $field ->
        [zone] { $near ->
            [some] Что из этого вы имели в виду?
           *[none] Такого места я не знаю. Назовите большой город поблизости, например /mood zone Самарканд, или разницу с UTC: /mood zone UTC+3
        }
        [digest] Не получилось это прочитать. Напишите так: /mood digest ежедневно 9, /mood digest пятница 18, /mood digest группе, /mood digest off
        [keep] Не получилось это прочитать. Напишите число дней от 1 до 3650: /mood keep 90
        [quiet] Не получилось это прочитать. Напишите два часа: /mood quiet 22-8, или /mood quiet off
        [alerts] Напишите /mood alerts on или /mood alerts off
       *[voices] Напишите /mood voices on или /mood voices off
    }
mood-changed =
    👂 Администраторы изменили то, как я слежу за настроением этой группы. Теперь так: оценки хранятся { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }; голосовые сообщения { $voices ->
        [on] я прослушиваю и храню от них только оценку
       *[off] я не прослушиваю
    }{ $digest ->
        [group] ; сводка приходит сюда, всем
       *[other] {""}
    }. Подробно обо всём расскажет /privacy; если вы не хотите, чтобы вас учитывали, отправьте /optout.
