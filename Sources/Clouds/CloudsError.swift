import Basics

/// The mark of what clouds refuse.
public enum CloudsOrigin {}

/// Why a cloud cannot be had from a file: one sentence for the person who named it.
public typealias CloudsError = Refusal<CloudsOrigin>

extension String {
  /// The name of the file at this path, without its folder and its ending.
  var fileStem: String {
    let name = split(separator: "/").last.map(String.init) ?? self
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
    return String(name[..<dot])
  }
}
