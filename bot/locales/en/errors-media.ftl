# Reasons of a refusal that have to do with files: skills/_media.py lists them.

error-unsupported-format = I do not know how to open this kind of file. Please send an ordinary photo, audio or video.
error-broken-file = The file is damaged or was cut off, and I could not open it. Please try sending it again.
error-protected-file = This file is copy-protected, so I cannot open it.
error-not-audio = There is no sound in this: it is not an audio recording.
error-not-a-picture = This is not a picture. Please send a photo or an image.
error-no-sound-track = This video has no sound.
error-too-long = The recording is too long: I take at most { $limit-s ->
        [60] a minute
        [120] two minutes
        [180] three minutes
        [300] five minutes
        [600] ten minutes
        [900] fifteen minutes
        [1800] half an hour
        [3600] an hour
        [one] a second
       *[other] { $limit-s } seconds
    }. Please send a shorter piece.
error-too-many-pixels = The picture is too large: I open at most { $limit-megapixels ->
        [one] a megapixel
       *[other] { $limit-megapixels } megapixels
    }. Please make it smaller, or send it as a photo and not as a file.
