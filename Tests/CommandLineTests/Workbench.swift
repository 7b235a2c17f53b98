import Foundation
import TestSupport

/// A folder with a small screen in it, for trying the command line.
struct Workbench {
  let folder: String

  /// Runs `body` in a folder with a copy of the demo model and a configuration that takes a second.
  static func run(_ body: (Workbench) throws -> Void) throws {
    try Places.withTemporaryFolder { folder in
      let bench = Workbench(folder: folder)
      try FileManager.default.copyItem(atPath: Places.demo + "/model", toPath: folder + "/model")
      try bench.write(
        "inputs.jsonl",
        """
        {"id": "facts", "task": "facts", "prompt": "In Cuba, the capital is"}
        {"id": "sum", "task": "arithmetic", "prompt": "91 - 17 ="}

        """)
      try bench.write("screen.yaml", Workbench.configuration)
      try body(bench)
    }
  }

  /// A Python with h5py and xarray, where `make python` has made one.
  static let python = Places.python
  static let hasPython = Places.hasPython

  static let configuration = """
    model: model
    inputs: inputs.jsonl
    continuation:
      tokens: 8
    mutations:
      region: [16, 16]
      layers: [2, 3]
      sample: 70

    """

  func path(_ name: String) -> String { folder + "/" + name }

  func write(_ name: String, _ text: String) throws {
    try UnflushedFile.write(text.utf8, to: path(name))
  }

  func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path(name))) }

  func write(_ name: String, _ bytes: Data) throws { try UnflushedFile.write(bytes, to: path(name)) }

  /// Names of everything in the folder, sorted.
  func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder).sorted() }

  func screen(ranks: Int? = nil, output: String = "out.h5", _ more: String...) throws -> Program.Outcome {
    try start(ranks: ranks, output: output, more).wait()
  }

  /// Starts a screen and does not wait.
  func start(ranks: Int? = nil, output: String = "out.h5", _ more: [String] = []) throws -> RunningProgram {
    try Program.locus.start(ranks: ranks, ["screen", path("screen.yaml"), "--output", path(output)] + more)
  }
}

extension Program.Outcome {
  /// The lines in which the program says what is wrong.
  var complaints: [String] {
    errors.split(separator: "\n").map(String.init).filter { $0.hasPrefix("locus: ") }
  }
}
