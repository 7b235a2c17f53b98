import Testing
import TestSupport

/// The manual against all that files hold: every group, dataset and attribute of a small file of each kind.
@Suite struct ManualFilesTests {
  private static let pages = ["results", "analysis", "geometry", "study-files", "forecast"]

  /// What HDF5 and xarray need of every dataset, and what the manual says once for all of them.
  private static func general() throws -> Set<String> {
    Set(try pages.flatMap { try ManualPage($0).addresses }.filter { $0.hasPrefix("*") })
  }

  /// The address as the manual has it: sizes of regions and sites of units by a word that stands for all of them, and
  /// attributes that everything may have without what they are of.
  private static func spelling(_ address: String, general: Set<String>) -> String {
    if let sign = address.lastIndex(of: "@"), case let common = "*" + address[sign...], general.contains(common) {
      return common
    }
    return address.replacing(#/^/forecast/\d+x\d+/#, with: "/forecast/ROWSxCOLUMNS")
      .replacing(#/^/units/[a-z_]+/#, with: "/units/SITE")
      .replacing(#/^/atlas/(?:residual|neuron|head|region)_/#, with: "/atlas/SUBJECT_")
      .replacing(#/^/atlas/(?:residual|neuron|head)(?=/|@|$)/#, with: "/atlas/SUBJECT")
      .replacing(#/^(/atlas/SUBJECT)/(?:residual|neuron|head)$/#, with: { "\($0.1)/UNIT" })
      .replacing(#/^(/atlas/(?:SUBJECT|region))/[a-z]+_\w+/#, with: { "\($0.1)/MEASURE" })
  }

  @Test func everyDatasetIsThere() throws {
    try Places.withTemporaryFolder { folder in
      let general = try Self.general()
      let files = try ManualWorld(folder).files()
      #expect(files.count >= 10)
      let pages = try Self.pages.map { try ManualPage($0) }
      let groups = Set(pages.flatMap { $0.sections.map(\.title) }.filter { $0.hasPrefix("/") && $0 != "/" })
      let said = groups.union(pages.flatMap(\.addresses))
      var actual: [String: String] = [:]
      for file in files {
        for address in try StoredFile(file).values.keys {
          actual[Self.spelling(address, general: general)] = file.split(separator: "/").last.map(String.init)
        }
      }
      for (address, file) in actual.sorted(by: { $0.key < $1.key }) where !said.contains(address) {
        Issue.record("the manual lacks \(address) of \(file)")
      }
      for address in said.subtracting(actual.keys).sorted() { Issue.record("no file has \(address)") }
      let findings = Set(try ManualPage("findings").sections.map(\.title))
      let analyses = actual.keys.filter { $0.matches(of: #/^/analysis/[a-z_]+$/#).count == 1 }
      for analysis in analyses.map({ $0.split(separator: "/")[1] }) {
        #expect(findings.contains(String(analysis)), "the page findings lacks \(analysis)")
      }
    }
  }
}
