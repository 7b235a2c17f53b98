import Archive
import Statistics

/// The group of the file that holds what the study of coupling found.
struct CouplingGroup {
  private let study: Coupling
  private let results: CouplingResults
  private let rows: [StudyRow]
  private let ground: StudyGround

  private typealias Variable = AnalysisGroup.Variable
  private typealias Prompt = HostCoupling.Prompt
  private typealias Series = HostCoupling.Series

  init(_ study: Coupling, _ results: CouplingResults, _ rows: [StudyRow], _ ground: StudyGround) {
    self.study = study
    self.results = results
    self.rows = rows
    self.ground = ground
  }

  var group: AnalysisGroup {
    AnalysisGroup(
      name: Coupling.name, comment: comment, findings: CouplingSentences(results).all, dimensions: dimensions,
      variables: promptColumns + coupling + jacobians + checks + paths + fits + variants + comparisons)
  }

  private var layerCount: Int { ground.shape.layerCount }
  private var hidden: Int { ground.shape.hiddenSize }
  private var leading: Int { study.leading(ground.shape) }

  private var dimensions: [AnalysisGroup.Dimension] {
    var dimensions: [AnalysisGroup.Dimension] = [
      .init("host", labels: results.hosts.map(\.name)), .init("prompt", length: rows.count),
      .init("width", values: results.widths.map(Double.init)), .init("layer", length: layerCount),
      .init("other_layer", length: layerCount), .init("depth", length: layerCount + 1),
      .init("place", length: leading), .init("corner_row", length: JacobianRecord.cornerSize(hidden)),
      .init("corner_column", length: JacobianRecord.cornerSize(hidden)),
      .init("entry", length: JacobianRecord.probeSize(hidden)),
      .init("measure", labels: results.measures.map(\.name)),
    ]
    if !study.variants.isEmpty {
      dimensions += [
        .init("variant", labels: study.variants.map(\.rawValue)), .init("token", length: study.tokens),
        .init("other_token", length: study.tokens),
      ]
    }
    if !study.controls.isEmpty { dimensions.append(.init("control", labels: study.controls.map(\.rawValue))) }
    return dimensions
  }

  private var comment: String {
    let hosts = study.controls.isEmpty ? 0 : study.seeds.count
    return "J of a block is the derivative of what it adds to the last token's residual stream by that token's stream "
      + "before it, J_i = U S Vᵀ. coupling is ‖ |U_jᵀ J_i V_j| − S_i ‖ / ‖S_i‖ over the first K singular vectors of "
      + "the other block j: 0 in a block's own bases, the lower the more coupled. Its null has orthonormal vectors "
      + "drawn at random in their place (\(study.draws) draws, seed \(study.seed)) and depends on K and the width: "
      + "read it against that. Untrained hosts: \(hosts) of each of "
      + "\(study.controls.isEmpty ? "no way" : study.controls.map(\.rawValue).joined(separator: ", ")). The model's "
      + "difference from them is tested over prompts, by flips of signs, and over hosts, by Student's prediction "
      + "interval of one more host; the greater probability counts, corrected for the widths, or for the measures of "
      + "the path, and it has to be beyond chance against every way. Source: \(Coupling.source)."
  }

  // MARK: Shorthands

  /// A variable over hosts, prompts and more.
  private func each(
    _ name: String, _ dimensions: [String] = [], _ meaning: String, units: String = "1", _ values: (Prompt) -> [Double]
  ) -> Variable {
    .init(
      name, ["host", "prompt"] + dimensions, meaning, units: units,
      .numbers(results.hosts.flatMap { $0.prompts.flatMap(values) }))
  }

  /// The entries of a series for each width, `[width, Jacobian, other]`.
  private func entries(_ series: Series, _ value: (CouplingRow, Int, Int) -> Double) -> [Double] {
    results.widths.indices.flatMap { width in
      series.rows.flatMap { row in series.rows.indices.map { value(row, $0, width) } }
    }
  }

  private var promptColumns: [Variable] {
    [
      .init(
        "prompt_text", ["prompt"], "the prompt",
        .texts(rows.map { ground.tokenizer?.decode($0.tokens).withoutZeros ?? "" })),
      .init("token_count", ["prompt"], "tokens of the prompt, with the one that begins it", .counts(rows.map(\.count))),
    ]
  }

  // MARK: Coupling

  private var coupling: [Variable] {
    let square = ["width", "layer", "other_layer"]
    return [
      each("coupling", square, "m_K of a layer's Jacobian in the bases U, V of another layer") {
        entries($0.depth) { $0.direct[$1][$2].norm }
      },
      each("coupling_exchanged", square, "the same with U and V of the other layer exchanged") {
        entries($0.depth) { $0.exchanged[$1][$2].norm }
      },
      each("coupling_trace", square, "the numerator of coupling over the sum of the singular values") {
        entries($0.depth) { $0.direct[$1][$2].trace }
      },
      each("coupling_exchanged_trace", square, "the numerator of coupling_exchanged over the same sum") {
        entries($0.depth) { $0.exchanged[$1][$2].trace }
      },
      each("null_by_layer", ["width", "layer"], "mean m_K of a layer's Jacobian in random bases") { prompt in
        results.widths.indices.flatMap { width in prompt.depth.rows.map { $0.null[width] } }
      },
      each("null", ["width"], "mean of null_by_layer") { prompt in results.widths.indices.map(prompt.depth.null) },
      each("mean", ["width"], "mean of coupling over all pairs of different layers") { prompt in
        results.widths.indices.map { prompt.depth.mean($0) }
      },
      each("mean_exchanged", ["width"], "mean of coupling_exchanged over all pairs of different layers") { prompt in
        results.widths.indices.map { prompt.depth.mean($0, exchanged: true) }
      },
      each("adjacent", ["width"], "mean of coupling over neighbouring layers") { prompt in
        results.widths.indices.map(prompt.depth.adjacent)
      },
    ]
  }

  // MARK: Jacobians

  private var jacobians: [Variable] {
    [
      each("singular_value", ["layer", "place"], "largest singular values of the Jacobian") {
        $0.blocks.flatMap(\.values)
      },
      each("frobenius", ["layer"], "root of the sum of squares of all entries; none where no matrix was made") {
        $0.blocks.map(\.frobenius)
      },
      each("trace", ["layer"], "sum of the diagonal; none where no matrix was made") { $0.blocks.map(\.trace) },
      each("corner", ["layer", "corner_row", "corner_column"], "first rows and columns; none where no matrix was made")
      {
        $0.blocks.flatMap(\.corner)
      },
      each("times_probe", ["layer", "entry"], "first entries of J p, p being 2u − 1 of stream 0 of seed 11") {
        $0.blocks.flatMap(\.timesProbe)
      },
      each("probe_times", ["layer", "entry"], "first entries of pᵀ J") { $0.blocks.flatMap(\.probeTimes) },
    ]
  }

  private var checks: [Variable] {
    [
      each("product_error", ["layer"], "pᵀ(J p) by forward products less (pᵀ J) p by reverse ones, over ‖J p‖ ‖p‖") {
        $0.blocks.map(\.productError)
      },
      each("singular_error", ["layer"], "greatest ‖Jᵀ u − σ v‖ over σ₁") { $0.blocks.map(\.error) },
      each("attention_rule", ["layer"], "what attention makes of its own input as a tangent, over what it adds") {
        $0.path.rules.map(\.attention)
      },
      each("mlp_rule", ["layer"], "what the MLP makes of its own input as a tangent, over what it adds") {
        $0.path.rules.map(\.mlp)
      },
      each(
        "backwards_in_time", "greatest entry of the probe's product with the Jacobian from the last token to the first"
      ) { [$0.path.backwards] },
    ]
  }

  // MARK: Paths

  private var paths: [Variable] {
    [
      each("stream_norm", ["depth"], "length of the last token's residual stream") { $0.path.path.norms },
      each("line_shape", "line-shape score: 1 for a straight line, √L for right angles") { [$0.path.path.lineShape] },
      each("line_shape_without_top", "the same with top_dimension set to 0") { [$0.path.path.lineShapeWithoutTop] },
      each("top_dimension", "the dimension with the largest share of the last stream") {
        [Double($0.path.path.topDimension)]
      },
      each("top_share", "its share of the square of the last stream's length") { [$0.path.path.topShare] },
      each("growth_variation", "variance of the steps of the logarithm of stream_norm over their squared mean") {
        [$0.path.path.growthVariation]
      },
      each("growth_variation_without_top", "the same with top_dimension set to 0") {
        [$0.path.path.growthVariationWithoutTop]
      },
      each("growth_slope", "slope of the logarithm of stream_norm on depth") { [$0.path.path.growth.slope] },
      each("growth_r2", "R² of that line") { [$0.path.path.growth.determination] },
      each("linear_cosine", "cosine of the product of all 1 + J with the first stream, and the last stream") {
        [$0.path.path.linearCosine]
      },
      each("first_last_cosine", "cosine of the first and the last stream") { [$0.path.path.firstLastCosine] },
    ]
  }

  private var fits: [Variable] {
    let start = HostCoupling.fitStart(layerCount: layerCount)
    return [
      each(
        "inverse_sigma1_slope",
        "slope of 1 / the largest singular value on depth, from block \(start) on, the first being 1"
      ) { [$0.inverseFit.slope] },
      each("inverse_sigma1_intercept", "intercept of that line") { [$0.inverseFit.intercept] },
      each("inverse_sigma1_r2", "R² of that line") { [$0.inverseFit.determination] },
    ]
  }

  private func each(_ name: String, _ meaning: String, _ values: (Prompt) -> [Double]) -> Variable {
    each(name, [], meaning, values)
  }

  // MARK: Variants

  private var variants: [Variable] {
    guard !study.variants.isEmpty else { return [] }
    let prompts = results.trained.prompts
    func variant(
      _ name: String, _ dimensions: [String], _ meaning: String, _ values: (Series) -> [Double]
    ) -> Variable {
      .init(
        name, ["variant", "prompt"] + dimensions, meaning,
        .numbers(
          study.variants.indices.flatMap { number in prompts.flatMap { values($0.series[1 + number]) } }))
    }
    let square = ["width", "token", "other_token"]
    return [
      .init(
        "position", ["prompt", "token"], "positions of the tokens that the variants compare",
        .counts(rows.flatMap { Array($0.count - study.tokens..<$0.count) })),
      variant("variant_coupling", square, "m_K of a token's Jacobian of the layer in the bases of another token's") {
        entries($0) { $0.direct[$1][$2].norm }
      },
      variant("variant_coupling_exchanged", square, "the same with U and V of the other token exchanged") {
        entries($0) { $0.exchanged[$1][$2].norm }
      },
      variant("variant_null", ["width"], "mean m_K of these Jacobians in random bases") { series in
        results.widths.indices.map(series.null)
      },
      variant("variant_frobenius", ["token"], "root of the sum of squares of all entries") { $0.frobenius },
    ]
  }

  // MARK: Comparisons

  private var comparisons: [Variable] {
    let all = results.comparisons
    var variables: [Variable] = [
      .init(
        "measure_trained", ["measure"], "mean over prompts; coupling_K is the null of neighbours less adjacent",
        .numbers(results.measures.map { measure in results.trained.prompts.map(measure.value).mean }))
    ]
    guard !study.controls.isEmpty else { return variables }
    func column(_ name: String, _ meaning: String, _ value: (HostComparison) -> Double) -> Variable {
      .init(name, ["measure", "control"], meaning, .numbers(all.flatMap { $0.map(value) }))
    }
    variables += [
      column("measure_untrained", "mean over the untrained hosts of a way and prompts", \.untrained),
      column("difference", "the model less the untrained hosts", \.difference),
      column("difference_low", "lower end of the interval of the difference over prompts", \.interval.low),
      column("difference_high", "upper end of that interval", \.interval.high),
      column("difference_deviations", "the difference over the standard deviation of untrained hosts", \.deviations),
      column("prompt_p", "two-sided probability over prompts, by flips of signs, not corrected", \.promptChance),
      column(
        "host_p", "two-sided probability over hosts, by Student's prediction interval, not corrected", \.hostChance),
      .init(
        "is_found", ["measure"], "whether the difference is beyond chance against every way, corrected",
        .truths(results.measures.indices.map { results.verdict($0) == .found })),
    ]
    return variables
  }
}
