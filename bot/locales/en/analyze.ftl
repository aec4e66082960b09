# What `chutko analyze` says besides the results themselves.

analyze-no-file = There is no file { $name }.{ $kind ->
        [text] { " " }If this is the text itself, put --text before it.
       *[other] { "" }
    }
analyze-no-match = No file matches { $name }.{ $kind ->
        [text] { " " }If this is the text itself, put --text before it.
       *[other] { "" }
    }
analyze-folder-unreadable = The folder { $name } cannot be read: { $reason }.
analyze-folder-without = { $kind ->
        [text] There is no text in the folder { $name }.
        [audio] There is no recording in the folder { $name }.
        [video] There is no video in the folder { $name }.
       *[photo] There is no picture in the folder { $name }.
    }
analyze-no-text = There is no text in { $name }.
analyze-not-ordinary = { $name } is no ordinary file.
analyze-not-text = { $name } is no text in UTF-8. Save it as UTF-8 and try again.
analyze-unreadable = { $name } cannot be read: { $reason }.
analyze-pipe-empty = Nothing came through the pipe.
analyze-unwritable = { $name } cannot be written: { $reason }.
analyze-output-unwritable = The output cannot be written: { $reason }.
analyze-reason = { $code ->
        [ENOSPC] there is no room left on the disk
       *[other] { $words }
    }
analyze-is-source = { $name } is one of the files to look at: choose another name.
analyze-same-results = { $name } cannot hold both results: give them different names.
analyze-same-pictures = { $name } cannot hold both pictures: give them different names.
analyze-screen-taken = --json and --csv - cannot both have the screen.
analyze-clip-on-screen = A video cannot be written to the screen: give -o a name.
analyze-clip-name = A clip is an MP4 file; { $name } is not named as one.
analyze-picture-on-screen = A { $kind } cannot be written to the screen: give --{ $kind } a name.
analyze-picture-name = A { $kind } is a PNG file; { $name } is not named as one.
analyze-folder-wanted = There are several files, and { $name } is the name of one: give a folder.
analyze-chart-failed = The chart could not be drawn.
analyze-nothing-given = Give a file with one text a line, or --text.
analyze-empty-text = A --text is empty.
analyze-total = Total: { $count }{ $failed ->
        [0] { "" }
       *[other] , failed: { $failed }
    }
analyze-moods = 🙁 negative: { $negative }, 😐 neutral: { $neutral }, 🙂 positive: { $positive }
