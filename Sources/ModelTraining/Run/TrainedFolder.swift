import Basics
import Foundation
import Runs

/// The folder of a trained model in Hugging Face layout, which is there whole or not at all.
public enum TrainedFolder {
  private static let record = "training.json"
  private static let planKey = "\"plan_sha256\""

  /// Whether a folder is the result of a training.
  public static func isThere(_ path: String) -> Bool { self.record(of: path) != nil }

  /// What a training wrote of itself into a folder; nil where none did.
  private static func record(of path: String) -> String? {
    let content = FileManager.default.contents(atPath: path + "/" + record)
    let text = content.map { String(decoding: $0, as: UTF8.self) }
    return text?.contains(planKey) == true ? text : nil
  }

  /// Whether the finished result of this very plan is there. Throws if anything else is, unless it is to be replaced; a
  /// folder that no training wrote never is.
  public static func findsResult(at place: OutputPlace, replacing: Bool) throws -> Bool {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder) else { return false }
    let found = record(of: place.path)
    if isFolder.boolValue, found == nil {
      throw ModelTrainingError(
        "cannot write the model to \(place.path): a folder that no training wrote is there; choose another name")
    }
    if replacing { return false }
    guard let found, found.contains(place.planSHA256) else {
      throw ModelTrainingError(
        "cannot write the model to \(place.path): something else than the result of this training is there; choose "
          + "another name, or replace it with --force")
    }
    return true
  }

  /// Writes the folder under its temporary name: the weights, the files that go with them, and how they were made.
  static func write(_ weights: [UInt8], of training: PreparedTraining, losses: [Double], to output: RunOutput) throws {
    let folder = output.temporaryPath
    try? FileManager.default.removeItem(atPath: folder)
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for name in PreparedTraining.companions {
        let source = training.configuration.shape + "/" + name
        guard let content = FileManager.default.contents(atPath: source) else { continue }
        try content.write(to: URL(fileURLWithPath: folder + "/" + name))
      }
      try Data(weights).write(to: URL(fileURLWithPath: folder + "/model.safetensors"))
      try Data(description(training, losses, output.planSHA256).utf8).write(
        to: URL(fileURLWithPath: folder + "/" + record))
    } catch {
      try? FileManager.default.removeItem(atPath: folder)
      throw ModelTrainingError(
        "cannot write the model to \(output.path): \(error.localizedDescription); all that was finished is safe; "
          + "make room and run the same command again")
    }
  }

  private static func description(_ training: PreparedTraining, _ losses: [Double], _ plan: String) -> String {
    let steps = training.configuration.phases.map { "\($0.steps)" }.joined(separator: ", ")
    let last = losses.suffix(50)
    let mean = last.isEmpty ? Double.nan : last.reduce(0, +) / Double(last.count)
    return """
      {
       \(planKey): "\(plan)",
       "steps": [\(steps)],
       "batch": \(training.configuration.batch),
       "seed": \(training.configuration.seed),
       "parameters": \(training.parameters.elementCount),
       "loss_of_last_steps": \(mean)
      }

      """
  }

  /// Gives the folder its name, in place of what was there.
  static func publish(_ output: RunOutput) throws {
    if FileManager.default.fileExists(atPath: output.path) { try? FileManager.default.removeItem(atPath: output.path) }
    try output.publish()
  }
}
