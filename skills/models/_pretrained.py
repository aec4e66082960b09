"""Networks in the layout of transformers, from a folder of verified files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any


def pretrained(kind: Any, files: Mapping[str, Path], threads: int) -> Any:
    """The network of class `kind` (`AutoModel...`) in `files`, in float32; no hub is asked.

    Raises ValueError if weights are missing, OSError for broken files.
    """
    import torch  # type: ignore[import-not-found, unused-ignore]
    from transformers.utils.logging import (  # type: ignore[import-not-found, unused-ignore]
        disable_progress_bar,
    )

    disable_progress_bar()  # type: ignore[no-untyped-call, unused-ignore]
    torch.set_num_threads(threads)
    network, report = kind.from_pretrained(
        files["config.json"].parent,
        local_files_only=True,
        dtype=torch.float32,
        # Of the weights, the verified file; a pickle is read as plain tensors, or not at all.
        use_safetensors="model.safetensors" in files,
        weights_only=True,
        output_loading_info=True,
    )
    if report["missing_keys"]:  # these would be random numbers
        raise ValueError(f"the weights lack {', '.join(sorted(report['missing_keys']))}")
    return network.eval().requires_grad_(False)
