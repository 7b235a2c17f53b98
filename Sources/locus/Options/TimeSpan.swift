import ArgumentParser

/// A time as people and Slurm write it: `3h50m`, `90s`, `1d12h`, `01:30:00`, `1-00:00:00`, or seconds.
struct TimeSpan: ExpressibleByArgument, Equatable {
  let seconds: Double

  init(seconds: Double) { self.seconds = seconds }

  init?(argument: String) {
    guard let seconds = argument.contains(":") ? TimeSpan.clock(argument) : TimeSpan.words(argument), seconds < 1e10
    else { return nil }
    self.seconds = seconds
  }

  /// Reads what a person gave; the error says how times are written.
  init(parsing text: String) throws {
    guard let span = TimeSpan(argument: text) else {
      throw ValidationError("write a time such as 3h50m, 90m or 01:30:00, or a number of seconds")
    }
    self = span
  }

  /// Reads a time as `init(parsing:)` does, but a number alone as hours.
  init(parsingHours text: String) throws {
    guard let hours = Double(text) else {
      guard let span = TimeSpan(argument: text), span.seconds > 0 else {
        throw ValidationError("write a number of hours, such as 12, or a time such as 3h30m or 3:30:00")
      }
      self = span
      return
    }
    guard hours > 0, hours < 1e6 else { throw ValidationError("give a time above 0, such as 12 or 3h30m") }
    self.init(seconds: hours * 3600)
  }

  var defaultValueDescription: String { TimeText.of(seconds) }

  /// Days before a dash, then hours, minutes and seconds, of which the first may be missing.
  private static func clock(_ text: String) -> Double? {
    let days = text.split(separator: "-", omittingEmptySubsequences: false)
    let fields = (days.last ?? "").split(separator: ":", omittingEmptySubsequences: false)
    guard days.count <= 2, (2...3).contains(fields.count) else { return nil }
    let numbers = fields.map { whole($0) }
    guard !numbers.contains(nil), case let day = days.count == 2 ? whole(days[0]) : 0, let day else { return nil }
    return numbers.compactMap { $0 }.reduce(0) { $0 * 60 + $1 } + day * 86400
  }

  /// Numbers, each with its unit; a lone number is seconds.
  private static func words(_ text: String) -> Double? {
    if let seconds = whole(text[...]) { return seconds }
    let units: [Character: Double] = ["d": 86400, "h": 3600, "m": 60, "s": 1]
    var total = 0.0
    var digits = ""
    for character in text {
      if let unit = units[character] {
        guard let number = whole(digits[...]) else { return nil }
        total += number * unit
        digits = ""
      } else {
        digits.append(character)
      }
    }
    return digits.isEmpty && !text.isEmpty ? total : nil
  }

  private static func whole(_ text: Substring) -> Double? {
    !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isNumber } ? Double(text) : nil
  }
}
