"""The process that draws (`bot.painter`). It is asked `{"kind", "data", "dark"}`, and answers with a PNG."""

from __future__ import annotations

from bot.charts import draw
from bot.side_process import serve
from skills import Chart


def main() -> None:
    serve(lambda request: draw(Chart(request["kind"], request["data"]), dark=request["dark"]))


if __name__ == "__main__":
    main()
