import Foundation

/// Paths as people write them in a configuration: `~` is the home folder, `$NAME` and `${NAME}` are environment
/// variables.
package struct PathExpansion {
  /// The values of environment variables by their names.
  package let variables: [String: String]

  /// Expands with these variables, the environment's by default.
  package init(variables: [String: String] = ProcessInfo.processInfo.environment) { self.variables = variables }

  /// Why a path cannot be expanded: a clause that says what to do.
  package struct Problem: Error {
    /// What is wrong, as the end of a sentence.
    package let clause: String
  }

  /// Returns `path` with `~` at its beginning and all variables put in; a `$` that no name follows stays as it is.
  ///
  /// Throws a `Problem` that names the variable when it is not set, or is empty.
  package func expanded(_ path: String) throws(Problem) -> String {
    var rest = path[...]
    var expanded = ""
    if rest == "~" || rest.hasPrefix("~/") {
      expanded = try value(of: "HOME", written: "~")
      rest = rest.dropFirst()
    }
    while let dollar = rest.firstIndex(of: "$") {
      expanded += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      guard let (name, end) = variable(at: rest) else {
        expanded += "$"
        continue
      }
      expanded += try value(of: name, written: "$\(name)")
      rest = rest[end...]
    }
    return expanded + rest
  }

  /// The name of the variable at the beginning of `text`, in braces or not, and where the text goes on.
  private func variable(at text: Substring) -> (name: String, end: Substring.Index)? {
    let match = text.prefixMatch(of: #/\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*)/#)
    return match.map { (String($0.1 ?? $0.2 ?? ""), $0.range.upperBound) }
  }

  private func value(of name: String, written: String) throws(Problem) -> String {
    guard let value = variables[name], !value.isEmpty else {
      throw Problem(
        clause: "\(written) stands for the environment variable \(name), which is not set; set it or write the path out"
      )
    }
    return value
  }
}
