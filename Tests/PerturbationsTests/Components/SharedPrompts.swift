import TestSupport

/// The prompts of the references of shared hosts.
enum SharedPrompts {
  /// The tokens of the first prompts of a folder's reference.
  static func first(_ count: Int, of name: String) throws -> [[Int32]] {
    let reference = try Places.object(SharedHosts.path + "/" + name + "/reference.json")
    return (reference["prompts"] as? [[String: Any]] ?? []).prefix(count).map { $0["tokens"].tokens }
  }
}
