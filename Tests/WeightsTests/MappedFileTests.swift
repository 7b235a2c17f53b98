import Foundation
import Testing
import Weights

@Suite struct MappedFileTests {
  @Test func mapsTheBytesOfAFile() throws {
    try withFolder { folder in
      let path = try folder.write("some.bin", [1, 2, 3])
      let file = try MappedFile(path: path)
      #expect(file.path == path)
      #expect(file.name == "some.bin")
      #expect(file.byteCount == 3)
      #expect(Array(file.bytes) == [1, 2, 3])
    }
  }

  @Test func anEmptyFileHasNoBytes() throws {
    try withFolder { folder in
      let file = try MappedFile(path: folder.write("empty", [UInt8]()))
      #expect(file.byteCount == 0)
      #expect(file.bytes.isEmpty)
    }
  }

  @Test func aClosedFileGivesItsDescriptorBack() throws {
    try withFolder { folder in
      let path = try folder.write("some.bin", [1])
      // More than a process may hold open at a time.
      for _ in 0..<5000 { #expect(try MappedFile(path: path).byteCount == 1) }
    }
  }

  @Test func anUntouchedFileIsUnchanged() throws {
    try withFolder { folder in
      let file = try MappedFile(path: folder.write("some.bin", [1, 2, 3]))
      try file.checkUnchanged()
      // What is mapped lives on when its name goes.
      try FileManager.default.removeItem(atPath: file.path)
      try file.checkUnchanged()
      try folder.write("some.bin", [4, 5])
      try file.checkUnchanged()
      #expect(Array(file.bytes) == [1, 2, 3])
    }
  }

  @Test func aFileThatWasWrittenToIsFound() throws {
    try withFolder { folder in
      let grown = try MappedFile(path: folder.write("grown.bin", [1, 2, 3]))
      #expect(truncate(grown.path, 4) == 0)
      expect(refusal { try grown.checkUnchanged() }, says: [grown.path, "was written to", "restore the file"])
      let shrunk = try MappedFile(path: folder.write("shrunk.bin", [1, 2, 3]))
      #expect(truncate(shrunk.path, 0) == 0)
      expect(refusal { try shrunk.checkUnchanged() }, says: [shrunk.path, "was written to"])
      // Of the same size, and a nanosecond is enough.
      let path = try folder.write("touched.bin", [1, 2, 3])
      var times = [timespec(tv_sec: 1_000_000_000, tv_nsec: 5), timespec(tv_sec: 1_000_000_000, tv_nsec: 5)]
      #expect(utimensat(AT_FDCWD, path, times, 0) == 0)
      let touched = try MappedFile(path: path)
      try touched.checkUnchanged()
      times[1].tv_nsec = 6
      #expect(utimensat(AT_FDCWD, path, times, 0) == 0)
      expect(refusal { try touched.checkUnchanged() }, says: [touched.path, "was written to"])
    }
  }

  @Test func refusesWhatIsNotARegularFile() throws {
    try withFolder { folder in
      let pipe = folder.path + "/pipe"
      #expect(mkfifo(pipe, 0o600) == 0)
      expect(refusal { try MappedFile(path: pipe) }, says: [pipe, "not a regular file"])
      expect(refusal { try MappedFile(path: folder.path) }, says: [folder.path, "not a regular file"])
      let missing = folder.path + "/missing"
      expect(
        refusal { try MappedFile(path: missing) }, says: [missing, "cannot open", "no such file", "check the path"])
      expect(refusal { try MappedFile(path: "a\0b") }, says: ["zero byte"])
      expect(refusal { try MappedFile(path: "") }, says: ["cannot open"])
    }
  }
}
