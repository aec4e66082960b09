error-empty-file = The file is empty: there is nothing in it. Please try sending it again.
error-unsupported-format = I do not know how to open this kind of file. Please send an ordinary photo, audio or video.
error-broken-file = The file is damaged or was cut off, and I could not open it. Please try sending it again.
error-protected-file = This file is copy-protected, so I cannot open it.
error-not-audio = There is no sound in this: it is not an audio recording.
error-not-a-picture = This is not a picture. Please send a photo or an image.
error-no-sound-track = This video has no sound.
error-too-long =
    { $limit_s ->
        [one] The recording is too long: I take at most { $limit_s } second. Please send a shorter piece.
       *[other] The recording is too long: I take at most { $limit_s } seconds. Please send a shorter piece.
    }
error-too-many-pixels =
    { $limit_megapixels ->
        [one] The picture is too large: I open at most { $limit_megapixels } megapixel. Please make it smaller, or send it as a photo and not as a file.
       *[other] The picture is too large: I open at most { $limit_megapixels } megapixels. Please make it smaller, or send it as a photo and not as a file.
    }
