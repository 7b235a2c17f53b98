import Basics

/// The mark of errors of this module.
public enum PerturbationsOrigin {}

/// A screen that cannot go on, or a plan that cannot be made, in one sentence.
public typealias PerturbationsError = Refusal<PerturbationsOrigin>
