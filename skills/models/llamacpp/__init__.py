"""A local LLM server that speaks Ollama's protocol over llama.cpp (xllamacpp).

    protocol.py   requests, responses and errors, as Ollama words them
    gguf.py       what a model file says of itself, read from its header
    runner.py     the process that holds the model: llama.cpp's own HTTP server on loopback, behind a key
    engine.py     starts a runner and talks to it
    host.py       which model is loaded, for how long, and whose turn it is
    library.py    models of the store: listed, fetched and removed while the server runs
    local_model.py a model file and its name
    prompts.py    messages to tokens, oldest messages left out where the context is too small
    generation.py one answer, from a request to the events of its stream
    likelihood.py how likely the model finds a given text: our own extension
    responses.py  the stream on its way to the client, given up when the client has gone
    server.py     the HTTP routes
    lifeline.py   a child process never outlives its parent

The model lives in a process of its own, as with Ollama: unloading it surely frees its memory, a crash of
native code costs one answer and not the server, and the server's event loop is never held up.

    python -m skills.models.llamacpp --port 11435 --model NAME=PATH
"""
