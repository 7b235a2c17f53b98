import COniguruma

/// A regular expression with the meaning that Hugging Face tokenizers give it, which is Oniguruma's.
///
/// A file's expression may be hostile: searches that go back too often, pile up too much or take too long are given up
/// with an `ExpressionFailure`.
final class Expression: @unchecked Sendable {
  private static let lengthLimit = 1 << 16
  /// As many as Oniguruma's own default for one match; it holds for all places of one search here.
  private static let retryLimit: UInt = 10_000_000
  /// About 64 MB.
  private static let frameLimit: UInt32 = 1 << 20
  private static let secondsLimit = Duration.seconds(60)
  private static let isStarted = oniguruma_start() == ONIG_NORMAL

  private let compiled: OnigRegex

  /// Compiles `text`; throws an `ExpressionFailure` that says what is wrong with it.
  init(_ text: String) throws {
    guard Self.isStarted else { throw ExpressionFailure("the library Oniguruma does not start") }
    let bytes = Array(text.utf8)
    guard bytes.count <= Self.lengthLimit else {
      throw ExpressionFailure("it has \(bytes.count) bytes, and at most \(Self.lengthLimit) are read")
    }
    // A byte more, so that the empty expression has an address too.
    compiled = try (bytes + [0]).withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { throw ExpressionFailure(Self.sentence(of: ONIGERR_MEMORY)) }
      var compiled: OnigRegex?
      var information = OnigErrorInfo()
      let status = oniguruma_compile(&compiled, start, start + bytes.count, &information)
      guard status == ONIG_NORMAL, let compiled else {
        // The information points into the text.
        throw ExpressionFailure(Self.sentence(of: status, &information))
      }
      return compiled
    }
  }

  deinit { onig_free(compiled) }

  // MARK: Searching

  /// Returns the ranges of all matches in `text`, valid UTF-8, from the left and without overlap.
  ///
  /// An empty match at the end of the match before it does not count.
  func matches(in text: ArraySlice<UInt8>) throws -> [Range<Int>] {
    guard let region = onig_region_new(), let limits = oniguruma_limits(Self.frameLimit, Self.retryLimit) else {
      throw ExpressionFailure("there is no memory for a search")
    }
    defer {
      onig_region_free(region, 1)
      onig_free_match_param(limits)
    }
    let matches = try text.withUnsafeBufferPointer { try search($0, region, limits) }
    return matches.map { $0.lowerBound + text.startIndex..<$0.upperBound + text.startIndex }
  }

  private func search(
    _ text: UnsafeBufferPointer<UInt8>, _ region: UnsafeMutablePointer<OnigRegion>, _ limits: OpaquePointer
  ) throws -> [Range<Int>] {
    // Callers cut no empty texts; there would be nothing to find in one.
    guard let start = text.baseAddress, !text.isEmpty else { return [] }
    let end = start + text.count
    let clock = ContinuousClock()
    let deadline = clock.now + Self.secondsLimit
    var matches: [Range<Int>] = []
    var position = 0
    while position <= text.count {
      let status = onig_search_with_param(
        compiled, start, end, start + position, end, region, ONIG_OPTION_NONE, limits)
      if status == ONIG_MISMATCH { break }
      guard status >= 0 else { throw ExpressionFailure(Self.sentence(of: status)) }
      guard clock.now < deadline else { throw ExpressionFailure("it takes longer than \(Self.secondsLimit)") }
      // `\K` can move a match's start back to before the place where the search began.
      let last = matches.last?.upperBound
      let match = Int(region.pointee.beg[0])..<max(Int(region.pointee.beg[0]), Int(region.pointee.end[0]))
      if match.isEmpty, match.upperBound == last {
        position += position < text.count ? Self.width(of: text[position]) : 1
        continue
      }
      position = max(position, match.upperBound)
      matches.append(max(match.lowerBound, last ?? 0)..<max(match.upperBound, last ?? 0))
    }
    return matches
  }

  private static func width(of first: UInt8) -> Int {
    first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
  }

  /// The library's sentence for an error. Some errors of compiling name a part of the expression, and need the
  /// information.
  private static func sentence(of status: Int32, _ information: UnsafeMutablePointer<OnigErrorInfo>? = nil) -> String {
    var text = [UInt8](repeating: 0, count: Int(ONIG_MAX_ERROR_MESSAGE_LEN))
    let count = text.withUnsafeMutableBufferPointer { oniguruma_message($0.baseAddress, status, information) }
    return "Oniguruma says: " + text.prefix(max(0, Int(count))).text
  }
}

/// Why an expression cannot be compiled, or a search was given up: a clause.
struct ExpressionFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
