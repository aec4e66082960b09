# Картинка звука, когда о ней просят.

spectrogram-button = 🎼 Спектрограмма
command-spectrogram = нарисовать спектрограмму: ответьте этим на запись
spectrogram-title = Спектрограмма
spectrogram-reading = Так выглядит звук. Слева направо — время. Снизу вверх — от низких тонов к высоким. Чем темнее, тем громче.
spectrogram-seconds = секунды
spectrogram-minutes = минуты : секунды
spectrogram-pitch = Гц
spectrogram-drawing = Рисую…
spectrogram-there = Картинка уже здесь.
spectrogram-gone = Эту запись мне больше не получить: её удалили, или Telegram её уже не отдаёт. Пришлите её, пожалуйста, ещё раз.
error-not-a-recording = Какую запись нарисовать? Ответьте командой /spectrogram на голосовое сообщение или аудиофайл.
error-no-picture = Картинку нарисовать не получилось. Попробуйте, пожалуйста, чуть позже.
