import Basics

/// The mark of inputs that turn out to be of no use.
public enum UnusableInputOrigin {}

/// What is wrong with a model or an input, as it shows only when the work has begun. All ranks throw the same together,
/// so that they can end by themselves.
public typealias UnusableInput = Refusal<UnusableInputOrigin>
