import Hosts
import Perturbations
import Screen
import Testing
import Transformer

/// The mutations that a configuration asks of a model.
struct PlanTests {
  @Test func plansTheDemo() throws {
    let configuration = try ScreenConfiguration.load(path: ConfigurationTests.root.path + "/configs/demo.yaml")
    #expect(configuration.modelPath == ConfigurationTests.root.path + "/configs/demo/model")
    #expect(configuration.inputsPerTask == 3)
    #expect(configuration.stepCount == 32)
    #expect(configuration.temperature == 0)
    #expect(configuration.recording == RecordedColumns(text: true, divergence: true, direction: .full))
    // Row blocks times column blocks of q, k, v, o, gate, up, down; three kinds; four layers.
    let regions = 8 * 8 + 4 * 8 + 4 * 8 + 8 * 8 + 24 * 8 + 24 * 8 + 8 * 24
    #expect(try configuration.plan(for: ConfigurationTests.demoShape()).mutationCount == regions * 3 * 4)
    #expect(regions * 3 * 4 == 9_216)
  }

  @Test func plansAsTheConfigurationSays() throws {
    let text = ConfigurationTests.minimal(
      "  matrices: [down, k]", "  layers: [3, 1]", "  kinds: [zero]", "  sample: 100")
    let shape = try ConfigurationTests.demoShape()
    let plan = try ConfigurationTests.parse(text + "continuation: {seed: 5}\n").plan(for: shape)
    #expect(plan.mutationCount == 100)
    let space = try #require(plan.space)
    #expect(space.layers == [1, 3])
    #expect(space.matrices == [.k, .down])
    #expect(space.kinds == [.zero])
    #expect(space.region == RegionSize(rows: 2, columns: 3))
    let other = try ConfigurationTests.parse(text + "continuation: {seed: 6}\n").plan(for: shape)
    #expect((0..<100).map { plan.mutation(at: $0) } != (0..<100).map { other.mutation(at: $0) })
  }

  @Test func plansThatTheModelDoesNotAllowAreRefused() throws {
    let shape = try ConfigurationTests.demoShape()
    func sentence(_ text: String, _ shape: HostShape) throws -> String {
      try #require(ConfigurationTests.sentence { try ConfigurationTests.parse(text).plan(for: shape) })
    }
    #expect(
      try sentence(ConfigurationTests.minimal("  layers: [0, 31]"), shape)
        == "configs/x.yaml: line 5: mutations.layers: the model has no layer 31; use layers from 0 to 3")
    let whole = "model: m\ninputs: i\nmutations:\n  region: [1000, 1000]\n"
    #expect(try ConfigurationTests.parse(whole + "  sample: 84\n").plan(for: shape).mutationCount == 84)
    let sample = try sentence(whole + "  sample: 85\n", shape)
    #expect(sample.contains("line 5: mutations.sample: a sample of 85 is larger than all 84 mutations"))
    #expect(try ConfigurationTests.parse(whole + "record: {direction: 128}\n").plan(for: shape).mutationCount == 84)
    let direction = try sentence(whole + "record: {direction: 129}\n", shape)
    #expect(direction.contains("line 5: record.direction: 129 components"))
    var decoder = try GatedDecoder.load(path: ConfigurationTests.root.path + "/configs/demo/model")
    (decoder.hiddenSize, decoder.intermediateSize, decoder.layerCount) = (1 << 24, 1 << 24, 1 << 16)
    let huge = decoder.shape
    let ones = "model: m\ninputs: i\nmutations:\n  region: [1, 1]\n"
    #expect(try sentence(ones, huge).contains("line 4: mutations.region: this asks for more than 1073741824 mutations"))
    #expect(try sentence(ones + "  sample: 10\n", huge).contains("line 5: mutations.sample: this asks for more"))
    #expect(try sentence(ones + "  layers: [0]\n", huge).contains("line 4: mutations.region: this asks for more"))
  }

  @Test func plansTheFirstLevelOfARefinement() throws {
    let text = "model: m\ninputs: i\nmutations: {refine: [64, 16], kinds: [zero], layers: [0], matrices: [q]}\n"
    let configuration = try ConfigurationTests.parse(text)
    #expect(try configuration.plan(for: ConfigurationTests.demoShape()).mutationCount == 4)
    let levels = configuration.levels(output: "out/screen.h5")
    #expect(levels.map(\.path) == ["out/screen.64x64.h5", "out/screen.h5"])
    #expect(levels.map(\.isLast) == [false, true] && levels.map { $0.size?.description } == ["64 × 64", "16 × 16"])
    #expect(
      try ConfigurationTests.parse(ConfigurationTests.minimal()).levels(output: "screen").map(\.path) == ["screen"])
  }
}
