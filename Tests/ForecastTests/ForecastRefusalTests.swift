import Configuration
import Forecast
import Foundation
import Screen
import Testing
import TestSupport

/// What cannot be foretold is said before anything starts.
struct ForecastRefusalTests {
  @Test(arguments: [
    ("{probes: 0}", "'0' is not a number of probes"), ("{probes: many}", "a number of probes"),
    ("{sizes: [0]}", "forecast.sizes"),
    ("{sizes: [[1, 2, 3]]}", "a list of 3 is not a region"), ("{size: 4}", "did you mean forecast.sizes?"),
  ]) func settingsThatDoNotFitAreRefused(_ settings: String, _ words: String) throws {
    try Places.withTemporaryFolder { (folder) throws in
      let tiny = try TinyForecast(folder: folder)
      let path = try tiny.write("{region: [4, 4]}", forecast: settings)
      let error = #expect(throws: TextFileError.self) { try ScreenConfiguration.load(path: path) }
      #expect("\(try #require(error))".contains(words), "\(String(describing: error))")
      #expect("\(try #require(error))".contains("line 5"))
    }
  }

  @Test func aListHasNoMaps() throws {
    try Places.withTemporaryFolder { (folder) throws in
      let tiny = try TinyForecast(folder: folder)
      let path = try tiny.write("{list: list.csv}", forecast: "{sizes: [4]}")
      let error = #expect(throws: TextFileError.self) { try ScreenConfiguration.load(path: path) }
      #expect("\(try #require(error))".contains("forecast.sizes: maps are of all regions"))
    }
  }
}
