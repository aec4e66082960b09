"""The sentence network of `skills/models/_use_network.py` in PyTorch, with gradients: how it is tuned."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from skills.models._use_network import Encoder

_BRANCHES = ((2, 0), (3, 1), (5, 2))
_EPS = 1e-12
_FROZEN = ("proj",)
"""The first projection stays as published: it moves little, and need not be shipped."""
_MAX_WIDTH = 256
_NEW = ("max_W", "max_b", "head_W", "head_b", "max_head_W")
_UNUSED = ("p3", "d2", "d3", "lo", "scale")


@dataclass(frozen=True)
class Recipe:
    """How one network is tuned."""

    epochs: int
    rate: float = 1e-3
    """Highest learning rate of the encoder's layers; a cycle of one rise and a fall (Smith 2018)."""
    new_rate: float = 2e-3
    """The same for layers that start from nothing."""
    batch: int = 64
    word_dropout: float = 0.2
    dropout: float = 0.3
    decay: float = 0.01
    smoothing: float = 0.05
    balance: float = 0.7
    """Classes weigh by (1 / frequency) to this power."""


class TunedUse(nn.Module):
    """Class logits of padded token batches."""

    def __init__(self, encoder: Encoder, dropout: float) -> None:
        super().__init__()
        self._encoder = encoder
        for name, values in encoder.weights.items():
            if name not in _UNUSED:
                trained = not name.startswith(_FROZEN)
                self.register_parameter(name, nn.Parameter(torch.tensor(values), requires_grad=trained))
        self.max_W = nn.Parameter(torch.randn(1280, _MAX_WIDTH) / 1280**0.5)
        self.max_b = nn.Parameter(torch.zeros(_MAX_WIDTH))
        self.head_W = nn.Parameter(torch.zeros(512 + 320, 3))
        self.head_b = nn.Parameter(torch.zeros(3))
        self.max_head_W = nn.Parameter(torch.zeros(_MAX_WIDTH, 3))
        self._dropout = nn.Dropout(dropout)

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """tokens (batch, n) int64, mask (batch, n) bool -> logits (batch, 3)."""
        w = dict(self.named_parameters())
        flat = self._encoder.rows(tokens.reshape(-1).numpy())
        embedded = torch.from_numpy(flat).reshape(*tokens.shape, -1)
        keep = mask[..., None].float()
        parts = [embedded]
        for size, left in _BRANCHES:
            hidden = embedded @ w[f"proj{size}"] + w[f"proj_b{size}"]
            hidden = (
                functional.layer_norm(hidden, hidden.shape[-1:], w[f"ln_g{size}"], w[f"ln_b{size}"], _EPS)
                * keep
            )
            for layer in ("1", "2"):
                around = _neighbours(hidden, size, left) @ w[f"w{layer}_{size}"] + w[f"b{layer}_{size}"]
                hidden = (functional.relu(around) + hidden) * keep
            parts.append(hidden)
        features = functional.layer_norm(torch.cat(parts, -1), (1280,), w["ln_g"], w["ln_b"], _EPS)
        features = self._dropout(features)
        count = mask.sum(1, keepdim=True).float()
        mean = ((features * keep).sum(1) @ w["cnn_W"] + count * w["cnn_b"]) / count.sqrt()
        inner = functional.relu(mean @ w["p1"] + functional.relu(mean @ w["d0"]) @ w["d1"])
        largest = functional.relu(features @ w["max_W"] + w["max_b"]).masked_fill(~mask[..., None], 0).amax(1)
        sentence = self._dropout(torch.cat([mean / 4, inner], 1))
        return sentence @ w["head_W"] + w["head_b"] + self._dropout(largest) @ w["max_head_W"]


def tune(
    encoder: Encoder,
    tokens: list[list[int]],
    labels: list[int],
    weights: list[float],
    recipe: Recipe,
    seed: int,
    start: Mapping[str, Tensor] | None = None,
) -> TunedUse:
    """A network tuned on labelled token sequences, from `start` if given; `weights` are of the examples."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    network = TunedUse(encoder, recipe.dropout)
    if start is not None:
        network.load_state_dict(start)
    named = [(name, p) for name, p in network.named_parameters() if p.requires_grad]
    groups = [[p for name, p in named if (name in _NEW) == new] for new in (False, True)]
    rates = [recipe.rate, recipe.new_rate]
    optimizer = torch.optim.AdamW(
        [{"params": group, "lr": rate} for group, rate in zip(groups, rates, strict=True)],
        weight_decay=recipe.decay,
    )
    steps = recipe.epochs * -(-len(tokens) // recipe.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, total_steps=steps, pct_start=0.15)
    target, weight = torch.tensor(labels), torch.tensor(weights)
    frequency = torch.bincount(target, minlength=3).float() / len(labels)
    balance = (1 / 3 / frequency) ** recipe.balance
    network.train()
    for _ in range(recipe.epochs):
        for rows, batch, mask in _batches(tokens, recipe.batch, rng):
            dropped = (torch.rand(batch.shape) < recipe.word_dropout) & (torch.arange(batch.shape[1]) > 0)
            logits = network(batch.masked_fill(dropped, 0), mask)
            losses = functional.cross_entropy(
                logits, target[rows], balance, reduction="none", label_smoothing=recipe.smoothing
            )
            optimizer.zero_grad()
            (losses * weight[rows]).mean().backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    return network.eval()


@torch.no_grad()
def log_probabilities(network: TunedUse, tokens: list[list[int]]) -> np.ndarray:
    """(n, 3) log-probabilities of token sequences."""
    result = np.zeros((len(tokens), 3), dtype=np.float32)
    for rows, batch, mask in _batches(tokens, 128, None):
        result[rows] = network(batch, mask).log_softmax(1).numpy()
    return result


def packed(network: TunedUse, encoder: Encoder, levels: int) -> dict[str, np.ndarray]:
    """The network as it is stored: matrices as int8 steps away from the encoder's own, vectors as float32."""
    stored: dict[str, np.ndarray] = {}
    for name, parameter in network.named_parameters():
        if not parameter.requires_grad:
            continue
        values = parameter.detach().numpy()
        if values.ndim < 2:
            stored[name] = values
            continue
        moved = values - encoder.weights.get(name, np.float32(0))
        step = np.maximum(np.abs(values).max(axis=0) / levels, 1e-8).astype(np.float32)
        step = np.maximum(step, np.abs(moved).max(axis=0) / 127).astype(np.float32)
        stored[name] = np.round(moved / step).astype(np.int8)
        stored[f"{name}.step"] = step
    return stored


def _neighbours(x: Tensor, size: int, left: int) -> Tensor:
    padded = functional.pad(x, (0, 0, left, size - 1 - left))
    return torch.cat([padded[:, shift : shift + x.shape[1]] for shift in range(size)], -1)


def _batches(
    tokens: list[list[int]], size: int, rng: random.Random | None
) -> Iterator[tuple[list[int], Tensor, Tensor]]:
    """(row numbers, padded tokens, mask) of batches of like length; in random order if `rng` is given."""
    order = sorted(range(len(tokens)), key=lambda row: len(tokens[row]) + (rng.random() * 6 if rng else 0))
    groups = [order[start : start + size] for start in range(0, len(order), size)]
    if rng:
        rng.shuffle(groups)
    for rows in groups:
        longest = max(len(tokens[row]) for row in rows)
        batch = torch.tensor([tokens[row] + [0] * (longest - len(tokens[row])) for row in rows])
        mask = torch.tensor(
            [[True] * len(tokens[row]) + [False] * (longest - len(tokens[row])) for row in rows]
        )
        yield rows, batch, mask
