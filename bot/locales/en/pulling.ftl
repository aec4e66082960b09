# How fetching a model goes, in the terminal.

pull-so-far = { $done } of { $total }
pull-source = from { $source }
pull-again = { $trouble }; trying again
pull-done = { $model }: { $size } in { $time }, verified
pull-done-on-server = { $model }: { $size } in { $time }, on the server at { $host }
pull-here = { $model }: already here
pull-nothing = { $model }: nothing to fetch
pull-failed = { $reason }
pull-stopped = Stopped. What has arrived is kept; the same command goes on from there.
pull-not-here = Not here: { $models }. Try again later, or bring the files from another machine with `chutko models pull --from FOLDER`.
