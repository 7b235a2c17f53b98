/// Texts in groups.
public struct Gallery: Sendable {
  public struct Sample: Sendable {
    /// What the text answers to.
    public let input: String
    public let baseline: String
    public let text: String
    public let place: Link?
    public let note: String

    /// Takes a text and what stands beside it.
    public init(
      input: String, baseline: String, text: String, place: Link?, note: String
    ) {
      self.input = input
      self.baseline = baseline
      self.text = text
      self.place = place
      self.note = note
    }
  }

  public struct Entry: Sendable {
    public let title: String
    public let note: String
    public let samples: [Sample]

    /// Takes the samples of one group.
    public init(
      title: String, note: String, samples: [Sample]
    ) {
      self.title = title
      self.note = note
      self.samples = samples
    }
  }

  public let entries: [Entry]

  /// Takes the groups in order.
  public init(
    entries: [Entry]
  ) {
    self.entries = entries
  }
}
