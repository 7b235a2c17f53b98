import Transformer

/// What is transplanted in one layer: which activations, at which of the two sites.
struct ColumnEdit: Hashable, Sendable {
  /// The owner of the activations.
  enum Source: Hashable, Sendable {
    /// The paragraph's own text has them.
    case own
    /// The other paragraph's text has them.
    case other
    /// The own ones, further from the neutral ones by a factor, or nearer.
    case scaled(Float)
  }

  /// The owner of the activations.
  let source: Source
  /// The sites at which they are put in.
  let sites: [Site]

  /// The transplant of some activations at both sites, or at one.
  init(_ source: Source, sites: [Site] = Column.sites) {
    self.source = source
    self.sites = sites
  }
}

/// A run of a paragraph behind its opening tokens alone, with what is transplanted there in each layer.
struct PatchedRun: Hashable, Sendable {
  /// The edit of each layer; nil where there is none.
  let edits: [ColumnEdit?]

  /// A run with an edit of the layers for which `isEdited` holds.
  init(_ layerCount: Int, _ edit: ColumnEdit?, where isEdited: (Int) -> Bool = { _ in true }) {
    edits = (0..<layerCount).map { isEdited($0) ? edit : nil }
  }
}

/// All runs of a paragraph, in one order for all paragraphs.
struct RunPlan: Sendable {
  /// The runs.
  let runs: [PatchedRun]
  private let conditions: [PatchCondition]
  private let scales: [Float]
  private let layerCount: Int

  /// The runs of transplants under some conditions, at some scales, and perhaps of single layers and of all up to each.
  ///
  /// The neutral run and the transplant at all layers are there in any case.
  init(_ conditions: [PatchCondition], scales: [Float], layerCount: Int, byLayer: Bool) {
    self.conditions = [.transferred] + conditions.filter { $0.edit != nil && $0 != .transferred }
    self.scales = scales
    self.layerCount = layerCount
    let whole = ColumnEdit(.own)
    let layers = byLayer ? 0..<layerCount : 0..<0
    runs =
      [PatchedRun(layerCount, nil)] + self.conditions.map { PatchedRun(layerCount, $0.edit) }
      + scales.map { PatchedRun(layerCount, $0 == 1 ? whole : ColumnEdit(.scaled($0))) }
      + layers.map { layer in PatchedRun(layerCount, whole) { $0 == layer } }
      + layers.map { layer in PatchedRun(layerCount, whole) { $0 <= layer } }
  }

  /// The number of the neutral run.
  let neutral = 0

  /// The number of a condition's run.
  func run(_ condition: PatchCondition) -> Int? { conditions.firstIndex(of: condition).map { 1 + $0 } }

  /// The number of the run of a scale, by its place in the list.
  func run(scale: Int) -> Int { 1 + conditions.count + scale }

  /// The number of the run with a single layer's transplant.
  func run(single layer: Int) -> Int { run(scale: scales.count) + layer }

  /// The number of the run with the transplants of all layers up to one.
  func run(upTo layer: Int) -> Int { run(single: layerCount) + layer }

  /// Whether some run needs the neutral activations.
  static func needsNeutral(_ runs: some Sequence<PatchedRun>) -> Bool {
    runs.contains { $0.edits.contains { if case .scaled = $0?.source { true } else { false } } }
  }
}
