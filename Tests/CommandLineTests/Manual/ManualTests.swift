import Foundation
import Testing
import TestSupport

/// The manual against the commands and the configurations that there are.
@Suite struct ManualTests {
  private static func topics() throws -> [(topic: String, title: String)] {
    try Program.locus.run(["manual"]).output.matches(of: #/\n  (\S+) +(.+)/#).map { (String($0.1), String($0.2)) }
  }

  @Test func topicsAreListedAndPrinted() throws {
    let topics = try Self.topics()
    #expect((1...15).contains(topics.count))
    let folder = Places.root + "/Sources/locus/Manual"
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".md") }
    #expect(Set(files) == Set(topics.map { $0.topic + ".md" }))
    for (topic, title) in topics {
      let page = try Program.locus.run(["manual", topic])
      #expect(page.status == 0 && page.errors.isEmpty && page.output.hasPrefix("# \(title)\n"), "\(topic)")
      #expect(try page.output == String(contentsOfFile: "\(folder)/\(topic).md", encoding: .utf8), "\(topic)")
      for line in page.output.split(separator: "\n") { #expect(line.count <= 100, "\(topic): \(line)") }
    }
  }

  @Test func pagesNameOnlyTopicsThatThereAre() throws {
    let topics = try Self.topics().map(\.topic)
    for topic in topics {
      let text = try ManualPage(topic).text.replacing(#/\s+/#, with: " ")
      for named in text.matches(of: #/locus manual ([a-z-]+)/#) {
        #expect(topics.contains(String(named.1)), "\(topic) names \(named.1)")
      }
    }
  }

  @Test(arguments: [("fidnings", "did you mean findings? The topics are map, "), ("zzz", "the topics are map, ")])
  func anUnknownTopicIsRefusedInASentence(_ topic: String, _ words: String) throws {
    let outcome = try Program.locus.run(["manual", topic])
    #expect(outcome.status == 2 && outcome.output.isEmpty)
    #expect(outcome.errors.hasPrefix("locus: the manual has no page '\(topic)'; \(words)"), "\(outcome.errors)")
    #expect(outcome.errors.filter { $0 == "\n" }.count == 1)
  }

  // MARK: Commands

  /// What the program says of a command: the names of its options, and its arguments as in "<config>".
  private static func options(
    of command: [String: Any], _ path: String, into all: inout [String: Set<String>]
  ) {
    let arguments = command["arguments"] as? [[String: Any]] ?? []
    let names = arguments.flatMap { argument -> [String] in
      let names = argument["names"] as? [[String: String]] ?? []
      if names.isEmpty { return ["<\(argument["valueName"] as? String ?? "")>"] }
      return names.map { ($0["kind"] == "short" ? "-" : "--") + ($0["name"] ?? "") }
    }
    all[path] = Set(names)
    for next in command["subcommands"] as? [[String: Any]] ?? [] {
      guard let name = next["commandName"] as? String, name != "help" else { continue }
      options(of: next, "\(path) \(name)", into: &all)
    }
  }

  @Test func everyCommandAndItsOptionsAreThere() throws {
    let help = try Program.locus.run(["--experimental-dump-help"]).output
    let root = try JSONSerialization.jsonObject(with: Data(help.utf8)) as? [String: Any]
    var actual: [String: Set<String>] = [:]
    Self.options(of: root?["command"] as? [String: Any] ?? [:], "locus", into: &actual)
    let page = try ManualPage("commands")
    let shared = Set(page.sections.filter { $0.title.hasPrefix("Options of") }.flatMap(\.names))
    let own = Dictionary(
      uniqueKeysWithValues: page.sections.filter { $0.title.hasPrefix("locus ") }.map { ($0.title, Set($0.names)) })
    #expect(actual.count > 10 && shared.isSubset(of: actual.values.reduce([]) { $0.union($1) }))
    #expect(Set(own.keys) == Set(actual.keys).subtracting(["locus"]))
    for (command, options) in actual where command != "locus" {
      let said = own[command] ?? []
      #expect(said.subtracting(options).isEmpty, "\(command) has no \(said.subtracting(options))")
      let missing = options.subtracting(said).subtracting(shared)
      #expect(missing.isEmpty, "the manual lacks \(missing) of \(command)")
    }
  }

  // MARK: Configurations

  /// The words behind `before` in what the program says of a configuration.
  private static func words(_ configuration: String, behind before: String) throws -> [String] {
    try Places.withTemporaryFolder { folder in
      let path = folder + "/configuration.yaml"
      try Data(configuration.utf8).write(to: URL(fileURLWithPath: path))
      let errors = try Program.locus.run(["plan", path]).errors
      guard let start = errors.range(of: before)?.upperBound else {
        Issue.record("\(before) is not in: \(errors)")
        return []
      }
      return errors[start...].replacing(" or ", with: ", ").split(separator: ", ").map {
        $0.trimmingCharacters(in: .whitespacesAndNewlines)
      }
    }
  }

  @Test(arguments: ManualKeys.all) func everyKeyIsThere(_ keys: ManualKeys) throws {
    let actual = try keys.groups.flatMap { group in
      try Self.words(group.text, behind: "the keys here are ").map { group.prefix + $0 }
    }
    let studies = keys.page == "studies" ? try Self.studies() : []
    let said = try ManualPage(keys.page).sections.flatMap { section in
      section.names.map { studies.contains(section.title) ? "studies.\(section.title).\($0)" : $0 }
    }
    #expect(Set(actual).subtracting(said).isEmpty, "the manual lacks \(Set(actual).subtracting(said))")
    #expect(Set(said).subtracting(actual).isEmpty, "there is no \(Set(said).subtracting(actual))")
    #expect(said.count == Set(said).count)
  }

  @Test func everyReaderOfKeysIsKnown() throws {
    let folder = Places.root + "/Sources"
    let modules = ["Hosts", "Inputs", "ModelTraining", "Screen", "Studies"]
    let readers = try modules.flatMap { module in
      let files = FileManager.default.enumerator(atPath: "\(folder)/\(module)")?.compactMap { $0 as? String } ?? []
      return try files.filter { $0.hasSuffix(".swift") }.filter { file in
        try String(contentsOfFile: "\(folder)/\(module)/\(file)", encoding: .utf8)
          .contains(#/\.group\(keys: |= ConfigurationGroup\(|= ConfigurationKeys\(/#)
      }
    }.map { URL(fileURLWithPath: $0).deletingPathExtension().lastPathComponent }
    #expect(Set(readers) == ManualKeys.readers)
  }

  private static func studies() throws -> [String] {
    try Program.locus.run(["study", "--list"]).output.matches(of: #/(?:^|\n)([a-z]+) /#).map { String($0.1) }
  }

  @Test func everyStudyIsThere() throws {
    let studies = try Self.studies()
    #expect(studies.count > 5)
    #expect(Set(studies).isSubset(of: try ManualPage("studies").sections.map(\.title)))
  }

  @Test func everyKindAndMatrixIsThere() throws {
    let page = try ManualPage("mutations")
    for (key, title) in [("kinds", "Kinds"), ("matrices", "Matrices")] {
      let text = "model: m\ninputs: i\nmutations: {region: [4, 4], \(key): [zzzzzzzzzzzz]}\n"
      let actual = try Self.words(text, behind: "; use ").map { $0.prefix { $0 != ":" }.description }
      #expect(Set(actual) == Set(page.names(below: title)))
    }
  }

  @Test func everyFamilyIsThere() throws {
    try Places.withTemporaryFolder { folder in
      try Data(#"{"model_type": "zzzz"}"#.utf8).write(to: URL(fileURLWithPath: folder + "/config.json"))
      let errors = try Program.locus.run(["inspect", folder]).errors
      let list = try #require(errors.firstMatch(of: #/the architectures supported are (.*), so take/#)?.1)
      let actual = list.split(separator: ", ").map(String.init)
      #expect(Set(actual) == Set(try ManualPage("models").names(below: "Families")))
    }
  }
}
