sounds-sure = Я слышу: { $label } ({ $percent } %).
sounds-maybe = Кажется, я слышу: { $label } ({ $percent } %).
sounds-line = • { $label } — { $percent } %
sounds-when = По времени:
sounds-event = • { $label }: { $times }{ $more ->
        [0] { "" }
        [one] { " " }и ещё { $more } раз
        [few] { " " }и ещё { $more } раза
       *[other] { " " }и ещё { $more } раз
    }
sounds-silence = Здесь тишина: в записи ничего не слышно.
sounds-silence-memory = [запись: тишина]
sounds-memory = [запись, { $seconds } с: { $heard }]
sounds-chart-title = Что слышно
sounds-chart-loudness = громкость, дБ
sounds-chart-time = время
