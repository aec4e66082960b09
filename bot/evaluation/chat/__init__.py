"""How well a language model answers (`chutko evaluate chat`).

questions.py    the data: prompts, texts, or answers that people have rated
asking.py       the model's answers, and how long they took
likelihood.py   how likely the model finds the references
overlap.py      BLEU and ROUGE-L
ratings.py      what people think of the answers
figures.py      all figures of one evaluation
sheets.py       ... as tables
pictures.py     ... as pictures
"""
