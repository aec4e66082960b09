"""The process that holds one model. Started by engine.py; says its address in one line of JSON on stdout.

llama.cpp serves HTTP on loopback from its own threads: no Python runs while tokens are made, and a closed
connection stops the work between two batches. Strangers on this machine are kept out by a random key.
"""

from __future__ import annotations

import argparse
import json
import os
import sys

from skills.models.llamacpp.lifeline import die_with

CACHE_MIB = 256
"""Memory for the states of other conversations: taking turns does not evaluate each from its start."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="runner")
    parser.add_argument("--model", required=True)
    parser.add_argument("--num-ctx", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--batch", type=int, required=True)
    arguments = parser.parse_args()
    die_with(os.getppid())
    key = sys.stdin.readline().strip()

    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = arguments.model
    params.n_ctx = arguments.num_ctx
    params.n_parallel = 1
    params.n_batch = params.n_ubatch = arguments.batch
    for cpu in (params.cpuparams, params.cpuparams_batch):
        cpu.n_threads = arguments.threads
        cpu.poll = 0  # threads that wait sleep: others need the cores
    params.cache_ram_mib = CACHE_MIB
    params.n_gpu_layers = 0
    # Read, not mapped: llama.cpp repacks most weights for the CPU, and the mapped file would stay beside them
    # (Qwen 1.5B: 1.36 GB instead of 1.98 GB, at the same speed).
    params.load_mode = xllamacpp.llama_load_mode.LLAMA_LOAD_MODE_NONE
    params.fit_params = False
    params.warmup = False
    params.offline = True
    params.ui = False
    params.endpoint_slots = False
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.cors_origins = "null"
    params.n_threads_http = 4
    params.verbosity = 1
    try:
        server = xllamacpp.Server(params)
    except (RuntimeError, ValueError) as error:
        _say({"error": str(error)})
        os._exit(1)
    _say({"address": server.listening_address})
    sys.stdin.read()  # until the parent closes it, or is gone
    os._exit(0)


def _say(line: dict[str, str]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
