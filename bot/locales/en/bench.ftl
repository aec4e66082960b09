# Tables of `chutko bench`.

bench-title = { $skill }: { $title }; one run is { $what }
bench-reference = reference report: { $model }
bench-number = { $number }
bench-milliseconds = { $number } ms
bench-per-second = { $number } a second
bench-cores = { $percent }% of all cores ({ $cores } cores)
bench-on-cards = { $memory } ({ $cards } of it on graphics cards)
bench-some-so-long = { $time } ({ $count ->
    [one] { $count } answer was so long
   *[other] { $count } answers were so long
})
bench-none-so-long = { $time } (computed: no answer was so long)
bench-loading = { $skill }: loading
bench-run = { $skill }: run { $run } of { $runs }
bench-no-skill = There is no skill { $name }; there are { $names }.
bench-no-code = { $model } cannot be used by this version of Chutko yet.
bench-not-here = Its model is not here: chutko models pull { $model }
bench-stopped = It was stopped before this was measured.
