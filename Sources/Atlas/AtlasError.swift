import Basics

/// The mark of errors of this module.
public enum AtlasOrigin {}

/// An atlas that cannot be made of some files, in one sentence.
public typealias AtlasError = Refusal<AtlasOrigin>
