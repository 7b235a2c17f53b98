import Logging

/// Log lines on standard error as a person reads them: the message, and the level where it matters.
struct PlainLogHandler: LogHandler {
  var logLevel = Logger.Level.notice
  var metadata: Logger.Metadata = [:]

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let isPlain = event.level == .notice || event.level == .info
    Console.note(isPlain ? "\(event.message)" : "locus: \(event.level): \(event.message)")
  }
}
