import Basics
import Transformer

/// A continuation that is to be sampled.
public struct SampleRequest: Equatable, Sendable {
  /// The tokens before it.
  public let prompt: [Int32]
  /// What keys it: the token at step s is that of `PortableRandom.uniform("KEY:s")`.
  public let key: String
  /// The steps whose tokens are drawn; their number may be 0.
  public let steps: Range<Int>

  /// A continuation of a prompt.
  public init(_ prompt: [Int32], key: String, steps: Range<Int>) {
    self.prompt = prompt
    self.key = key
    self.steps = steps
  }
}

extension StudyGround {
  /// Sequences that are decoded together in one piece, at most.
  private static let sequencesOfPiece = 16

  /// Samples continuations, under an edit of the model if there is one, through whatever token would end them.
  ///
  /// Cost: a pass over all their tokens, with readout, and over each prompt; neighbours with the same prompt share it.
  public func continuations(
    _ requests: [SampleRequest], by sampling: PortableSampling, under edit: (any Hook)? = nil,
    phase: String = "sampling continuations"
  ) throws -> [[Int32]] {
    let parts = parts(requests)
    let pieces = try stages.evaluate(
      phase,
      costs: parts.map { part in
        let own = requests[part]
        let tokens = own.count * own[part.lowerBound].steps.count + Set(own.map(\.prompt)).reduce(0) { $0 + $1.count }
        return StudyCost.pass(shape, tokens: tokens, readout: true)
      },
      sizes: parts.map { $0.count * requests[$0.lowerBound].steps.count }
    ) { piece in
      let own = Array(requests[parts[piece]])
      guard !own[0].steps.isEmpty else { return [] }
      return continued(own, by: sampling, edit).flatMap { $0.map(Double.init) }
    }
    return try parts.indices.flatMap { piece in
      let numbers = try pieces[piece].map { Int32($0) }
      let count = requests[parts[piece].lowerBound].steps.count
      return (0..<parts[piece].count).map { place in
        Array(numbers[place * count..<(place + 1) * count])
      }
    }
  }

  /// Neighbours of as many steps that are decoded together. Which these are depends on the requests and the shape
  /// alone.
  private func parts(_ requests: [SampleRequest]) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    for (index, request) in requests.enumerated() {
      let tokens = request.prompt.count + request.steps.count
      let limit = max(1, min(Self.sequencesOfPiece, StudyCost.pieceTokens(shape) / tokens))
      if let last = parts.last, last.count < limit, requests[last.lowerBound].steps.count == request.steps.count {
        parts[parts.count - 1] = last.lowerBound..<index + 1
      } else {
        parts.append(index..<index + 1)
      }
    }
    return parts
  }

  private func continued(_ requests: [SampleRequest], by sampling: PortableSampling, _ hook: (any Hook)?) -> [[Int32]] {
    let generation = Generation(pass: pass, stepCount: requests[0].steps.count, endTokens: []) { logits, input, step in
      let request = requests[input]
      let uniform = PortableRandom.uniform("\(request.key):\(request.steps.lowerBound + step)")
      return Sampling.Choice(token: sampling.token(logits, at: uniform), margin: .nan)
    }
    var (prompts, branches) = ([[Int32]](), [[Int]]())
    for (number, request) in requests.enumerated() {
      if prompts.last == request.prompt {
        branches[branches.count - 1].append(number)
      } else {
        prompts.append(request.prompt)
        branches.append([number])
      }
    }
    return generation.continuations(of: prompts, branches: branches, hook: hook).map(\.tokens)
  }
}
