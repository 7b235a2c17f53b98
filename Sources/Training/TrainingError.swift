import Basics

/// The mark of errors of this module.
public enum TrainingOrigin {}

/// Why a training cannot start or go on: one sentence for the person who started it.
public typealias TrainingError = Refusal<TrainingOrigin>
