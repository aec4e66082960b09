# Как идёт загрузка модели, в терминале.

pull-so-far = { $done } из { $total }
pull-source = источник: { $source }
pull-again = сбой связи ({ $trouble }), новая попытка
pull-done = { $model }: { $size } за { $time }, проверено
pull-done-on-server = { $model }: { $size } за { $time }, на сервере { $host }
pull-here = { $model }: уже здесь
pull-nothing = { $model }: загружать нечего
pull-failed = Загрузить не удалось. Подробности: { $reason }
pull-stopped = Остановлено. Всё, что успело прийти, сохранено: та же команда продолжит с этого места.
pull-not-here = Не загружены: { $models }. Попробуйте позже или принесите файлы с другого компьютера: `chutko models pull --from FOLDER`.
