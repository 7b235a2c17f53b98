import Basics

/// The mark of errors of this module.
public enum FindingsOrigin {}

/// An analysis that cannot be made of a file, in one sentence.
public typealias FindingsError = Refusal<FindingsOrigin>
