# Что говорит `chutko analyze` помимо самих результатов.

analyze-no-file = Файла { $name } нет.{ $kind ->
        [text] { " " }Если это сам текст, поставьте перед ним --text.
       *[other] { "" }
    }
analyze-no-match = Под образец { $name } не подходит ни один файл.{ $kind ->
        [text] { " " }Если это сам текст, поставьте перед ним --text.
       *[other] { "" }
    }
analyze-folder-unreadable = Папку { $name } не удалось прочитать: { $reason }.
analyze-folder-without = { $kind ->
        [text] В папке { $name } нет текстов.
        [audio] В папке { $name } нет записей.
        [video] В папке { $name } нет видео.
       *[photo] В папке { $name } нет картинок.
    }
analyze-no-text = В файле { $name } нет текста.
analyze-not-ordinary = { $name } — не обычный файл.
analyze-not-text = { $name } — не текст в UTF-8. Сохраните его в кодировке UTF-8 и попробуйте ещё раз.
analyze-unreadable = { $name }: прочитать не удалось, { $reason }.
analyze-pipe-empty = На вход ничего не пришло.
analyze-unwritable = { $name }: записать не удалось, { $reason }.
analyze-output-unwritable = Вывести результат не удалось: { $reason }.
analyze-reason = { $code ->
        [EACCES] нет прав доступа
        [EPERM] это запрещено
        [ENOENT] такого файла или такой папки нет
        [EISDIR] это папка
        [ENOTDIR] в пути вместо папки стоит файл
        [EEXIST] здесь уже есть файл с этим именем
        [ENOSPC] на диске не осталось места
        [EFBIG] файл слишком большой
        [EROFS] сюда нельзя записывать
        [ENAMETOOLONG] имя слишком длинное
        [ELOOP] ссылки ведут по кругу
        [EIO] диск не отвечает
       *[other] { $words }
    }
analyze-is-source = { $name } — один из файлов для анализа: выберите другое имя.
analyze-same-results = Оба результата не поместятся в { $name }: дайте им разные имена.
analyze-same-pictures = Обе картинки не поместятся в { $name }: дайте им разные имена.
analyze-screen-taken = На экран можно вывести что-то одно: --json или --csv -.
analyze-clip-on-screen = Видео нельзя вывести на экран: дайте ему имя после -o.
analyze-clip-name = Видео записывается в формате MP4, а имя { $name } — другого формата.
analyze-picture-on-screen = Картинку нельзя вывести на экран: дайте ей имя после --{ $kind }.
analyze-picture-name = { $kind ->
        [spectrogram] Спектрограмма
       *[chart] График
    } записывается в формате PNG, а имя { $name } — другого формата.
analyze-folder-wanted = Файлов несколько, а { $name } — имя одного: укажите папку.
analyze-chart-failed = Нарисовать график не получилось.
analyze-nothing-given = Дайте файл, в котором каждая строка — текст, или сам текст после --text.
analyze-empty-text = После --text ничего нет.
analyze-total = Всего: { $count }{ $failed ->
        [0] { "" }
       *[other] , с ошибкой: { $failed }
    }
analyze-moods = 🙁 отрицательных: { $negative }, 😐 нейтральных: { $neutral }, 🙂 положительных: { $positive }
