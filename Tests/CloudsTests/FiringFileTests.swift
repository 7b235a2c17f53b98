import Clouds
import Foundation
import Geometry
import Testing
import TestSupport

@Suite(.serialized) struct FiringFileTests {
  private let record = FiringRecord(documentCount: 3, documentsOfFeatures: [[0, 2], [], [1], [0, 1, 2]])

  @Test func isReadAsWritten() throws {
    try Bench.run { bench in
      let named = Cloud.Documents(names: ["a block 0", "b block 0", "b block 1"], groups: ["a", "b", "b"])
      for documents in [nil, named] {
        try FiringFile.checkWritable(bench.path("firings.h5"))
        try FiringFile(record: record, documents: documents).write(bench.path("firings.h5"))
        let read = try FiringFile.read(bench.path("firings.h5"), featureCount: 4)
        #expect(read.record == record && read.documents == documents)
        #expect(try FileManager.default.contentsOfDirectory(atPath: bench.folder) == ["firings.h5"])
      }
    }
  }

  @Test func onlyARecordIsReplaced() throws {
    try Bench.run { bench in
      try bench.write("note.txt", "mine")
      try bench.write("points.h5", dataset: "points", [2], [1, 2] as [Float])
      for name in ["note.txt", "points.h5", "."] {
        #expect(refusal { try FiringFile.checkWritable(bench.path(name)) }.contains("no firing record"))
      }
      #expect(refusal { try FiringFile.checkWritable(bench.path("absent/f.h5")) }.contains("absent"))
    }
  }
}
