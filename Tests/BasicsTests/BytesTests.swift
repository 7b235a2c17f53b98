import Basics
import Testing

struct BytesTests {
  @Test func numbersAreWrittenLowestByteFirst() {
    #expect(UInt64(0x0102_0304).littleEndianBytes == [4, 3, 2, 1, 0, 0, 0, 0])
    #expect(UInt64(littleEndianBytes: [4, 3, 2, 1, 0, 0, 0, 0xff][...]) == 0xff00_0000_0102_0304)
    #expect(Int32(littleEndianBytes: Int32(-5).littleEndianBytes) == -5)
    [UInt8](0..<8).withUnsafeBytes { #expect($0.littleEndian(at: 3, as: UInt16.self) == 0x0403) }
  }

  @Test func numbersComeBackFromTheirMemory() {
    let numbers = [1.5, -2, .infinity]
    #expect([Double](memoryBytes: numbers.memoryBytes) == numbers)
    #expect([Double](memoryBytes: numbers.memoryBytes.dropLast()) == [1.5, -2])
    #expect([Int32](memoryBytes: [UInt8]()).isEmpty)
  }

  @Test func aHashIsThatOfThePartsTogether() {
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    #expect(SHA256.hexadecimal(of: Array("abc".utf8)) == abc)
    let parts = ["a", "", "bc"].map { Array($0.utf8) }
    parts[0].withUnsafeBytes { first in
      parts[2].withUnsafeBytes { last in #expect(SHA256.hexadecimal(of: [first, last]) == abc) }
    }
  }
}
