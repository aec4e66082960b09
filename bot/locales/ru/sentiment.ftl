sentiment-line = { $label ->
        [negative] 🙁 отрицательный
        [positive] 🙂 положительный
       *[neutral] 😐 нейтральный
    } · { $percent } %
sentiment-memory = [настроение текста: { $label ->
        [negative] отрицательное
        [positive] положительное
       *[neutral] нейтральное
    }]
