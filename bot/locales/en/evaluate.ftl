# Reports of `chutko evaluate`.

evaluate-title = { $model } on { $data }
evaluate-rated-answers = Rated answers
evaluate-answers-alone = Answers
evaluate-report-written = The report with pictures: { $path }
evaluate-more = … and { $count } more

## Tables

evaluate-figures = Figures
evaluate-figure = figure
evaluate-value = value
evaluate-reference-report = reference report
evaluate-examples = examples
evaluate-accuracy = accuracy
evaluate-top5 = top-5 accuracy
evaluate-macro-f1 = macro-F1
evaluate-classes = Classes
evaluate-class = class
evaluate-precision = precision
evaluate-recall = recall
evaluate-worst-mistakes = Worst mistakes
evaluate-row = row
evaluate-what = what
evaluate-label = label
evaluate-model = model
evaluate-pictures = pictures
evaluate-objects = objects
evaluate-map = mAP (IoU 0.50 to 0.95)
evaluate-map50 = mAP at IoU 0.50
evaluate-map75 = mAP at IoU 0.75
evaluate-map-small = mAP, small objects
evaluate-map-medium = mAP, medium objects
evaluate-map-large = mAP, large objects
evaluate-recall100 = recall, 100 boxes
evaluate-mean-iou = mean IoU of found objects
evaluate-recall50 = recall at IoU 0.5
evaluate-worst-pictures = Worst pictures
evaluate-number = number
evaluate-picture = picture
evaluate-missed = missed
evaluate-invented = invented
evaluate-unused = Rows that could not be used
evaluate-why = why

## Tables of the language model

evaluate-ratings = Ratings by people
evaluate-mean = mean
evaluate-answers-count = answers
evaluate-raters = raters
evaluate-difference = mean difference
evaluate-alpha = Krippendorff's alpha
evaluate-answers = Answers
evaluate-perplexity = perplexity
evaluate-perplexity-of = { $value } ({ $tokens ->
    [one] { $tokens } token
   *[other] { $tokens } tokens
})
evaluate-time = time
evaluate-prompt = prompt
evaluate-answer = answer
evaluate-reference = reference
evaluate-texts = Texts
evaluate-answered = prompts answered
evaluate-answered-of = { $share } ({ $answered } of { $asked })
evaluate-bleu-of = { $share } (of 1; { $percent } of 100)
evaluate-signature = BLEU's signature
evaluate-coherence = coherence
evaluate-relevance = relevance
evaluate-fluency = fluency
evaluate-response-mean = response, mean
evaluate-response-median = response, median
evaluate-response-p95 = response, 95 of 100
evaluate-first-token-mean = first token, mean
evaluate-first-token-median = first token, median
evaluate-first-token-p95 = first token, 95 of 100
evaluate-tokens-per-s = tokens a second
evaluate-hundred = an answer of 100 tokens, computed
evaluate-tokens-mean = tokens of an answer, mean
evaluate-cut = answers cut at their longest
evaluate-memory = memory
evaluate-seconds = { $value } s

## Pictures

evaluate-confusion = Confusion matrix
evaluate-other = (other)
evaluate-said = said by the model
evaluate-labelled = label in the data
evaluate-reliability = How much its confidence is worth
evaluate-as-sure-as-right = as sure as right
evaluate-the-model = the model
evaluate-confidence = confidence
evaluate-share-right = share that is right
evaluate-of-each-class = Figures of each class
evaluate-curve = Precision and recall
evaluate-precision-50 = precision at IoU 0.5, mean of the classes
evaluate-overlap = How much the answers share with the references
evaluate-one-is-reference = 1 is the reference itself
evaluate-surprise = How surprising the texts are to the model
evaluate-perplexity-axis = perplexity of a text
evaluate-texts-axis = texts
evaluate-how-long = How long the answers take
evaluate-first-token = first token
evaluate-whole-answer = whole answer
evaluate-seconds-axis = seconds
evaluate-opinions = What people think of the answers
evaluate-mean-rating = mean rating

## What was recognized, and what was left out

evaluate-encoding = The data are not UTF-8: they were read as { $name }.
evaluate-broken = { $count ->
    [one] { $count } letter
   *[other] { $count } letters
} of the data could not be read and became �: is it really in UTF-8?
evaluate-columns = Column “{ $item }” was read, with labels in column “{ $label }”.
evaluate-columns-of-chat = Columns “{ $prompt }” and “{ $answer }” were read.
evaluate-column-of-texts = Column “{ $text }” was read.
evaluate-no-heading = The table has no heading: column { $item } was read, with labels in column { $label }.
evaluate-none-found = None of the files was found: { $option } names the folder that they are in.
evaluate-numbered-moods = Labels such as { $number } are numbers. Which is which mood differs from one data set to the next, so none is guessed: say it, as with --labels 0=negative,1=neutral,2=positive, or name a column that has words with --label-column.
evaluate-scale-of-moods = The labels are numbers: { $taken }. If your data mean something else, say it with --labels.
evaluate-numbers-beyond = The labels are numbers from { $least } to { $most }, but the model's classes are counted from 0 to { $last }: none of them is taken for a class.
evaluate-numbered = The labels are numbers: they were taken for the model's classes in its order, counted from 0 (0 is { $first-name }, { $last } is { $last-name }).
evaluate-renamed = Other names of classes were understood: { $pairs }{ $more ->
    [0] {""}
   *[other] ; and { $more } more
}.
evaluate-no-mids = Labels such as { $mid } are ids of AudioSet. Their names come with the full profile's YAMNet, which is not here: chutko models pull yamnet, or write the names of the classes.
evaluate-mids = { $count ->
    [one] { $count } label
   *[other] { $count } labels
} given as ids of AudioSet: the model's class map has their names.
evaluate-unknown-rows = { $count ->
    [one] { $count } row
   *[other] { $count } rows
} left out, as the model has no such class: { $named }{ $more ->
    [0] {""}
   *[other] , and others
}.
evaluate-unknown-objects = { $count ->
    [one] { $count } object
   *[other] { $count } objects
} left out, as the model has no such class: { $named }{ $more ->
    [0] {""}
   *[other] , and others
}.
evaluate-strays = { $count ->
    [one] { $count } object
   *[other] { $count } objects
} left out, as the file lists no picture with their image_id: { $named }{ $more ->
    [0] {""}
   *[other] , …
}.
evaluate-no-objects = There is no object in the pictures.
evaluate-no-rows = There are no rows in it.
evaluate-not-rated = Nobody has filled in coherence, relevance or fluency yet.
evaluate-no-perplexity = No perplexity: this server cannot say how likely a given text is. Chutko's own local server can, Ollama cannot.
evaluate-stopped = { $total ->
    [one] Stopped after { $done } of { $total } row.
   *[other] Stopped after { $done } of { $total } rows.
}
evaluate-without-reference = { $count ->
    [one] { $count } of the answers has no reference; it counts
   *[other] { $count } of the answers have no reference; they count
} for time and success alone.

## Rows that cannot be used

evaluate-row-unreadable = The row cannot be read: { $reason }.
evaluate-row-cells = The row has more cells than the heading: a cell with commas needs quotes.
evaluate-row-no-json = The row is no JSON: { $reason }.
evaluate-row-no-object = The row is no JSON object.
evaluate-row-empty = There is nothing to look at in this row.
evaluate-row-no-label = The row has no label.
evaluate-row-zero = The row holds a zero byte.
evaluate-row-no-file = There is no file { $name }.
evaluate-row-no-text = There is no text in this row.
evaluate-row-no-prompt = There is no prompt in this row.
evaluate-row-no-answer = There is no answer in this row.
evaluate-row-no-number = The { $what } is no number: { $text }.
evaluate-row-off-scale = The { $what } is not between { $worst } and { $best }: { $text }. --scale names another worst and best.
evaluate-row-image = An image needs id and file_name.
evaluate-row-annotation = It needs image_id, a known category_id and bbox.
evaluate-row-box = Its box has no area.
evaluate-row-silence = The model gave no answer.
evaluate-row-no-perplexity = No perplexity: { $reason }.
evaluate-row-file-unreadable = It cannot be read: { $reason }.

## Data that cannot be used

evaluate-unreadable = { $path } cannot be read: { $reason }.
evaluate-no-encoding = { $path } is no text in an encoding that can be recognized. Save it as UTF-8 (in Excel: CSV UTF-8).
evaluate-empty = { $path } is empty.
evaluate-no-json = { $path } is no JSON: { $reason }.
evaluate-no-coco = { $path } is not in COCO's form: it needs the lists images, annotations, categories.
evaluate-no-column = { $path } has no column “{ $wanted }”; it has { $columns }. { $option } names the one that is meant.
evaluate-no-prompts = { $path } has neither a column “{ $wanted }” nor “text”; it has { $columns }. --prompt-column and --answer-column name those that are meant.
evaluate-folder-of-texts = { $path } is a folder: texts are read from a table.
evaluate-no-folders = { $path } has no folders with files in them, named as the classes.
evaluate-bad-labels = --labels has label=class, as 0=negative,1=positive, and not “{ $text }”.
evaluate-bad-scale = A scale is the worst rating and the best, as 1-5, and not “{ $text }”.
evaluate-several-files = Several files can only be those of several raters, with their ratings.
evaluate-answers-of-prompts = --answers is for prompts that the model is to answer.
evaluate-nothing = Nothing in { $path } could be evaluated.
evaluate-row-number = Row { $number }
evaluate-no-screen = A report cannot be written to the screen: give -o a name.
evaluate-data-itself = { $path } is the data itself: choose another name.
evaluate-unwritable = { $path } cannot be written: { $reason }.
