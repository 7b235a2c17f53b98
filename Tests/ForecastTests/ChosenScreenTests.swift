import Archive
import Foundation
import MessagePassing
import Perturbations
import Runs
import Screen
import Testing
import TestSupport

/// A screen of the mutations whose verdicts are uncertain.
@Suite(.serialized) struct ChosenScreenTests {
  private func screen(_ configuration: String, output: String, _ communicator: Communicator) throws {
    let screen = try PreparedScreen.load(configurationPath: configuration, communicator: communicator)
    let file = try OutputFile.open(path: output, screen: screen, communicator: communicator)
    let memory = try screen.memoryPlan(limit: 300_000_000, node: try communicator.splitByNode(), threads: 1)
    _ = try ScreenRun(
      screen: screen, communicator: communicator, output: file,
      settings: RunSettings(locusVersion: "test", commandLine: "test", threads: 1), memory: memory
    ).run { _ in }
  }

  /// Runs `body` with a tiny host in a folder, its forecast and a communicator of one rank.
  private func run(_ body: (TinyForecast, Communicator) throws -> Void) throws {
    try Places.withTemporaryFolder { (folder) throws in
      try World.run { (world) throws in
        let tiny = try TinyForecast(folder: folder)
        let alone = try #require(try world.split(color: world.rank, key: 0))
        let whole = try tiny.write("{region: [4, 4], kinds: [zero, negate]}")
        try TinyForecast.run(whole, output: folder + "/foretold.h5", communicator: alone)
        try body(tiny, alone)
        try alone.free()
      }
    }
  }

  @Test func theUncertainAreScreenedAndTheRestIsForetold() throws {
    try run { tiny, alone in
      let (all, output) = (tiny.folder + "/all.h5", tiny.folder + "/some.h5")
      try screen(try tiny.write("{region: [4, 4], kinds: [zero, negate]}"), output: all, alone)
      let choice = "forecast: {from: foretold.h5, share: 0.2, control: 15}"
      try screen(try tiny.write("{region: [4, 4], kinds: [zero, negate], \(choice)}"), output: output, alone)
      let forecast = try ForecastFile(path: tiny.folder + "/foretold.h5")
      let every = try ResultsFile(path: all)
      let some = try ResultsFile(path: output)
      let rows = 0..<every.summary.mutationCount
      let (inputs, margins) = (2, try forecast.values(.margin, rows))
      let fates = try StoredFile.numbers(output, "forecast/fate").map { Int($0) }
      #expect(fates.count == rows.count)
      // The share of the mutations that is nearest to a margin of 1, on its nearest input.
      let distances = rows.map { row in
        margins[row * inputs..<(row + 1) * inputs].map { $0 > 0 ? abs(log(Double($0))) : .infinity }.min() ?? 0
      }
      let screened = rows.filter { fates[$0] == 1 }
      #expect(screened.count == Int((0.2 * Double(rows.count)).rounded(.up)))
      let farthest = screened.map { distances[$0] }.max() ?? 0
      #expect(rows.allSatisfy { fates[$0] == 1 || distances[$0] >= farthest })
      #expect(fates.count { $0 == 2 } == 15)
      // What was screened is as it is in a screen of all.
      let (own, right) = (
        try some.values(\.firstChange, 0..<some.summary.mutationCount), try every.values(\.firstChange, rows)
      )
      let kept = rows.filter { fates[$0] != 0 }
      #expect(some.summary.mutationCount == kept.count)
      #expect(own == kept.flatMap { right[$0 * inputs..<($0 + 1) * inputs] })
      #expect(try StoredFile.numbers(output, "forecast/margin") == margins)
      // The control counts what the forecast has wrong.
      var expected = ForecastRemainder.Control()
      for row in rows where fates[row] == 2 {
        for input in row * inputs..<(row + 1) * inputs {
          expected.add(isChanged: right[input] >= 0, isPredicted: margins[input] > 1)
        }
      }
      let summary = try #require(try ForecastRemainder.summary(ofResults: output))
      #expect(summary.control == expected && expected.pairs == 30)
      #expect(summary.all == rows.count && summary.foretold == rows.count - kept.count)
      #expect(try ForecastRemainder.summary(ofResults: all) == nil)
      try forecast.close()
      try every.close()
      try some.close()
    }
  }

  @Test func aForecastOfSomethingElseIsRefused() throws {
    try run { tiny, alone in
      let choice = "forecast: {from: foretold.h5, share: 0.5}"
      for (mutations, steps, words) in [
        ("kinds: [zero]", 4, "it foretells"), ("kinds: [zero, scale: 2]", 4, "is another one there"),
        ("kinds: [zero, negate]", 3, "with another continuation.tokens"),
      ] {
        let path = try tiny.write("{region: [4, 4], \(mutations), \(choice)}", steps: steps)
        let error = #expect(throws: ScreenError.self) {
          let screen = try PreparedScreen.load(configurationPath: path, communicator: alone)
          _ = try OutputFile.open(path: tiny.folder + "/no.h5", screen: screen, communicator: alone)
        }
        #expect("\(try #require(error))".contains(words))
      }
    }
  }
}
