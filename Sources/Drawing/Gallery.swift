/// Texts in groups.
public struct Gallery: Sendable {
  /// One text of a mutant.
  public struct Sample: Sendable {
    /// What the text answers to.
    public let input: String
    /// What the unmutated model says.
    public let baseline: String
    /// What the mutant says.
    public let text: String
    /// The region that was mutated, as a link; nil where there is no map.
    public let place: Link?
    /// A remark beside the text.
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

  /// One group of texts.
  public struct Entry: Sendable {
    /// The group's title.
    public let title: String
    /// A remark below the title.
    public let note: String
    /// The group's texts.
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

  /// The groups in order.
  public let entries: [Entry]

  /// Takes the groups in order.
  public init(
    entries: [Entry]
  ) {
    self.entries = entries
  }
}
