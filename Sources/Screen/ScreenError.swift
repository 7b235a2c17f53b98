import Basics

/// The mark of what a screen refuses.
public enum ScreenOrigin {}

/// Why a screen cannot start or go on: one sentence for the person who started it.
public typealias ScreenError = Refusal<ScreenOrigin>
