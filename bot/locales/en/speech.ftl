speech-headline = I heard this:
speech-nothing = I could not make out any speech here.
speech-nothing-memory = [audio: no speech heard]
speech-memory = [voice recording: “{ $text }”]
