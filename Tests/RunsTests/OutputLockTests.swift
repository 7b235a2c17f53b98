import Foundation
import Runs
import Synchronization
import Testing
import TestSupport

/// One screen at a time writes an output.
@Suite struct OutputLockTests {
  private static func withLock(_ body: (_ path: String) throws -> Void) throws {
    try Places.withTemporaryFolder { try body($0 + "/lock") }
  }

  /// What a holder on another machine has left.
  private static func stranger(beat: Int) -> Data {
    Data(
      """
      {"host":"elsewhere","boot":"another-kernel","process":7,"since":"2020-01-01T00:00:00Z","token":"t"}
      \(beat)

      """.utf8)
  }

  @Test func theSecondIsRefusedWhileTheFirstHolds() throws {
    try OutputLockTests.withLock { path in
      let first = try OutputLock(path: path)
      #expect(OutputLock.isHeld(path) == true)
      let error = #expect(throws: RunsError.self) { try OutputLock(path: path) }
      #expect(error?.description.contains("process \(getpid()) on ") == true)
      first.release()
      #expect(!FileManager.default.fileExists(atPath: path))
      #expect(OutputLock.isHeld(path) == false)
      let second = try OutputLock(path: path)
      second.release()
    }
  }

  @Test func aLockEndsWithItsHolder() throws {
    try OutputLockTests.withLock { path in
      do {
        let first = try OutputLock(path: path)
        _ = first.path
      }
      // Dropped without release, as by the end of a process: the file is there, and nobody holds it.
      #expect(FileManager.default.fileExists(atPath: path))
      #expect(OutputLock.isHeld(path) == false)
      try OutputLock(path: path, watching: 1000) { Issue.record("watched: \($0)") }.release()
    }
  }

  @Test func aStrangersFileThatStandsStillIsTaken() throws {
    try OutputLockTests.withLock { path in
      try OutputLockTests.stranger(beat: 5).write(to: URL(fileURLWithPath: path))
      #expect(OutputLock.isHeld(path) == nil)
      var notes: [String] = []
      let lock = try OutputLock(path: path, watching: 0.3) { notes.append($0) }
      #expect(notes.count == 1 && notes[0].contains("elsewhere"))
      lock.release()
    }
  }

  @Test func aStrangerWhoseHeartBeatsIsRespected() throws {
    try OutputLockTests.withLock { path in
      try OutputLockTests.stranger(beat: 5).write(to: URL(fileURLWithPath: path))
      let isOver = Mutex(false)
      let beating = Thread {
        var beat = 6
        while !isOver.withLock({ $0 }) {
          usleep(50_000)
          // In place, as the holder does.
          guard let file = FileHandle(forWritingAtPath: path) else { return }
          file.write(OutputLockTests.stranger(beat: beat))
          try? file.close()
          beat += 1
        }
      }
      beating.start()
      defer { isOver.withLock { $0 = true } }
      let error = #expect(throws: RunsError.self) { try OutputLock(path: path, watching: 60) { _ in } }
      #expect(error?.description.contains("process 7 on elsewhere") == true)
    }
  }

  @Test func aFileThatSaysNothingIsTaken() throws {
    try OutputLockTests.withLock { path in
      try Data("not a holder".utf8).write(to: URL(fileURLWithPath: path))
      try OutputLock(path: path).release()
    }
  }
}
