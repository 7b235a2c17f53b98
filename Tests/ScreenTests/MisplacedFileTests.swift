import Configuration
import Foundation
import Inputs
import Screen
import Testing
import TestSupport

/// Files of one kind in the place of another.
@Suite struct MisplacedFileTests {
  private func sentence(_ bytes: [UInt8], _ read: (String) throws -> Void) throws -> String {
    try Places.withTemporaryFolder { folder in
      let path = folder + "/file"
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      do { try read(path) } catch { return "\(error)".replacing(folder + "/", with: "") }
      return "accepted"
    }
  }

  private func configuration(_ text: String) throws -> String {
    try sentence(Array(text.utf8)) { _ = try ScreenConfiguration.load(path: $0) }
  }

  @Test func aConfigurationIsWanted() throws {
    let wanted = "name the YAML file that says what to screen"
    let hdf5 = try sentence([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A] + [UInt8](repeating: 0, count: 99)) {
      _ = try ScreenConfiguration.load(path: $0)
    }
    #expect(hdf5 == "file: this is an HDF5 file; \(wanted)")
    #expect(
      try configuration("{\"id\": \"a\", \"prompt\": \"x\"}\n{\"id\": \"b\", \"prompt\": \"y\"}\n")
        == "file: this is a file of JSON lines; \(wanted)")
    #expect(try configuration("layer,matrix,row\n0,q,0\n").hasSuffix("this is a table (CSV); \(wanted)"))
    #expect(
      try configuration("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n")
        .hasSuffix("this is a Git LFS pointer and not the file itself; run 'git lfs pull' in its repository"))
    #expect(try configuration("<!DOCTYPE html><html></html>").contains("this is a web page"))
    #expect(try configuration("").contains("file"))
    // A mistake in what may well be one is named as before.
    #expect(try configuration("modle: x\n").contains("line 1: 'modle' is not a key; did you mean model?"))
    #expect(
      try configuration("modle: x\ninputs: y\nrecrod: {}\n")
        == "file: line 1: 'modle' is not a key, nor is 'recrod' in line 3; did you mean model?")
  }

  @Test func aFolderIsNamed() throws {
    try Places.withTemporaryFolder { folder in
      let error = #expect(throws: TextFileError.self) { try ScreenConfiguration.load(path: folder) }
      #expect(error?.description.contains("this is a folder; name the YAML file") == true)
    }
  }
}
