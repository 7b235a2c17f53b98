import ArgumentParser
import Basics
import Manual

struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual",
    abstract: "Print a page of the manual, or the list of its topics.",
    discussion: """
      The pages are in the program itself: how to read a map, what each finding says and does not say, every key of a \
      configuration and every dataset of a file. They are Markdown, made to be read in a terminal.

        locus manual
        locus manual findings
        locus manual results | less
      """)

  @Argument(help: "The topic; without one, the topics are listed.")
  var topic: String?

  func run() throws {
    guard let topic else { return try Console.result(contents) }
    try Console.result(Failure.checkingInput { try page(topic) }.text)
  }

  /// A topic on each line, with what its page is about.
  private var contents: String {
    let width = ManualPage.all.map(\.topic.count).max() ?? 0
    let lines = ManualPage.all.map { page in
      "  \(page.topic)\(String(repeating: " ", count: width + 2 - page.topic.count))\(page.title)"
    }
    return "The pages of the manual, each printed by locus manual TOPIC:\n\n" + lines.joined(separator: "\n")
  }

  private func page(_ topic: String) throws -> ManualPage {
    if let page = ManualPage.all.first(where: { $0.topic == topic }) { return page }
    let topics = ManualPage.all.map(\.topic)
    let advice = Spelling.nearest(to: topic, among: topics).map { "did you mean \($0)? The topics are " }
    throw CommandError(
      "the manual has no page \(topic.quoted); \(advice ?? "the topics are ")\(topics.joined(separator: ", "))")
  }
}
