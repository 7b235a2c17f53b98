import Basics
import Foundation

/// A path at which nothing is, and what may have been meant by it.
public enum AbsentPath {
  /// What to do, to follow "there is no such file or folder"; `wanted` says what should be there.
  public static func advice(_ path: String, wanted: String) -> String {
    let components = path.split(separator: "/").map(String.init)
    if let tilde = components.first(where: { $0.hasPrefix("~") }) {
      return "; '\(tilde)' is not replaced by a home folder here, so write the path out"
    }
    if let variable = components.first(where: { $0.hasPrefix("$") }) {
      return "; variables such as \(variable.quotedName) are not replaced here, so write the path out"
    }
    if let name = hubName(path, components) {
      return
        ", and nothing is downloaded; if it is a model of the Hugging Face hub, fetch it with 'hf download \(name) "
        + "--local-dir FOLDER' and name that folder"
    }
    return "; name \(wanted)"
  }

  /// The last two parts of a relative path, if these could be the name of a model on a hub: its owner's folder is not
  /// there.
  private static func hubName(_ path: String, _ components: [String]) -> String? {
    guard components.count >= 2, !path.hasSuffix("/"),
      case let (owner, model) = (components[components.count - 2], components[components.count - 1]),
      [owner, model].allSatisfy(isHubWord),
      // What has a known ending is the name of a file.
      ![".bin", ".safetensors", ".gguf", ".json", ".pt", ".pth", ".h5"].contains(where: model.hasSuffix),
      !FileManager.default.fileExists(atPath: String(path.dropLast(model.count)))
    else { return nil }
    return owner + "/" + model
  }

  private static func isHubWord(_ word: String) -> Bool {
    word.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    } && !word.hasPrefix(".")
  }
}
