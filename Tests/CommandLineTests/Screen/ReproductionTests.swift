import Foundation
import Testing
import TestSupport

/// A results file says what it takes to make its random mutants and samples again: another program does.
@Suite(.serialized, .enabled(if: Workbench.hasPython, "skipped: make python makes what it needs"))
struct ReproductionTests {
  private static let kinds = ["signed", "shuffle", "noise"]

  private static let configuration = """
    model: model
    inputs: inputs.jsonl
    continuation: {tokens: 12, temperature: 0.8, seed: 987654321012345678}
    mutations: {region: [48, 40], matrices: [k, down], layers: [0, 3], kinds: [signed, shuffle, noise: 1.5]}

    """

  /// Random numbers and new weights, from the comments of the file alone: writes a model with the mutants' weights for
  /// some non-silent mutations of each kind, and beside it what the mutants say.
  private static let mutants = """
    import json, math, os, struct, sys
    import h5py, numpy
    folder = sys.argv[1]
    def philox(seed, counter):
        key, c = [seed & 0xffffffff, seed >> 32], list(counter)
        for _ in range(10):
            first, second = c[0] * 0xD2511F53, c[2] * 0xCD9E8D57
            c = [second >> 32 ^ c[1] ^ key[0], second & 0xffffffff, first >> 32 ^ c[3] ^ key[1], first & 0xffffffff]
            key = [key[0] + 0x9E3779B9 & 0xffffffff, key[1] + 0xBB67AE85 & 0xffffffff]
        return c
    # The published test vector of the generator.
    assert philox(0x299f31d0a4093822, [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344]) == [
        0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]
    def whole(words, n): return (words[0] << 32 | words[1]) * n >> 64
    def normal(words):
        u = [(word + 0.5) / 2**32 for word in words]
        return math.sqrt(-2 * math.log(u[0])) * math.cos(2 * math.pi * u[1])
    with open(folder + "/model/model.safetensors", "rb") as file:
        raw = file.read()
    length = struct.unpack("<Q", raw[:8])[0]
    header, data = json.loads(raw[8:8 + length]), raw[8 + length:]
    header.pop("__metadata__", None)
    def tensor(name):
        entry = header[name]
        assert entry["dtype"] == "BF16"
        halves = numpy.frombuffer(data[slice(*entry["data_offsets"])], "<u2").astype("<u4") << 16
        return halves.view("<f4").reshape(entry["shape"])
    def write(path, name, weights):
        os.makedirs(path)
        new, blobs, end = {}, [], 0
        for key in header:
            values = (weights if key == name else tensor(key)).astype("<f4").tobytes()
            new[key] = {"dtype": "F32", "shape": header[key]["shape"], "data_offsets": [end, end + len(values)]}
            blobs.append(values)
            end += len(values)
        text = json.dumps(new).encode()
        with open(path + "/model.safetensors", "wb") as file:
            file.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))
        for other in ("config.json", "generation_config.json", "tokenizer.json"):
            with open(folder + "/model/" + other, "rb") as source, open(path + "/" + other, "wb") as target:
                target.write(source.read())
    def mutate(seed, weights, kind, row, column, rows, columns, value, m):
        old = weights.copy()
        if kind == "signed":
            largest, smallest = old.max(), old.min()
            assert value == (largest if abs(largest) >= abs(smallest) else smallest)
            for i in range(row, row + rows):
                weights[i, column:column + columns] = -value if whole(philox(seed, (i, column, m, 0)), 2) else value
        elif kind == "shuffle":
            moved = list(old[row:row + rows, column:column + columns].reshape(-1))
            for i in range(len(moved) - 1, 0, -1):
                j = whole(philox(seed, (row, column, m, i)), i + 1)
                moved[i], moved[j] = moved[j], moved[i]
            weights[row:row + rows, column:column + columns] = numpy.reshape(moved, (rows, columns))
        else:
            every = old.astype("f8")
            deviation = math.sqrt(((every - every.mean()) ** 2).mean())
            for i in range(row, row + rows):
                for j in range(column, column + columns):
                    weights[i, j] = float(old[i, j]) + value * deviation * normal(philox(seed, (i, j, m, 0)))
    def text(value): return value.decode() if isinstance(value, bytes) else value
    with h5py.File(folder + "/out.h5") as file:
        seed = int(text(file.attrs["seed"]))
        assert seed == 987654321012345678 and abs(file.attrs["temperature"] - 0.8) < 1e-7
        for word in ("Philox4x32-10", "w0", "sqrt(-2 ln"):
            assert word in text(file.attrs["random_numbers"]), word
        for place, word in (("mutation", "signed: all weights"), ("mutation", "Fisher and Yates"),
                            ("mutation", "noise: "),
                            ("baseline/tokens", "Gumbel"), ("phenotype/tokens", "Gumbel"), ("drive", "never read"),
                            ("phenotype/divergence", "temperature 1"), ("phenotype/direction", "1886547818"),
                            ("phenotype/response", "enters"), ("phenotype/margin", "Not a number"),
                            ("phenotype/first_change", "not finite")):
            assert word in text(file[place].attrs["comment"]), (place, word)
        mutation = {name: file["mutation/" + name][:] for name in
                    "layer matrix row column rows columns kind value".split()}
        meanings = text(file["mutation/kind"].attrs["flag_meanings"]).split()
        matrices = text(file["mutation/matrix"].attrs["flag_meanings"]).split()
        change, tokens = file["phenotype/first_change"][:], file["phenotype/tokens"][:]
        baseline = file["baseline/tokens"][:]
    said = {}
    for kind in ("signed", "shuffle", "noise"):
        own = [i for i in range(len(change)) if meanings[mutation["kind"][i]] == kind]
        # Those that part first say most of their own.
        own = sorted((i for i in own if (change[i] >= 0).all()), key=lambda i: change[i].sum())[:2]
        assert len(own) == 2, kind
        for number, i in enumerate(own):
            layer, matrix = int(mutation["layer"][i]), matrices[mutation["matrix"][i]]
            part = "self_attn" if matrix in "qkvo" else "mlp"
            name = f"model.layers.{layer}.{part}.{matrix}_proj.weight"
            weights = tensor(name).copy()
            m = int(mutation["kind"][i]) << 24 | int(mutation["matrix"][i]) << 16 | layer
            mutate(seed, weights, kind, *(int(mutation[key][i]) for key in ("row", "column", "rows", "columns")),
                   float(mutation["value"][i]), m)
            write(f"{folder}/{kind}-{number}", name, weights)
            # What another seed makes of the same region says something else: the comparison can fail.
            others = tensor(name).copy()
            mutate(seed + 1, others, kind, *(int(mutation[key][i]) for key in ("row", "column", "rows", "columns")),
                   float(mutation["value"][i]), m)
            write(f"{folder}/{kind}-{number}-other", name, others)
            said[f"{kind}-{number}"] = [
                (tokens[i] if change[i, put] >= 0 else baseline)[put].tolist() for put in range(len(baseline))]
    with open(folder + "/said.json", "w") as file:
        json.dump(said, file)
    """

  /// The baselines of the models with mutated weights are what the mutants say.
  private static let comparison = """
    import json, sys
    import h5py
    folder = sys.argv[1]
    with open(folder + "/said.json") as file:
        said = json.load(file)
    assert len(said) == 6
    def baseline(name):
        with h5py.File(f"{folder}/{name}.h5") as file:
            return file["baseline/tokens"][:].tolist()
    for name, tokens in said.items():
        assert baseline(name) == tokens, (name, baseline(name), tokens)
    others = sum(baseline(name + "-other") != tokens for name, tokens in said.items())
    assert others >= 5, others
    """

  @Test func mutantsAreMadeAgain() throws {
    try Workbench.run { bench in
      try bench.write("screen.yaml", ReproductionTests.configuration)
      let screened = try bench.screen()
      #expect(screened.status == 0, "\(screened.errors)")
      let python = Program(Workbench.python)
      let made = try python.run(["-c", ReproductionTests.mutants, bench.folder])
      try #require(made.status == 0, "\(made.errors)")
      let names = ReproductionTests.kinds.flatMap { ["\($0)-0", "\($0)-1"] }
      for name in names + names.map({ $0 + "-other" }) {
        let configuration = ReproductionTests.configuration.replacing("model: model", with: "model: \(name)")
          .replacing("down], layers: [0, 3]", with: "down], sample: 1, layers: [0, 3]")
        try bench.write("screen.yaml", configuration)
        let again = try bench.screen(output: name + ".h5")
        #expect(again.status == 0, "\(again.errors)")
      }
      let compared = try python.run(["-c", ReproductionTests.comparison, bench.folder])
      #expect(compared.status == 0, "\(compared.errors)")
    }
  }
}
