import Basics
import Testing

/// Expected numbers are those of NumPy's unsigned integers and floats.
struct MixedStreamTests {
  @Test func streamsHaveTheirNumbers() {
    let first = MixedStream(seed: 1, stream: 0)
    #expect((0..<3).map(first.uniform) == [0.6935121390102292, 0.9717668398552313, 0.4265688115847973])
    let other = MixedStream(seed: 3, stream: 7)
    #expect((0..<2).map(other.uniform) == [0.7667082472367265, 0.9028130163325729])
    #expect(first.signed(2, bound: 0.5) == (2 * 0.4265688115847973 - 1) * 0.5)
    #expect(other.bits(0) == UInt64(0.7667082472367265 * 0x1p53))
  }

  @Test func normalsAreThoseOfPairs() {
    let stream = MixedStream(seed: 7, stream: 2)
    for (place, value) in [-1.0279620801479181, 0.208456423481386, -0.6784013606290323].enumerated() {
      #expect(abs(stream.normal(place) - value) < 1e-14)
    }
  }

  @Test func theOrderIsThatOfTheNumbers() {
    let stream = MixedStream(seed: 1, stream: 4)
    #expect(stream.order(10) == [4, 6, 5, 8, 7, 1, 0, 3, 2, 9])
    let order = stream.order(1000)
    #expect(order.sorted() == Array(0..<1000))
    #expect(zip(order, order.dropFirst()).allSatisfy { stream.uniform($0) <= stream.uniform($1) })
  }
}
