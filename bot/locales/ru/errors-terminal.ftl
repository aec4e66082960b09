# Что говорят `chutko analyze`, `evaluate` и `bench` вместо фраз, которые уместны только в чате. Имена те же, что у
# фраз чата, с terminal- впереди.

terminal-error-busy = Слишком много работы сразу. Дайте меньше файлов или увеличьте очередь в настройках.
terminal-error-model-unavailable = Модель не загрузилась. Подробнее скажет chutko doctor.
terminal-error-inference-failed = Закончить не получилось. Причина в журнале.
terminal-error-disk-full = На диске не осталось места, закончить не получилось.
terminal-error-shutting-down = Работу остановили раньше, чем она была закончена.
terminal-error-unknown = Что-то пошло не так. Причина в журнале.
terminal-error-not-installed = Модели для этого нужны библиотеки, которых на этом компьютере нет. Каких и где их взять, скажет chutko doctor.
terminal-error-not-fetched = Модели для этого на этом компьютере нет. Её скачает chutko models pull.
terminal-error-unsupported-format = Файлы такого вида открыть нельзя. Преобразуйте его в обычное фото, аудио или видео.
terminal-error-broken-file = Файл повреждён или записан не до конца, открыть его не получилось.
terminal-error-not-a-picture = Это не картинка.
terminal-error-text-too-long = Текст слишком длинный: настройки разрешают символов — { $limit-chars }. Разбейте его на части или поднимите предел.
terminal-error-too-long = Запись слишком длинная: настройки разрешают { $limit-s } с. Обрежьте её или поднимите предел.
terminal-error-too-many-pixels = Картинка слишком большая: настройки разрешают { $limit-megapixels ->
        [one] { $limit-megapixels } мегапиксель
        [few] { $limit-megapixels } мегапикселя
       *[other] { $limit-megapixels } мегапикселей
    }. Уменьшите её или поднимите предел.
terminal-error-too-many-frames = В этом видео слишком много кадров: предел — { $limit-frames }. Разрежьте его на части.
terminal-error-llm-unreachable = Языковая модель не отвечает. Работает ли её сервер, скажет chutko doctor.
terminal-error-llm-model-missing = На сервере нет языковой модели { $model }. Чтобы он её скачал: chutko models pull { $model }.
terminal-error-llm-broken-off = Ответ оборвался, не начавшись.
terminal-error-llm-error = Языковая модель не справилась с этим вопросом. Причина в журнале.
