import Basics

/// The mark of what the decoder refuses.
public enum TransformerOrigin {}

/// What a model folder holds that the decoder cannot use, or a sum that is not a number, in one sentence.
public typealias TransformerError = Refusal<TransformerOrigin>
