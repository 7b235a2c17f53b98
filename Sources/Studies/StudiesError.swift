import Basics

/// The mark of what a study refuses.
public enum StudiesOrigin {}

/// Why a study cannot start or go on: one sentence for the person who started it.
public typealias StudiesError = Refusal<StudiesOrigin>
