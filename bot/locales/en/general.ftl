# What the bot says about itself and its work.

start =
    Hello, { $name }! I am Chutko. I hear, see, read and answer, and all of it happens on the computer I run on: what you send goes to no cloud.

    Try me:
    💬 write something: I feel its mood and answer
    🎤 say something: I write it down and answer
    🔊 send a sound: I tell what is heard in it
    🖼 send a photo: I tell what is in it, and you can ask about it
    🎬 send a video: it comes back with everything in it named

    /help tells more.
start-group = Hello! I am Chutko. I stay silent until I am called: mention { $username }, answer one of my messages or send a command. /help tells what I can do. Admins: /mood shows how people feel here.
help =
    <b>What I can do</b>

    { $skills }

    <b>Commands</b>
    { $commands }

    <b>Good to know</b>
    In groups I stay silent until I am mentioned or answered. If you correct a message, I correct my answer. Files may be up to { $limit-mb } MB.
skill-chat-help = 💬 <b>Text</b>: I answer with a language model that runs here, and remember the conversation.
skill-sentiment-help = 🙂 <b>Mood</b>: I tell whether a text is negative, neutral or positive, in Russian and English.
skill-sounds-help = 🔊 <b>Sounds</b>: I name what is heard in a voice message or a recording, and when.
skill-speech-help = 🎤 <b>Speech</b>: I write down what is said, and answer voice messages.
skill-photo-help = 🖼 <b>Photos</b>: I tell what is in a picture, also in stickers and image files.
skill-video-help = 🎬 <b>Videos</b>: I box and name everything I recognize, in GIFs and round videos too.

command-start = say hello
command-help = what I can do
command-models = the models and how they are doing
command-history = what I remember of this conversation
command-reset = start a new conversation
command-forget = erase what I keep about you
command-cancel = stop what I am doing

not-allowed = This bot is private. If you should have access, ask its owner to add your number: { $person-id }.
too-fast = You are quicker than I am. Please wait { $seconds ->
        [one] a second
       *[other] { $seconds } seconds
    }.
too-old = I was away for a while. Messages older than { $hours ->
        [one] an hour
       *[other] { $hours } hours
    } I no longer answer by myself: please send again what still matters.
set-aside = Something went wrong with this message and I could not finish it. The owner will find the cause in the log. You can send it again.
cannot-take = I cannot do anything with { $kind } yet. I understand text, voice messages, sound, photos, stickers and video.
kind-location = a location
kind-venue = a place
kind-poll = a poll
kind-contact = a contact
kind-dice = dice
kind-game = a game
kind-story = a story
kind-paid_media = paid media
kind-invoice = an invoice
kind-checklist = a checklist
kind-passport_data = encrypted documents
kind-live_photo = a live photo
kind-document = a file like this
expired-button = This button is too old.
working-video = 🎬 I am looking at the video… { $percent }%
waiting-model = My model for this is still being fetched ({ $percent }%). I will answer as soon as it is here.

cancel-nothing = There is nothing to stop.
cancel-done = Stopped.
reset-done = A new conversation. I no longer think of what we said before; /history still shows it.
forget-ask =
    Shall I erase what I keep about you?

    This removes your messages and my answers to you from my memory for good. It cannot be undone. The messages in Telegram itself stay.
forget-yes = Yes, erase
forget-no = No, keep
forget-done = Erased: { $turns ->
        [0] there was nothing
        [one] one entry
       *[other] { $turns } entries
    }.
forget-kept = Nothing was erased.
not-yours = This button is for somebody else.
only-admins = Only the group's administrators may do this.
history-empty = I remember nothing of this conversation yet.
history-title = <b>What I remember</b>
history-older = ‹ earlier
history-newer = later ›
history-export = Save as a file
history-you = You
history-me = I
history-noted = noted
models-title = <b>Models</b> · profile { $profile }
models-line = { $icon } <b>{ $skill }</b>: { $title }
    { $state }
skill-name-sentiment = Mood
skill-name-sounds = Sounds
skill-name-speech = Speech
skill-name-photo = Photos
skill-name-video = Videos
skill-name-chat = Answers
state-missing = not on this computer yet
state-fetching = being fetched, { $percent }%
state-cold = asleep; wakes with the first message
state-loading = waking up
state-ready = ready
state-failed = does not work
album-item = { $number }. { $text }
still-here = I am here. What would you like to know?
forwarded-question = I am forwarding you this message. What do you think of it? Answer briefly.
chat-model-held-up = The model that answers is not on this computer yet. { $why }
chat-model-arriving = The model that answers is still on its way to this computer ({ $percent }%). Please ask again in a little while.
working-photo = 🖼 I am looking at the picture… { $percent }%
working-sounds = 🔊 I am listening… { $percent }%
working-speech = 🎤 I am writing down what is said… { $percent }%
table-item = What
table-result = Result
