import Basics

/// The mark of what a forecast refuses.
public enum ForecastOrigin {}

/// Why a forecast cannot start or go on: one sentence for the person who started it.
public typealias ForecastError = Refusal<ForecastOrigin>
