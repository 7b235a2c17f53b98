import Archive
import Clouds
import Geometry
import MessagePassing
import Perturbations
import Testing
import TestSupport

/// Mutants of a results file as points.
@Suite(.serialized) struct ScreenCloudTests {
  private let mutationCount = 5000
  private let inputCount = 3
  private let componentCount = 300

  private var mutations: [Mutation] {
    (0..<mutationCount).map { index in
      Mutation(
        region: Region(
          layer: index / 2500, matrix: .down, rows: index % 2500 / 2..<index % 2500 / 2 + 1, columns: 0..<8),
        kind: index % 2 == 0 ? .maximum : .zero)
    }
  }

  /// Silent on all inputs but for every third mutant, on input i where bit i of the number of thirds is set.
  private func isSilent(_ mutation: Int, _ input: Int) -> Bool { mutation % 3 != 0 || (mutation / 3) >> input & 1 == 0 }

  private func write(
    _ path: String, _ world: Communicator, components: Int, response: Bool = false, part: Provenance.Part? = nil
  ) throws {
    let recording = RecordedColumns(
      text: false, divergence: false, direction: components > 0 ? .full : .none, response: response)
    let description = ScreenDescription(
      inputs: ["story", "code", "code"].enumerated().map {
        .init(id: "\($1)-\($0)", task: $1, prompt: "Once", tokens: [1])
      },
      baseline: Array(repeating: .init(tokens: [1, 2], text: "upon", margins: [1, 2]), count: inputCount),
      mutationCount: mutationCount, unitCount: 1, stepCount: 2, componentCount: components, recording: recording,
      provenance: Provenance(
        locusVersion: "1.2.3", created: "", configuration: [], commandLine: "locus", modelName: "m", modelSHA256: "ab",
        planSHA256: "cd", rowOrder: "half_split", ranks: 1, threads: 1, blas: "", mpi: "", instructionSet: "portable",
        part: part))
    var phenotypes = description.emptyTable(rows: mutationCount)
    for mutation in 0..<mutationCount {
      for input in 0..<inputCount where !isSilent(mutation, input) {
        phenotypes.firstChange[mutation * inputCount + input] = 1
      }
    }
    if components > 0 {
      phenotypes.direction = TensorWriter.numbers(mutationCount * components, seed: 3)
      for component in 0..<components { phenotypes.direction[3 * components + component] = 0 }
      phenotypes.direction[9 * components + 7] = .nan
    }
    if response { phenotypes.response = responses(components) }
    let writer = try ResultsWriter(path: path, communicator: world, description: description)
    let isWriter = world.rank == 0
    try writer.write(
      isWriter ? phenotypes : description.emptyTable(rows: 0), mutations: isWriter ? mutations : [], at: 0)
    try writer.finish(unitSeconds: [1], unitRanks: [0])
  }

  /// None of mutants of the second layer, after which nothing answers.
  private func responses(_ components: Int) -> [Float] {
    TensorWriter.numbers(mutationCount * components, seed: 4).enumerated().map { $0 / components < 2500 ? $1 : 0 }
  }

  @Test func pointsAreResponsesWhereTheyAreRecorded() throws {
    try SharedFolder.run { (world, folder) throws in
      try write(folder.path("screen.h5"), world, components: 6, response: true)
      let results = try ResultsFile(path: folder.path("screen.h5"))
      let screens = try [nil, .response, .direction].map { try ScreenCloud(results, point: $0) }
      try results.close()
      #expect(screens.map(\.point) == [.response, .response, .direction])
      let kept = mutations.indices.filter { mutation in
        mutation < 2500 && (0..<inputCount).contains { !isSilent(mutation, $0) }
      }
      for screen in screens[..<2] {
        #expect(screen.cloud.numbers == kept && screen.cloud.losses.zero == 2500)
        #expect(screen.cloud.points.values == kept.flatMap { responses(6)[$0 * 6..<($0 + 1) * 6] })
      }
      #expect(screens[2].cloud.numbers.last ?? 0 > 2500 && screens[2].cloud.losses.zero == 1)
    }
  }

  @Test func pointsAreDirectionsAndFiringsVerdicts() throws {
    try SharedFolder.run { (world, folder) throws in
      try write(folder.path("screen.h5"), world, components: componentCount)
      let results = try ResultsFile(path: folder.path("screen.h5"))
      let screen = try ScreenCloud(results)
      try results.close()
      let (cloud, all) = (screen.cloud, mutations)
      #expect(screen.point == .direction)
      let kept = all.indices.filter { mutation in
        ![3, 9].contains(mutation) && (0..<inputCount).contains { !isSilent(mutation, $0) }
      }
      #expect(cloud.numbers == kept && screen.mutations == kept.map { all[$0] })
      #expect(cloud.layers == kept.map { $0 / 2500 })
      let directions = TensorWriter.numbers(mutationCount * componentCount, seed: 3)
      #expect(
        cloud.points.values == kept.flatMap { directions[$0 * componentCount..<($0 + 1) * componentCount] })
      #expect(
        cloud.firings
          == FiringRecord(
            documentCount: inputCount,
            documentsOfFeatures: kept.map { mutation in
              (0..<Int32(inputCount)).filter { !isSilent(mutation, Int($0)) }
            }))
      #expect(cloud.documents?.names == ["story-0", "code-1", "code-2"])
      #expect(cloud.documents?.groups == ["story", "code", "code"])
      #expect(cloud.losses.pointCount == mutationCount && cloud.losses.zero == 1 && cloud.losses.notFinite == 1)
      #expect(cloud.losses.neverFiring == mutationCount - kept.count - 2)
    }
  }

  @Test func screensWithoutDirectionsAndPartsAreRefused() throws {
    try SharedFolder.run { (world, folder) throws in
      try write(folder.path("bare.h5"), world, components: 0)
      let part = Provenance.Part(index: 1, of: 2, firstMutation: 0, planMutationCount: 9000)
      try write(folder.path("part.h5"), world, components: 4, part: part)
      for (name, words) in [("bare.h5", "record.direction"), ("part.h5", "part 1 of 2")] {
        let sentence = refusal {
          let results = try ResultsFile(path: folder.path(name))
          return try ScreenCloud(results)
        }
        #expect(sentence.contains(words) && sentence.contains(name), "\(sentence)")
      }
      try write(folder.path("old.h5"), world, components: 4)
      let sentence = refusal {
        let results = try ResultsFile(path: folder.path("old.h5"))
        return try ScreenCloud(results, point: .response)
      }
      #expect(sentence.contains("the responses of") && sentence.contains("record.response"), "\(sentence)")
    }
  }
}
