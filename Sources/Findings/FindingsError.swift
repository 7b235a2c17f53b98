import Basics

/// The mark of what findings refuse.
public enum FindingsOrigin {}

/// An analysis that cannot be made of a file, in one sentence.
public typealias FindingsError = Refusal<FindingsOrigin>
