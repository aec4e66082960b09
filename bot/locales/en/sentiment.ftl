sentiment-line = { $label ->
        [negative] 🙁 negative
        [positive] 🙂 positive
       *[neutral] 😐 neutral
    } · { $percent }%
sentiment-memory = [mood of the text: { $label ->
        [negative] negative
        [positive] positive
       *[neutral] neutral
    }]
