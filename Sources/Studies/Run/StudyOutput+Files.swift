import Basics
import Foundation
import Perturbations
import Runs
import Weights

extension StudyOutput {
  /// Bytes of a file that are looked at to tell whether it is a mask.
  private static let maskLimit = 1 << 28

  /// Throws where the files that studies write beside their results at `path` would replace something else than a mask
  /// or tensors of before, or what the studies read.
  static func checkFiles(of configuration: StudyConfiguration, beside path: String) throws {
    let read = Set(([configuration.path] + configuration.masks).map { resolved($0) } + [resolved(path)])
    for name in configuration.studies.flatMap(\.outputs) {
      let place = self.place(name, beside: path)
      let isTensors = name.hasSuffix(".safetensors")
      let noun = isTensors ? "tensors" : "mask"
      if read.contains(resolved(place)) {
        throw StudiesError(
          "cannot write the \(noun) \(place): it is the output or a file that these studies read; choose another name")
      }
      guard FileManager.default.fileExists(atPath: place) else { continue }
      guard isTensors ? isOwn(place) : isMask(place) else {
        throw StudiesError(
          "cannot write the \(noun) \(place): something that \(isTensors ? "no study wrote" : "is no mask") is there; "
            + "choose another name or move it away")
      }
    }
  }

  /// The metadata by which a file of tensors is known as a study's.
  static let writerKey = "written_by"
  /// What it says.
  static let writer = "locus"

  private static func isOwn(_ place: String) -> Bool {
    (try? SafetensorsFile(path: place))?.metadata[writerKey] == writer
  }

  private static func isMask(_ place: String) -> Bool {
    let bytes = try? BoundedFile.read(path: place, limit: maskLimit, throwing: StudiesError.self)
    return bytes.map(UnitMask.isMask) ?? false
  }

  /// Writes masks of a model beside the results at `path`, each whole or not at all, in place of masks of before.
  static func write(_ masks: [StudyFindings.Mask], of modelSHA256: String, beside path: String) throws {
    for mask in masks {
      let place = self.place(mask.file, beside: path)
      let content = UnitMask(modelSHA256: modelSHA256, site: mask.site, grid: mask.grid, flat: mask.units)
      do {
        try Data(content.json).write(to: URL(fileURLWithPath: place), options: .atomic)
      } catch {
        throw unwritten("mask", place, error)
      }
    }
  }

  /// Writes tensors beside the results at `path`, each file whole or not at all, in place of tensors of before.
  static func write(_ files: [StudyFindings.TensorFile], beside path: String) throws {
    for file in files {
      let place = self.place(file.file, beside: path)
      do {
        try Data(file.bytes).write(to: URL(fileURLWithPath: place), options: .atomic)
      } catch {
        throw unwritten("tensors", place, error)
      }
    }
  }

  private static func unwritten(_ noun: String, _ place: String, _ error: any Error) -> RunsError {
    RunsError(
      "cannot write the \(noun) \(place): \(error.localizedDescription); all that was finished before is safe; make "
        + "room and run the same command again")
  }

  private static func place(_ name: String, beside path: String) -> String {
    URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent(name).path
  }

  private static func resolved(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
  }
}
