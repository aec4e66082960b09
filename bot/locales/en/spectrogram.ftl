# A picture of a sound, when somebody asks for it.

spectrogram-button = 🎼 Spectrogram
command-spectrogram = draw the spectrogram of a recording: reply with it
spectrogram-title = Spectrogram
spectrogram-reading = This is what the sound looks like. From left to right: time. From bottom to top: from low tones to high ones. The darker, the louder.
spectrogram-seconds = seconds
spectrogram-minutes = minutes : seconds
spectrogram-pitch = Hz
spectrogram-drawing = I am drawing…
spectrogram-there = The picture is here already.
spectrogram-gone = I can no longer get at this recording: it has been deleted, or Telegram no longer gives it out. Please send it again.
error-not-a-recording = Which recording shall I draw? Reply with /spectrogram to a voice message or an audio file.
error-no-picture = The picture could not be drawn. Please try again a little later.
