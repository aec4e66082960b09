# What `chutko analyze`, `evaluate` and `bench` say in place of a sentence that belongs in a chat. The names are those
# of the chat's sentences, with terminal- before them.

terminal-error-busy = There is too much to do at once. Give fewer files, or raise the queue in the settings.
terminal-error-model-unavailable = The model could not be loaded. chutko doctor tells more.
terminal-error-inference-failed = This could not be finished. The log tells why.
terminal-error-disk-full = There is no room left on the disk, so this could not be finished.
terminal-error-shutting-down = It was stopped before this was done.
terminal-error-unknown = Something went wrong. The log tells what.
terminal-error-not-installed = The model for this needs libraries that are not on this computer. chutko doctor says which, and how to get them.
terminal-error-not-fetched = The model for this is not on this computer. chutko models pull fetches it.
terminal-error-unsupported-format = Files of this kind cannot be opened. Convert it into an ordinary photo, audio or video.
terminal-error-broken-file = The file is damaged or was cut off, and cannot be opened.
terminal-error-not-a-picture = This is not a picture.
terminal-error-text-too-long = The text is too long: the settings allow { $limit-chars } characters. Split it, or raise the limit.
terminal-error-too-long = The recording is too long: the settings allow { $limit-s } s. Cut it, or raise the limit.
terminal-error-too-many-pixels = The picture is too large: the settings allow { $limit-megapixels ->
        [one] a megapixel
       *[other] { $limit-megapixels } megapixels
    }. Make it smaller, or raise the limit.
terminal-error-too-many-frames = There are too many frames in this video: the limit is { $limit-frames }. Cut it into shorter pieces.
terminal-error-llm-unreachable = The language model does not answer. chutko doctor tells whether its server runs.
terminal-error-llm-model-missing = The server does not have the language model { $model }. chutko models pull { $model } has it fetched.
terminal-error-llm-broken-off = The answer broke off before it began.
terminal-error-llm-error = The language model could not cope with this question. The log tells why.
