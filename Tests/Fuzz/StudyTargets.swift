import Archive
import Foundation
import Inputs
import MessagePassing
import Perturbations
import Report
import Runs
import Studies
import TestSupport
import Transformer

extension FuzzTarget {
  /// The YAML of studies, whose cost is counted for a small model and made-up texts where it is accepted.
  static func studyConfiguration(_ bytes: UnsafeRawBufferPointer) throws {
    let configuration = try StudyConfiguration(bytes: Array(bytes), path: ScratchFolder.path + "/study.yaml")
    let shape = try smallModel()
    // Texts are files, with targets of their own: here each has some rows of one length.
    let rows = (0..<6).map { (row: Int) -> [Int32] in
      (0..<24).map { (place: Int) -> Int32 in Int32(1 + (7 * row + place) % 250) }
    }
    let names = configuration.texts.map(\.name) + configuration.images.map(\.name)
    let texts = StudyTexts(names.map { TextSet(name: $0, rows: rows) })
    let outline = StudyOutline(shape: shape, texts: texts, tokenizer: Letters())
    for study in configuration.studies {
      attempt {
        let cost = try study.cost(outline)
        precondition(cost.operations >= 0 && cost.outputBytes >= 0, "a cost below nothing")
      }
    }
  }

  /// A mask of a small model's units.
  static func mask(_ bytes: UnsafeRawBufferPointer) throws {
    let shape = try smallModel()
    let mask = try UnitMask(bytes: Array(bytes), path: "mask.json", shape: shape)
    precondition(mask.units.count == shape.layerCount, "units of each layer")
    let again = try UnitMask(bytes: mask.json, path: "mask.json", shape: shape)
    precondition(again == mask, "a mask is not what it was written as")
  }

  /// A file of some or all studies, damaged as the bytes say: read, exported and reported on.
  static func studies(_ bytes: UnsafeRawBufferPointer) throws {
    let isSound = bytes.dropFirst().allSatisfy { $0 == 0 }
    func attempt(_ body: () throws -> Void) {
      FuzzTarget.attempt {
        do { try body() } catch {
          precondition(!isSound, "a sound file is refused: \(error)")
          throw error
        }
      }
    }
    var script = Script(bytes)
    let path = ScratchFolder.path + "/studies.h5"
    let (studies, units) = chosenStudies(&script)
    ScratchFolder.remove("studies.h5")
    try StudyWriter.write(SampleStudy.provenance, starts: SampleStudy.starts, studies: studies, units: units, to: path)
    OddAnalysisFile.damage(path, studies.map { ("studies", $0) } + units.map { ("units", $0) }, &script)
    defer { checkNothingIsOpen() }
    attempt {
      let file = try StudyFile(path: path)
      for study in file.studies {
        attempt {
          _ = try file.findings(of: study)
          try GroupTable(of: study, in: file, format: .csv).forEachSlab { _ in }
        }
      }
      attempt { if !file.sites.isEmpty { try GroupTable(unitsOf: file, format: .jsonl).forEachSlab { _ in } } }
      attempt {
        let folder = ScratchFolder.path + "/report"
        _ = try Report(of: file, folder: folder, palette: .safe, program: "1.2.3").write()
      }
    }
  }

  /// One or two studies and perhaps the units, some damaged; all where the script says nothing.
  private static func chosenStudies(_ script: inout Script) -> (studies: [AnalysisGroup], units: [AnalysisGroup]) {
    let (first, choice) = (script.next(), Int(script.next()))
    let all = groupsOfStudies
    guard choice > 0 else { return (all.studies, first & 1 == 0 ? all.units : []) }
    let numbers = Set((0..<1 + choice % 2).map { _ in script.next(below: all.studies.count) })
    var studies = numbers.sorted().map { OddGroup(all.studies[$0]) }
    for _ in 0..<script.next(below: 6) { studies[script.next(below: studies.count)].damage(&script) }
    return (studies.map(\.group), first & 1 == 0 ? all.units : [])
  }

  /// What all studies find of the demo model on short texts: most of a minute under a sanitizer.
  static let groupsOfStudies: (studies: [AnalysisGroup], units: [AnalysisGroup]) = {
    do {
      return try World.run { (world) throws in
        let prepared = try PreparedStudies.load(configurationPath: "Tests/Crash/studies.yaml", communicator: world)
        let output = try RunOutput.open(
          path: ScratchFolder.path + "/all.h5", communicator: world, conditions: { try prepared.conditions() },
          findsResult: { try StudyOutput.findsResult(at: $0, replacing: true) })
        let settings = RunSettings(locusVersion: "1.2.3", commandLine: "locus study", threads: 1)
        _ = try StudiesRun(prepared, output: output, settings: settings, memory: 1 << 28, world).findings { _ in }
        let file = try StudyFile(path: ScratchFolder.path + "/all.h5")
        return (try file.studies.compactMap(file.study), try file.sites.compactMap(file.units))
      }
    } catch { preconditionFailure("no studies: \(error)") }
  }()
}
