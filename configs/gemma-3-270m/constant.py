"""What single residual indices of Gemma 3 270M hold: information, or a constant?

In place of what the attention of a layer adds to an index, nothing is added, or its mean over all tokens of the eight
prompts of the whole map, the same everywhere. Counted are the prompts whose continuation is no longer the model's, and
the divergence of the predictions. It takes PyTorch and a minute of a core, and no Locus:

    pip install torch transformers gguf h5py
    python configs/gemma-3-270m/constant.py MODEL.gguf configs/gemma-3-270m/results/gemma-map.h5
"""
import sys

import gguf
import h5py
import numpy as np
import torch
from transformers import Gemma3ForCausalLM, Gemma3TextConfig

PARTS = {
    "attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj", "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm", "post_attention_norm": "post_attention_layernorm",
    "ffn_norm": "pre_feedforward_layernorm", "post_ffw_norm": "post_feedforward_layernorm",
    "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
}


def load(path):
    """The model of a GGUF file in float32."""
    reader = gguf.GGUFReader(path)
    tensors = {tensor.name: tensor for tensor in reader.tensors}

    def field(name):
        return reader.fields["gemma3." + name].contents()

    def weights(name):
        tensor = tensors[name]
        values = gguf.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        return torch.from_numpy(values.reshape([int(size) for size in tensor.shape][::-1]))

    model = Gemma3ForCausalLM(Gemma3TextConfig(
        vocab_size=int(tensors["token_embd.weight"].shape[1]), hidden_size=field("embedding_length"),
        intermediate_size=field("feed_forward_length"), num_hidden_layers=field("block_count"),
        num_attention_heads=field("attention.head_count"), num_key_value_heads=field("attention.head_count_kv"),
        head_dim=field("attention.key_length"), query_pre_attn_scalar=field("attention.key_length"),
        sliding_window=field("attention.sliding_window"), rms_norm_eps=field("attention.layer_norm_rms_epsilon"),
        rope_theta=field("rope.freq_base"), rope_local_base_freq=10000.0, tie_word_embeddings=True,
        attn_implementation="eager")).eval().float()
    state = {}
    for name in tensors:
        values = weights(name)
        if name == "token_embd.weight":
            state["model.embed_tokens.weight"] = state["lm_head.weight"] = values
        elif name == "output_norm.weight":
            state["model.norm.weight"] = values - 1  # GGUF holds the gain, and the model what is added to 1.
        else:
            _, layer, part = name.split(".", 2)
            part = PARTS[part.removesuffix(".weight")]
            state[f"model.layers.{layer}.{part}.weight"] = values - 1 if "norm" in part else values
    model.load_state_dict(state)
    return model


def main(path, results):
    model = load(path)
    with h5py.File(results) as file:
        prompts = [row[row >= 0] for row in file["input/prompt_tokens"][:]]
        continuations = file["baseline/tokens"][:]

    def predictions():
        found = []
        for prompt, continuation in zip(prompts, continuations):
            tokens = np.concatenate([prompt, continuation[:-1]]).astype(np.int64)
            with torch.no_grad():
                logits = model(torch.tensor(tokens[None])).logits[0, len(prompt) - 1:]
            found.append(torch.log_softmax(logits, -1))
        return found

    def with_hook(layer, hook):
        handle = model.model.layers[layer].post_attention_layernorm.register_forward_hook(hook)
        found = predictions()
        handle.remove()
        return found

    def hold(layer, index, value):
        def hook(module, arguments, output):
            output = output.clone()
            output[..., index] = value
            return output
        found = with_hook(layer, hook)
        changed = sum(bool((own.argmax(-1).numpy() != tokens).any()) for own, tokens in zip(found, continuations))
        divergence = np.mean([float((one.exp() * (one - other)).sum(-1).mean()) for one, other in zip(model_says, found)])
        return f"{changed} of {len(prompts)} prompts change, divergence {divergence:.2g} nats"

    model_says = predictions()
    for layer, index in [(1, 97), (5, 87), (1, 400), (1, 163)]:
        added = []
        with_hook(layer, lambda module, arguments, output: added.append(output[0, :, index].clone()))
        values = torch.cat(added)
        print(f"the attention of layer {layer} adds {values.mean():.0f} ± {values.std():.0f} to index {index}")
        print(f"  nothing instead: {hold(layer, index, 0)}")
        print(f"  its mean instead: {hold(layer, index, float(values.mean()))}")


if __name__ == "__main__":
    main(*sys.argv[1:])
