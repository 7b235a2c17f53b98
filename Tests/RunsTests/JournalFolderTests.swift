import Foundation
import Runs
import Testing
import TestSupport

/// A journal goes on under the conditions it was begun under, and says what differs otherwise.
@Suite struct JournalFolderTests {
  private static func conditions(
    plan: Character = "a", model: Character = "b", _ items: KeyValuePairs<String, String>
  ) -> PlanConditions {
    PlanConditions(
      planSHA256: String(repeating: plan, count: 64), modelSHA256: String(repeating: model, count: 64),
      items: items.map { PlanConditions.Item(name: $0.key, value: $0.value) })
  }

  @Test func differencesAreNamed() {
    let earlier = JournalFolderTests.conditions(["kinds": "zero", "input": "2:id"])
    #expect(earlier.difference(from: earlier) == nil)
    let cases: [(PlanConditions, String)] = [
      (
        JournalFolderTests.conditions(plan: "c", ["kinds": "zero minimum", "input": "2:id"]),
        "kinds was 'zero' and is now"
      ),
      (
        JournalFolderTests.conditions(plan: "c", ["kinds": "zero", "input": "a\nb"]),
        "input was '2:id' and is now 'a b'"
      ),
      (JournalFolderTests.conditions(plan: "c", ["kinds": "zero"]), "input '2:id' is in one of them only"),
      (
        JournalFolderTests.conditions(plan: "c", ["kinds": "zero", "other": "2:id"]), "input was there and now other is"
      ),
      (JournalFolderTests.conditions(model: "c", ["kinds": "zero", "input": "2:id"]), "the model's weights differ"),
    ]
    for (now, words) in cases { #expect(now.difference(from: earlier)?.contains(words) == true, "\(words)") }
    let long = JournalFolderTests.conditions(["kinds": String(repeating: "x", count: 10_000), "input": "2:id"])
    #expect((long.difference(from: earlier) ?? "").count < 200)
  }

  @Test func aJournalBelongsToOnePlan() throws {
    try Places.withTemporaryFolder { folder in
      let journal = JournalFolder(output: folder + "/out.h5")
      let mine = JournalFolderTests.conditions(["kinds": "zero"])
      try journal.create()
      try journal.create()
      #expect(try journal.plan() == nil)
      try journal.adopt(mine)
      try journal.adopt(mine)
      #expect(try journal.plan() == mine)
      let other = JournalFolderTests.conditions(plan: "c", ["kinds": "maximum"])
      let error = #expect(throws: RunsError.self) { try journal.adopt(other) }
      #expect(error?.description.contains("kinds was 'zero' and is now 'maximum'") == true)
      #expect(error?.description.contains("--restart") == true)
      try journal.clear()
      try journal.adopt(other)

      try Data("{".utf8).write(to: URL(fileURLWithPath: journal.planPath))
      #expect(throws: RunsError.self) { try journal.adopt(other) }
      unlink(journal.planPath)
      try Data().write(to: URL(fileURLWithPath: journal.unitsPath(start: 1, rank: 0)))
      #expect(throws: RunsError.self) { try journal.adopt(other) }
    }
  }

  @Test func startsAndFilesAreCountedUp() throws {
    try Places.withTemporaryFolder { folder in
      let journal = JournalFolder(output: folder + "/out.h5")
      try journal.create()
      #expect(try journal.nextStart() == 1)
      let start = StartRecord(
        number: 9, time: "2020-01-01T00:00:00Z", commandLine: "locus", hosts: ["a"], ranks: 2, threads: 1, job: "",
        unitsBefore: 4)
      try start.write(to: journal)
      #expect(try journal.nextStart() == 10)
      #expect(try journal.starts() == [start])
      for (start, rank) in [(12_345, 100_001), (9, 3)] {
        try Data().write(to: URL(fileURLWithPath: journal.unitsPath(start: start, rank: rank)))
      }
      #expect(try journal.nextStart() == 12_346)
      #expect(try journal.unitsNames().compactMap(JournalFolder.rank(ofUnitsName:)).sorted() == [3, 100_001])
      #expect(JournalFolder.rank(ofUnitsName: "lock") == nil)
    }
  }

  @Test func aFolderThatCannotBeMadeIsAnError() {
    let error = #expect(throws: RunsError.self) { try JournalFolder(output: "/absent/folder/out.h5").create() }
    #expect(error?.description.contains("/absent/folder/out.h5.journal") == true)
  }
}
