import Configuration

/// Where a value stands in a configuration, so that it can still be refused when the file has long been read.
public struct ConfigurationPlace: Equatable, Sendable {
  private let file: String
  private let line: Int
  private let name: String

  /// The place of a value of a section.
  public init(_ value: ConfigurationValue, of section: StudySection) {
    (file, line, name) = (section.reader.file, value.line, value.name)
  }

  /// The place of a key of a section; where it is absent, that of the section.
  public init(_ key: String, of section: StudySection) {
    file = section.reader.file
    line = section[key]?.line ?? section.reader.line
    name = section.reader.group.name(of: key)
  }

  /// The error "FILE: line N: NAME: PROBLEM".
  public func refusal(_ problem: String) -> TextFileError { .input(file, line: line, "\(name): \(problem)") }
}
