"""A real GGUF model of some 60 kB with random weights: the whole way of a request runs on it in milliseconds.

What it writes is nonsense, bytes that are often no valid UTF-8 among them. With temperature 0 it never ends
by itself, since its end token always scores zero.
"""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np

CONTEXT = 32_768
WIDTH, HIDDEN, HEADS, LAYERS = 32, 64, 2, 2
TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


def make_tiny_gguf(path: Path, seed: int = 0) -> Path:
    """Write the model and return its path."""
    tokens = [*_bytes_to_unicode(), *SPECIAL]
    normal = gguf.TokenType.NORMAL
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_name("tiny")
    writer.add_license("apache-2.0")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_vocab_size(len(tokens))
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(tokens)
    writer.add_token_types([normal] * 256 + [gguf.TokenType.CONTROL] * len(SPECIAL))
    writer.add_token_merges([f"{tokens[0]} {tokens[1]}"])
    writer.add_bos_token_id(256)
    writer.add_eos_token_id(258)
    writer.add_pad_token_id(256)
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE)
    for name, weights in _weights(len(tokens), seed).items():
        writer.add_tensor(name, weights)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _weights(vocabulary: int, seed: int) -> dict[str, np.ndarray]:
    draw = np.random.default_rng(seed)

    def matrix(rows: int, columns: int) -> np.ndarray:
        return draw.normal(0, 0.3, (rows, columns)).astype(np.float32)

    output = matrix(vocabulary, WIDTH)
    output[256:] = 0  # special tokens always score zero
    weights = {
        "token_embd.weight": matrix(vocabulary, WIDTH),
        "output_norm.weight": np.ones(WIDTH, np.float32),
        "output.weight": output,
    }
    for layer in range(LAYERS):
        weights |= {
            f"blk.{layer}.attn_norm.weight": np.ones(WIDTH, np.float32),
            f"blk.{layer}.attn_q.weight": matrix(WIDTH, WIDTH),
            f"blk.{layer}.attn_k.weight": matrix(WIDTH, WIDTH),
            f"blk.{layer}.attn_v.weight": matrix(WIDTH, WIDTH),
            f"blk.{layer}.attn_output.weight": matrix(WIDTH, WIDTH),
            f"blk.{layer}.ffn_norm.weight": np.ones(WIDTH, np.float32),
            f"blk.{layer}.ffn_gate.weight": matrix(HIDDEN, WIDTH),
            f"blk.{layer}.ffn_up.weight": matrix(HIDDEN, WIDTH),
            f"blk.{layer}.ffn_down.weight": matrix(WIDTH, HIDDEN),
        }
    return weights


def _bytes_to_unicode() -> list[str]:
    """The 256 bytes as the printable characters that byte-level BPE writes them with (GPT-2)."""
    printable = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    extra = iter(range(256, 512))
    return [chr(byte) if byte in printable else chr(next(extra)) for byte in range(256)]
