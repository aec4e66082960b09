# Отчёты `chutko evaluate`.

evaluate-title = { $model }: { $data }
evaluate-rated-answers = Ответы с оценками
evaluate-answers-alone = Ответы
evaluate-report-written = Отчёт с картинками: { $path }
evaluate-more = … и ещё { $count }

## Таблицы

evaluate-figures = Показатели
evaluate-figure = показатель
evaluate-value = значение
evaluate-reference-report = в исходном отчёте
evaluate-examples = примеров
evaluate-accuracy = доля верных ответов (accuracy)
evaluate-top5 = верный ответ среди пяти (top-5)
evaluate-macro-f1 = macro-F1
evaluate-classes = Классы
evaluate-class = класс
evaluate-precision = точность
evaluate-recall = полнота
evaluate-worst-mistakes = Самые уверенные ошибки
evaluate-row = строка
evaluate-what = что
evaluate-label = метка
evaluate-model = модель
evaluate-pictures = картинок
evaluate-objects = объектов
evaluate-map = mAP (IoU от 0,50 до 0,95)
evaluate-map50 = mAP при IoU 0,50
evaluate-map75 = mAP при IoU 0,75
evaluate-map-small = mAP, мелкие объекты
evaluate-map-medium = mAP, средние объекты
evaluate-map-large = mAP, крупные объекты
evaluate-recall100 = полнота, 100 рамок
evaluate-mean-iou = средний IoU найденных объектов
evaluate-recall50 = полнота при IoU 0,5
evaluate-worst-pictures = Картинки с наибольшим числом ошибок
evaluate-number = номер
evaluate-picture = картинка
evaluate-missed = пропущено
evaluate-invented = лишнее
evaluate-unused = Строки, которые не удалось использовать
evaluate-why = почему

## Таблицы языковой модели

evaluate-ratings = Оценки людей
evaluate-mean = среднее
evaluate-answers-count = ответов
evaluate-raters = оценивших
evaluate-difference = средняя разница
evaluate-alpha = альфа Криппендорфа
evaluate-answers = Ответы
evaluate-perplexity = перплексия
evaluate-perplexity-of = { $value } ({ $tokens ->
    [one] { $tokens } токен
    [few] { $tokens } токена
   *[many] { $tokens } токенов
})
evaluate-time = время
evaluate-prompt = запрос
evaluate-answer = ответ
evaluate-reference = эталон
evaluate-texts = Тексты
evaluate-answered = запросов с ответом
evaluate-answered-of = { $share } ({ $answered } из { $asked })
evaluate-bleu-of = { $share } (из 1; { $percent } из 100)
evaluate-signature = подпись BLEU
evaluate-coherence = связность
evaluate-relevance = соответствие запросу
evaluate-fluency = грамотность
evaluate-response-mean = весь ответ, в среднем
evaluate-response-median = весь ответ, медиана
evaluate-response-p95 = весь ответ, 95 из 100
evaluate-first-token-mean = первый токен, в среднем
evaluate-first-token-median = первый токен, медиана
evaluate-first-token-p95 = первый токен, 95 из 100
evaluate-tokens-per-s = токенов в секунду
evaluate-hundred = ответ из 100 токенов, расчёт
evaluate-tokens-mean = токенов в ответе, в среднем
evaluate-cut = ответов, обрезанных по длине
evaluate-memory = память
evaluate-seconds = { $value } с

## Картинки

evaluate-confusion = Матрица ошибок
evaluate-other = (другое)
evaluate-said = ответ модели
evaluate-labelled = метка в данных
evaluate-reliability = Чего стоит уверенность модели
evaluate-as-sure-as-right = права так часто, как уверена
evaluate-the-model = модель
evaluate-confidence = уверенность
evaluate-share-right = доля верных ответов
evaluate-of-each-class = Показатели по классам
evaluate-curve = Точность и полнота
evaluate-precision-50 = точность при IoU 0,5, среднее по классам
evaluate-overlap = Сколько общего у ответов с эталонами
evaluate-one-is-reference = 1 – сам эталон
evaluate-surprise = Насколько тексты неожиданны для модели
evaluate-perplexity-axis = перплексия текста
evaluate-texts-axis = тексты
evaluate-how-long = Сколько времени занимают ответы
evaluate-first-token = первый токен
evaluate-whole-answer = весь ответ
evaluate-seconds-axis = секунды
evaluate-opinions = Что люди думают об ответах
evaluate-mean-rating = средняя оценка

## Что распознано и что пропущено

evaluate-encoding = Данные не в UTF-8: они прочитаны как { $name }.
evaluate-broken = { $count ->
    [one] Не прочитана { $count } буква
    [few] Не прочитаны { $count } буквы
   *[many] Не прочитано { $count } букв
}, вместо них стоит �: точно ли данные в UTF-8?
evaluate-columns = Прочитан столбец «{ $item }», метки взяты из столбца «{ $label }».
evaluate-columns-of-chat = Прочитаны столбцы «{ $prompt }» и «{ $answer }».
evaluate-column-of-texts = Прочитан столбец «{ $text }».
evaluate-no-heading = В таблице нет заголовка: прочитан столбец { $item }, метки взяты из столбца { $label }.
evaluate-none-found = Ни один файл не нашёлся: папку с ними называет { $option }.
evaluate-numbered-moods = Метки вроде { $number } – числа. Какое настроение что значит, в каждом наборе данных решают по-своему, поэтому гадать нельзя: скажите, например, --labels 0=negative,1=neutral,2=positive или назовите столбец со словами: --label-column.
evaluate-scale-of-moods = Метки – числа: { $taken }. Если в ваших данных они значат другое, скажите это с помощью --labels.
evaluate-numbers-beyond = Метки – числа от { $least } до { $most }, а классы модели считаются от 0 до { $last }: ни одно число не принято за класс.
evaluate-numbered = Метки – числа: они приняты за классы модели в её порядке, считая от 0 (0 – { $first-name }, { $last } – { $last-name }).
evaluate-renamed = Поняты другие названия классов: { $pairs }{ $more ->
    [0] {""}
   *[other] ; и ещё { $more }
}.
evaluate-no-mids = Метки вроде { $mid } – номера AudioSet. Их названия есть у YAMNet полного набора моделей, а его здесь нет: chutko models pull yamnet – или напишите названия классов.
evaluate-mids = { $count ->
    [one] { $count } метка записана номером
    [few] { $count } метки записаны номерами
   *[many] { $count } меток записаны номерами
} AudioSet: их названия взяты из списка классов модели.
evaluate-unknown-rows = { $count ->
    [one] Пропущена { $count } строка
    [few] Пропущены { $count } строки
   *[many] Пропущено { $count } строк
}: у модели нет такого класса. Это { $named }{ $more ->
    [0] {""}
   *[other] {" "}и другие
}.
evaluate-unknown-objects = { $count ->
    [one] Пропущен { $count } объект
    [few] Пропущены { $count } объекта
   *[many] Пропущено { $count } объектов
}: у модели нет такого класса. Это { $named }{ $more ->
    [0] {""}
   *[other] {" "}и другие
}.
evaluate-strays = { $count ->
    [one] Пропущен { $count } объект
    [few] Пропущены { $count } объекта
   *[many] Пропущено { $count } объектов
}: в файле нет картинки с их image_id. Это { $named }{ $more ->
    [0] {""}
   *[other] , …
}.
evaluate-no-objects = На картинках нет ни одного объекта.
evaluate-no-rows = В нём нет ни одной строки.
evaluate-not-rated = Связность, соответствие запросу и грамотность ещё никто не оценил.
evaluate-no-perplexity = Перплексии нет: этот сервер не может сказать, насколько вероятен данный текст. Собственный сервер Chutko может, Ollama – нет.
evaluate-stopped = Остановлено: пройдено { $done } из { $total }.
evaluate-without-reference = { $count ->
    [one] У { $count } ответа нет эталона, он учтён
   *[other] У { $count } ответов нет эталона, они учтены
} только во времени и доле ответов.

## Строки, которые нельзя использовать

evaluate-row-unreadable = Строка не читается: { $reason }.
evaluate-row-cells = В строке больше ячеек, чем в заголовке: ячейке с запятыми нужны кавычки.
evaluate-row-no-json = Строка – не JSON: { $reason }.
evaluate-row-no-object = Строка – не объект JSON.
evaluate-row-empty = В этой строке не на что смотреть.
evaluate-row-no-label = В строке нет метки.
evaluate-row-zero = В строке есть нулевой байт.
evaluate-row-no-file = Файла { $name } нет.
evaluate-row-no-text = В этой строке нет текста.
evaluate-row-no-prompt = В этой строке нет запроса.
evaluate-row-no-answer = В этой строке нет ответа.
evaluate-row-no-number = Оценка ({ $what }) – не число: { $text }.
evaluate-row-off-scale = Оценка ({ $what }) не между { $worst } и { $best }: { $text }. Другие худшую и лучшую называет --scale.
evaluate-row-image = Картинке нужны id и file_name.
evaluate-row-annotation = Нужны image_id, известный category_id и bbox.
evaluate-row-box = У рамки нет площади.
evaluate-row-silence = Модель ничего не ответила.
evaluate-row-no-perplexity = Перплексии нет: { $reason }.
evaluate-row-file-unreadable = Файл не читается: { $reason }.

## Данные, которые нельзя использовать

evaluate-unreadable = { $path } не читается: { $reason }.
evaluate-no-encoding = { $path } – не текст в какой-либо известной кодировке. Сохраните его в UTF-8 (в Excel: CSV UTF-8).
evaluate-empty = Файл { $path } пуст.
evaluate-no-json = { $path } – не JSON: { $reason }.
evaluate-no-coco = { $path } – не в виде COCO: нужны списки images, annotations, categories.
evaluate-no-column = В { $path } нет столбца «{ $wanted }», есть { $columns }. Нужный называет { $option }.
evaluate-no-prompts = В { $path } нет ни столбца «{ $wanted }», ни «text», есть { $columns }. Нужные называют --prompt-column и --answer-column.
evaluate-folder-of-texts = { $path } – папка: тексты читаются из таблицы.
evaluate-no-folders = В { $path } нет папок с файлами, названных как классы.
evaluate-bad-labels = В --labels пишут метка=класс, как 0=negative,1=positive, а не «{ $text }».
evaluate-bad-scale = Шкала – это худшая оценка и лучшая, как 1-5, а не «{ $text }».
evaluate-several-files = Несколько файлов – это только оценки нескольких людей.
evaluate-answers-of-prompts = --answers – для запросов, на которые отвечает модель.
evaluate-nothing = В { $path } ничего не удалось оценить.
evaluate-row-number = Строка { $number }
evaluate-no-screen = Отчёт нельзя вывести на экран: дайте -o имя файла.
evaluate-data-itself = { $path } – это сами данные: выберите другое имя.
evaluate-unwritable = { $path } нельзя записать: { $reason }.
