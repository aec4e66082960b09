# By type, where no reason says it better; the reasons of media stand in errors-media.ftl.

error-bad-input = I cannot use this file: it is broken or of a kind that I do not know.
error-busy = There is a queue just now. Please try again in { $retry-after-s ->
        [one] a second
       *[other] { $retry-after-s } seconds
    }.
error-model-unavailable = The model for this is not available right now. Please try again a little later.
error-timed-out = This took too long, so I stopped. A shorter or smaller one may work.
error-inference-failed = I could not finish this. The owner will find the cause in the log.
error-disk-full = There is no room left on my disk, so I could not finish this. The owner has to make some.
error-shutting-down = I am being restarted. I will go on with this in a moment.
error-unknown = Something went wrong. The owner will find the cause in the log.
error-too-large = The file is too large: I can take up to { $limit-mb } MB.
error-result-too-large = The finished video is too large to send ({ $size-mb } MB; the limit is { $limit-mb } MB). A shorter one will work.
error-empty-file = The file is empty.
error-text-too-long = The text is too long: I can read up to { $limit-chars } characters at a time.
error-not-installed = The model for this needs libraries that are not on this computer. The owner finds out which, and how to get them, with chutko doctor.
error-not-fetched = The model for this is not on this computer yet. /models shows how it is doing.
error-sticker-drawing = This animated sticker is a drawing that I cannot look into, sorry.
