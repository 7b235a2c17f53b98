import Basics

/// The mark of errors of this module.
public enum ModelTrainingOrigin {}

/// Why a model cannot be trained: one sentence for the person who started it.
public typealias ModelTrainingError = Refusal<ModelTrainingOrigin>
