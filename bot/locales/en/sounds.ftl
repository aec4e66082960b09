sounds-sure = I hear: { $label } ({ $percent }%).
sounds-maybe = I think I hear: { $label } ({ $percent }%).
sounds-line = • { $label } — { $percent }%
sounds-when = Over time:
sounds-event = • { $label }: { $times }{ $more ->
        [0] { "" }
        [one] { " " }and once more
       *[other] { " " }and { $more } times more
    }
sounds-silence = This is silence: nothing can be heard in the recording.
sounds-silence-memory = [audio: silence]
sounds-memory = [audio, { $seconds } s: { $heard }]
sounds-chart-title = What can be heard
sounds-chart-loudness = loudness, dB
sounds-chart-time = time
