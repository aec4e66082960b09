photo-sure = Похоже, это { $label } ({ $percent } %).
photo-maybe = Пожалуй, это { $label } ({ $percent } %), но я не уверен.
photo-unsure = Не могу сказать точно. Больше всего это напоминает: { $label } ({ $percent } %).
photo-line = • { $label } — { $percent } %
photo-memory = [на фото: { $seen }]
photo-chart-title = Что на фото
