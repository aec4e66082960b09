speech-headline = Я расслышал:
speech-nothing = Речи я здесь не расслышал.
speech-nothing-memory = [запись: речи не слышно]
speech-memory = [голосовая запись: «{ $text }»]
