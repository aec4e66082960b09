# The models: their list, their cards, what they did.

command-model = a model's card: what it is and what it can do
command-stats = how much I have answered, and how fast

models-all = All models
models-back = ‹ Back
models-wake = ☀️ Wake it up
models-sleep = 💤 Put it to sleep
models-again = 🔄 Load it again
models-fetch = ⬇️ Fetch it
models-retry = 🔁 Try again
models-other = 🔀 Choose another model
models-only-admins = Only the bot's admins may do this, since it changes the answers for everybody. The owner names them in the settings.
models-not-here = The files of this model are not on this computer, so there is nothing to wake up.
models-here = It is here already.
models-patience = I am at it already. A moment, please.
models-awake = It is awake already.
models-waking = I am waking it up…
models-fetching = I am fetching it…
models-falling-asleep = It may sleep as soon as its work is done…
model-which = Which model shall I tell you about?
model-which-of-these = Which of these do you mean?
model-perhaps = I know no model “{ $name }”. Is it one of these?
model-not-known = I know no model “{ $name }”. Here are those that I work with:
state-not-in-use = not in use here

# What holds a model up; stands after its state.
note-elsewhere = Another program on this computer is fetching it already.
note-verifying = I am checking what is here already.
note-retrying = The connection broke off; I am trying again.
note-unreachable = None of the places that have it can be reached. Is this computer connected to the internet? I will try again.
note-unpinned = The fingerprints of its files are not known, and I load nothing unchecked.
note-gated = Its publisher gives it only to people with permission. The owner will find in the log how to get it.
note-disk = Its files cannot be written to the disk. I will try again.
note-disk-full = There is not enough room on the disk. I will try again when there is.
note-not-fetched = Its files are not on this computer yet.
note-not-installed = It needs libraries that are not on this computer. The owner finds out which with chutko doctor.
note-damaged = One of its files is damaged. The owner can mend it with chutko models verify --repair.
note-load-failed = It could not be loaded into memory. The owner will find the cause in the log.
note-llm-unreachable = Its server does not answer.
note-llm-odd = Its server answers, but not as it should. The owner will find more in the log.
note-llm-starting = Its server is starting.
note-llm-model-missing = Its server does not have it. The owner can fetch it: chutko models pull { $model }
note-llm-returned = { $model } could not be loaded, so { $before } answers as before. The owner will find the cause in the log.
note-llm-silent = Its server has been silent for too long.
note-llm-broken-off = Its server broke off the answer.
note-llm-error = Its server refused. The owner will find the cause in the log.
note-other = The owner will find the cause in the log.

chat-models-title =
    <b>Who shall answer?</b>

    Now it is { $model }. The choice counts for everybody, also after a restart.
chat-models-only =
    <b>Who shall answer?</b>

    { $model } does, and there is no other model to choose here.
chat-models-gone = Its server does not have this model any more, or does not answer.
chat-models-none = The server of the language models does not answer right now. Please try again a little later.
chat-models-chosen = From the next question on, { $model } answers.

card-head =
    { $icon } <b>{ $skill }</b>: { $title }
    <code>{ $model }</code> · { $state }
card-unknown = This model comes from the owner's own server. I have no description of it.
card-architecture = <b>How it is built:</b> { $text }
card-parameters = <b>Size:</b> { $millions ->
        [one] one million parameters
       *[other] { $millions } million parameters
    }
card-parameters-billions = <b>Size:</b> { $billions ->
        [one] one billion parameters
       *[other] { $billions } billion parameters
    }
card-data = <b>Learned from:</b> { $text }
card-classes = <b>Gives:</b> { $text }
card-licence = <b>Licence:</b> { $licence }
card-publisher = <b>Published by:</b> { $publisher }
card-source = <b>Source:</b> <a href="{ $url }">{ $host }</a>
card-size = <b>On the disk:</b> { $size }
card-size-to-come = <b>Size of its files:</b> { $size }; they are not on this computer
card-bring = The owner can also fetch it by hand: <code>chutko models pull { $model }</code>. Without internet its files can be brought from another computer: <code>chutko models pull { $model } --from FOLDER</code>.
card-in-package = <b>On the disk:</b> comes together with me, without files or fingerprints of its own
card-on-server = <b>On the disk:</b> an Ollama server keeps its files
card-size-on-server = <b>On its server's disk:</b> { $size }
card-needs = <b>Memory that it needs:</b> about { $size }
card-hash = <b>Fingerprint of its files (SHA-256):</b> { $hashes }
card-more-files = { $count ->
        [one] one more
       *[other] { $count } more
    }
card-pinned =
    <b>Edition:</b> <code>{ $commit }</code>, since { $date }. Nobody has published fingerprints of these files. I keep to what { $host } gave that day, and accept no others.
card-pinned-later = <b>On the disk:</b> nothing yet. Nobody has published fingerprints of its files: I will keep to those that I get the first time.
card-not-pinned = The fingerprints of its files are not known yet, so I do not load it.
card-published = <b>What its authors measured:</b> { $text }
card-published-none = nothing that I know of
card-measured = <b>Measured on this computer</b>, { $date }
card-not-measured = <b>Measured on this computer:</b> not yet. The owner can do it with <code>chutko bench</code>.
measured-load-s = wakes up in { $time }
measured-latency-p50-s = half of its answers come within { $time }
measured-latency-p95-s = 95 of 100 answers come within { $time }
measured-frame-s = { $time } for each frame
measured-first-token-s = begins to answer after { $time }
measured-hundred-tokens-s = { $time } for an answer of 100 tokens (about 60 words)
measured-throughput-per-s = { $number } answers a second when many messages come at once
measured-throughput-slow = an answer every { $time } when many messages come at once
measured-tokens-per-s = { $number } tokens a second
measured-memory = takes up to { $size } of memory
card-now = <b>Now</b>
card-memory = memory: { $size }
card-memory-none = none
card-memory-video = { $size }, of which { $video } on the graphics card
card-memory-unknown = not known at the moment
card-queue = waiting: { $waiting }, in work: { $running }
latency = half of the latest answers took up to { $middle }, 95 of 100 up to { $most }
latency-none = no answers yet since the start
speed = writes { $number } tokens a second (a token is a piece of a word)
seconds-short = { $number } s
size-mb = { $number } MB
size-gb = { $number } GB

stats-title = <b>How I am doing</b>
stats-uptime-days = Awake for { $days ->
        [one] one day
       *[other] { $days } days
    } and { $hours } h.
stats-uptime-hours = Awake for { $hours } h { $minutes } min.
stats-uptime-minutes = Awake for { $minutes ->
        [0] less than a minute
        [one] one minute
       *[other] { $minutes } minutes
    }.
stats-answered = Answered in the last 30 days: { $done } (messages, commands and buttons). In work or waiting: { $owed }.
stats-aside = Given up after several tries: { $aside }.
stats-skill = { $icon } <b>{ $skill }</b>
stats-done = done since the start: { $done }
stats-failed = did not work out: { $failed } (too slow: { $late }), turned away for lack of room: { $refused }, fell over: { $crashes }

# What else people may call a skill after /model.
skill-aliases-sentiment = sentiment, feelings, emotions
skill-aliases-sounds = sound, audio, noises
skill-aliases-speech = voice, voices, transcription, speech recognition
skill-aliases-photo = photo, photograph, picture, pictures, image, images
skill-aliases-video = video, clips, gif
skill-aliases-chat = chat, text, texts, llm
