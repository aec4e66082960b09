# Модели: список, карточки, сколько сделано.

command-model = карточка модели: что это и что она умеет
command-stats = сколько я ответил и как быстро

models-all = Все модели
models-back = ‹ Назад
models-wake = ☀️ Разбудить
models-sleep = 💤 Усыпить
models-again = 🔄 Загрузить заново
models-fetch = ⬇️ Скачать
models-retry = 🔁 Попробовать ещё раз
models-other = 🔀 Выбрать другую модель
models-only-admins = Это могут только администраторы бота: ответы изменятся у всех. Администраторов называет владелец в настройках.
models-not-here = Файлов этой модели нет на этом компьютере, будить пока некого.
models-here = Она уже здесь.
models-patience = Уже делаю. Одну минуту, пожалуйста.
models-awake = Она уже не спит.
models-waking = Бужу…
models-fetching = Скачиваю…
models-falling-asleep = Уснёт, как только закончит работу…
model-which = О какой модели рассказать?
model-which-of-these = Какую из них вы имеете в виду?
model-perhaps = Модели «{ $name }» я не знаю. Может быть, это одна из этих?
model-not-known = Модели «{ $name }» я не знаю. Вот те, с которыми я работаю:
state-not-in-use = здесь не используется

# Что мешает модели; стоит после её состояния.
note-elsewhere = Её уже загружает другая программа на этом компьютере.
note-verifying = Проверяю то, что уже здесь.
note-retrying = Связь прервалась, пробую снова.
note-unreachable = До мест, где она лежит, сейчас не достучаться. Есть ли у этого компьютера интернет? Я попробую ещё раз.
note-unpinned = Отпечатки её файлов неизвестны, а непроверенное я не загружаю.
note-gated = Издатель даёт её только тем, у кого есть разрешение. Как его получить, владелец найдёт в журнале.
note-disk = Её файлы не получается записать на диск. Я попробую ещё раз.
note-disk-full = На диске не хватает места. Я попробую ещё раз, когда оно появится.
note-not-fetched = Её файлов ещё нет на этом компьютере.
note-not-installed = Ей нужны библиотеки, которых на этом компьютере нет. Каких именно, владельцу скажет chutko doctor.
note-damaged = Один из её файлов испорчен. Владелец может это исправить командой chutko models verify --repair.
note-load-failed = Загрузить её в память не получилось. Причину владелец найдёт в журнале.
note-llm-unreachable = Её сервер не отвечает.
note-llm-odd = Её сервер отвечает, но не так, как должен. Подробности владелец найдёт в журнале.
note-llm-starting = Её сервер запускается.
note-llm-model-missing = На сервере её нет. Владелец может её скачать: chutko models pull { $model }
note-llm-returned = Загрузить { $model } не получилось, поэтому, как и прежде, отвечает { $before }. Причину владелец найдёт в журнале.
note-llm-silent = Её сервер слишком долго молчит.
note-llm-broken-off = Её сервер прервал ответ.
note-llm-error = Её сервер отказался. Причину владелец найдёт в журнале.
note-other = Причину владелец найдёт в журнале.

chat-models-title =
    <b>Кто будет отвечать?</b>

    Сейчас это { $model }. Выбор действует для всех, и после перезапуска тоже.
chat-models-only =
    <b>Кто будет отвечать?</b>

    { $model }, и других моделей для выбора здесь нет.
chat-models-gone = На сервере этой модели больше нет, или он сейчас не отвечает.
chat-models-none = Сервер языковых моделей сейчас не отвечает. Попробуйте, пожалуйста, чуть позже.
chat-models-chosen = Со следующего вопроса отвечает { $model }.

card-head =
    { $icon } <b>{ $skill }</b>: { $title }
    <code>{ $model }</code> · { $state }
card-unknown = Эта модель – с сервера владельца. Описания её у меня нет.
card-architecture = <b>Как устроена:</b> { $text }
card-parameters = <b>Размер:</b> { $millions } млн параметров
card-parameters-billions = <b>Размер:</b> { $billions } млрд параметров
card-data = <b>На чём училась:</b> { $text }
card-classes = <b>Что выдаёт:</b> { $text }
card-licence = <b>Лицензия:</b> { $licence }
card-publisher = <b>Кто выпустил:</b> { $publisher }
card-source = <b>Источник:</b> <a href="{ $url }">{ $host }</a>
card-size = <b>На диске:</b> { $size }
card-size-to-come = <b>Объём файлов:</b> { $size }; на этом компьютере их нет
card-bring = Владелец может скачать её сам: <code>chutko models pull { $model }</code>. Без интернета её файлы можно принести с другого компьютера: <code>chutko models pull { $model } --from ПАПКА</code>.
card-in-package = <b>На диске:</b> приходит вместе со мной, без отдельных файлов и отпечатков
card-on-server = <b>На диске:</b> её файлы хранит сервер Ollama
card-size-on-server = <b>На диске сервера:</b> { $size }
card-needs = <b>Памяти для работы:</b> около { $size }
card-hash = <b>Отпечаток файлов (SHA-256):</b> { $hashes }
card-more-files = и ещё { $count }
card-pinned =
    <b>Версия:</b> <code>{ $commit }</code> (с { $date }). Отпечатков этих файлов никто не публиковал. Я держусь тех, что в тот день выдал { $host }, и других не беру.
card-pinned-later = <b>На диске:</b> пока ничего. Отпечатков её файлов никто не публиковал: я буду держаться тех, что получу в первый раз.
card-not-pinned = Отпечатки её файлов пока неизвестны, поэтому я её не загружаю.
card-published = <b>Что измерили авторы:</b> { $text }
card-published-none = мне об этом ничего не известно
card-measured = <b>Измерено на этом компьютере</b>, { $date }
card-not-measured = <b>На этом компьютере:</b> ещё не измерено. Владелец может это сделать командой <code>chutko bench</code>.
measured-load-s = просыпается за { $time }
measured-latency-p50-s = половина ответов готова за { $time }
measured-latency-p95-s = 95 ответов из 100 готовы за { $time }
measured-frame-s = { $time } на каждый кадр
measured-first-token-s = начинает отвечать через { $time }
measured-hundred-tokens-s = { $time } на ответ из 100 токенов (слов 40–60)
measured-throughput-per-s = когда сообщений много, ответов в секунду: { $number }
measured-throughput-slow = когда сообщений много, по ответу каждые { $time }
measured-tokens-per-s = токенов в секунду: { $number }
measured-memory = занимает до { $size } памяти
card-now = <b>Сейчас</b>
card-memory = память: { $size }
card-memory-none = не занята
card-memory-video = { $size }, из них на видеокарте { $video }
card-memory-unknown = сейчас неизвестно
card-queue = ждут: { $waiting }, в работе: { $running }
latency = половина последних ответов заняла не больше { $middle }, 95 из 100 – не больше { $most }
latency-none = с запуска ответов ещё не было
speed = скорость: { $number } токенов в секунду (токен – это кусочек слова)
seconds-short = { $number } с
size-mb = { $number } МБ
size-gb = { $number } ГБ

stats-title = <b>Как у меня дела</b>
stats-uptime-days = Не сплю уже { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[other] { $days } дней
    } и { $hours } ч.
stats-uptime-hours = Не сплю уже { $hours } ч { $minutes } мин.
stats-uptime-minutes = Не сплю уже { $minutes ->
        [0] почти минуту
        [one] { $minutes } минуту
        [few] { $minutes } минуты
       *[other] { $minutes } минут
    }.
stats-answered = Отвечено за последние 30 дней: { $done } (сообщения, команды и кнопки). В работе или ждут: { $owed }.
stats-aside = Не получилось после нескольких попыток: { $aside }.
stats-skill = { $icon } <b>{ $skill }</b>
stats-done = сделано с запуска: { $done }
stats-failed = не получилось: { $failed } (слишком долго: { $late }), не хватило места в очереди: { $refused }, падений: { $crashes }

# Как ещё могут назвать умение после /model.
skill-aliases-sentiment = тональность, эмоции, чувства
skill-aliases-sounds = звук, аудио, шумы, распознавание звуков
skill-aliases-speech = голос, голосовые, расшифровка, распознавание речи
skill-aliases-photo = фотографии, фотография, фотка, картинки, картинка, снимки, снимок, распознавание фото
skill-aliases-video = ролики, гиф
skill-aliases-chat = чат, текст, тексты, разговор
