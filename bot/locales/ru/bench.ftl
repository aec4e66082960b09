# Таблицы `chutko bench`.

bench-title = { $skill }: { $title }; один прогон – это { $what }
bench-reference = исходный отчёт: { $model }
bench-number = { $number }
bench-milliseconds = { $number } мс
bench-per-second = { $number } в секунду
bench-cores = { $percent } % всех ядер (ядер: { $cores })
bench-on-cards = { $memory } (из них { $cards } на видеокартах)
bench-some-so-long = { $time } (ответов такой длины: { $count })
bench-none-so-long = { $time } (расчёт: такого длинного ответа не было)
bench-loading = { $skill }: загружается
bench-run = { $skill }: прогон { $run } из { $runs }
bench-no-skill = Навыка { $name } нет, есть { $names }.
bench-no-code = { $model }: эта версия Chutko ещё не умеет с ней работать.
bench-not-here = Модели для этого здесь нет: chutko models pull { $model }
bench-stopped = Остановлено раньше, чем это было измерено.
