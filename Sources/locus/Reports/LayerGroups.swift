import Basics
import Transformer

/// The layers of a model, put together by what is said of their blocks.
struct LayerGroups {
  /// Layers of which the same is said.
  struct Group {
    let text: String
    /// The numbers of the layers, ascending.
    var layers: [Int]

    /// The layers as words: runs of neighbours, of which a few are named.
    var words: String {
      var runs: [ClosedRange<Int>] = []
      for layer in layers {
        if let last = runs.last, last.upperBound == layer - 1 {
          runs[runs.count - 1] = last.lowerBound...layer
        } else {
          runs.append(layer...layer)
        }
      }
      let named = runs.prefix(Group.limit).map { run in
        run.count == 1 ? run.lowerBound.grouped : "\(run.lowerBound.grouped) to \(run.upperBound.grouped)"
      }
      let rest = runs.count > Group.limit ? ", …" : ""
      return (layers.count == 1 ? "layer " : "layers ") + named.joined(separator: ", ") + rest
    }

    private static let limit = 12
  }

  /// The groups in the order of their first layers.
  let all: [Group]

  /// Asks for the words on the block of each layer.
  init(_ model: HostShape, words: (Block) -> String) {
    var groups: [Group] = []
    var places: [String: Int] = [:]
    for (layer, block) in model.blocks.enumerated() {
      let text = words(block)
      if let place = places[text] {
        groups[place].layers.append(layer)
      } else {
        places[text] = groups.count
        groups.append(Group(text: text, layers: [layer]))
      }
    }
    all = groups
  }

  /// What is said, with the layers of which it is said where it is not said of all; empty words are left out.
  var text: String {
    guard all.count > 1 else { return all.first?.text ?? "" }
    return all.filter { !$0.text.isEmpty }.map { "\($0.text) (\($0.words))" }.joined(separator: "; ")
  }
}
