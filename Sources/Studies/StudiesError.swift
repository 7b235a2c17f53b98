import Basics

/// The mark of errors of this module.
public enum StudiesOrigin {}

/// Why a study cannot start or go on: one sentence for the person who started it.
public typealias StudiesError = Refusal<StudiesOrigin>
