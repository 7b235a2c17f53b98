import ArgumentParser
import Logging

/// Options of every command.
struct CommonOptions: ParsableArguments {
  @Option(help: "Least severe log line shown: trace, debug, info, notice, warning, error, critical.")
  var logLevel: Logger.Level = .notice

  @Flag(name: .shortAndLong, help: "No progress; only warnings, errors and what was asked for.")
  var quiet = false

  /// A logger to standard error that says nothing below the chosen level.
  func makeLogger() -> Logger {
    var logger = Logger(label: "locus") { _ in PlainLogHandler() }
    logger.logLevel = quiet ? max(logLevel, .warning) : logLevel
    return logger
  }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
