"""Llama 3 8B at its true size with random weights, as the GGUF file that llama.cpp reads: for speed and memory alone.

Shapes, tokens and template are those of meta-llama/Meta-Llama-3-8B-Instruct; types are those of Ollama's `llama3:8b`
(Q4_0, the output matrix Q6_K). The scales of the blocks are so small that all logits are finite and nearly equal:
what it says are words at random, and one in 128,256 ends the answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray

REPOSITORY = Path(__file__).parent.parent
NAME = "llama3-8b.gguf"
LAYERS, WIDTH, HIDDEN, HEADS, KV_HEADS, CONTEXT = 32, 4096, 14_336, 32, 8, 8192
WORDS, SPECIAL = 128_000, 256
_NAMED = {
    0: "<|begin_of_text|>",
    1: "<|end_of_text|>",
    6: "<|start_header_id|>",
    7: "<|end_header_id|>",
    9: "<|eot_id|>",
}
TEMPLATE = (
    "{% for message in messages %}{% if loop.first %}{{ bos_token }}{% endif %}"
    "{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + message['content'] | trim + '<|eot_id|>' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}"
)
SPREAD = 0.02
"""Standard deviation of the weights, as they are before training."""
_Q4, _Q6 = gguf.GGMLQuantizationType.Q4_0, gguf.GGMLQuantizationType.Q6_K
_F32 = gguf.GGMLQuantizationType.F32


def write(folder: Path) -> None:
    """Writes 4.7 GB, a matrix at a time."""
    writer = gguf.GGUFWriter(folder / NAME, "llama")
    _describe(writer)
    for name, shape, kind in _tensors():
        if kind is _F32:
            writer.add_tensor_info(name, shape, np.dtype(np.float32), 4 * shape[0])
        else:
            rows, row_bytes = gguf.quant_shape_to_byte_shape(shape, kind)
            writer.add_tensor_info(
                name, (rows, row_bytes), np.dtype(np.uint8), rows * row_bytes, raw_dtype=kind
            )
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    draw = np.random.default_rng(1)
    for _, shape, kind in _tensors():
        writer.write_tensor_data(np.ones(shape, np.float32) if kind is _F32 else _random(draw, shape, kind))
    writer.close()


def _tensors() -> Iterator[tuple[str, tuple[int, ...], gguf.GGMLQuantizationType]]:
    """Name, shape (rows, columns) and type of each, in the order of the file."""
    key_width = WIDTH // HEADS * KV_HEADS
    yield "token_embd.weight", (WORDS + SPECIAL, WIDTH), _Q4
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        yield f"{block}.attn_norm.weight", (WIDTH,), _F32
        yield f"{block}.ffn_down.weight", (WIDTH, HIDDEN), _Q4
        yield f"{block}.ffn_gate.weight", (HIDDEN, WIDTH), _Q4
        yield f"{block}.ffn_up.weight", (HIDDEN, WIDTH), _Q4
        yield f"{block}.ffn_norm.weight", (WIDTH,), _F32
        yield f"{block}.attn_k.weight", (key_width, WIDTH), _Q4
        yield f"{block}.attn_output.weight", (WIDTH, WIDTH), _Q4
        yield f"{block}.attn_q.weight", (WIDTH, WIDTH), _Q4
        yield f"{block}.attn_v.weight", (key_width, WIDTH), _Q4
    yield "output.weight", (WORDS + SPECIAL, WIDTH), _Q6
    yield "output_norm.weight", (WIDTH,), _F32


def _random(
    draw: np.random.Generator, shape: tuple[int, ...], kind: gguf.GGMLQuantizationType
) -> NDArray[np.uint8]:
    """Random blocks, of bytes. A weight is its scale times an integer (ggml-common.h, block_q4_0 and block_q6_K)."""
    rows, row_bytes = gguf.quant_shape_to_byte_shape(shape, kind)
    _, block_bytes = gguf.GGML_QUANT_SIZES[kind]
    blocks = np.frombuffer(draw.bytes(rows * row_bytes), np.uint8).reshape(-1, block_bytes).copy()
    if kind is _Q4:  # the scale, then 32 numbers from -8 to 7
        blocks[:, :2] = np.frombuffer(np.float16(SPREAD / 4.6).tobytes(), np.uint8)
    else:  # 256 numbers from -32 to 31, 16 scales of one byte each, the scale of all
        blocks[:, 192:208] = 1
        blocks[:, 208:] = np.frombuffer(np.float16(SPREAD / 18.5).tobytes(), np.uint8)
    return blocks.reshape(rows, row_bytes)


def _describe(writer: gguf.GGUFWriter) -> None:
    writer.add_name("Llama 3 8B, random weights")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_rope_freq_base(500_000.0)
    writer.add_vocab_size(WORDS + SPECIAL)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q4_0)
    words, merges = _vocabulary()
    special = [_NAMED.get(number, f"<|reserved_special_token_{number}|>") for number in range(SPECIAL)]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("llama-bpe")
    writer.add_token_list([*words, *special])
    writer.add_token_types([gguf.TokenType.NORMAL] * WORDS + [gguf.TokenType.CONTROL] * SPECIAL)
    writer.add_token_merges(merges)
    writer.add_bos_token_id(WORDS)
    writer.add_eos_token_id(WORDS + 9)
    writer.add_chat_template(TEMPLATE)


def _vocabulary() -> tuple[list[str], list[str]]:
    """Tokens and merges learnt from this repository, so that a question is about as many tokens as it truly is."""
    from tokenizers import ByteLevelBPETokenizer

    texts = [*sorted((REPOSITORY / "docs").rglob("*.md")), *sorted(REPOSITORY.glob("README*.md"))]
    tokenizer = ByteLevelBPETokenizer()
    tokenizer.train([str(path) for path in texts], vocab_size=WORDS, min_frequency=2, show_progress=False)
    words = sorted(tokenizer.get_vocab(), key=tokenizer.get_vocab().__getitem__)
    words += [f"Ġword{number}" for number in range(WORDS - len(words))]
    model = json.loads(tokenizer.to_str())["model"]
    return words, [" ".join(merge) for merge in model["merges"]]
