import Foundation
import StrictJSON
import Testing
import TestSupport

/// Random damage: a text is read or refused, and Foundation's reader agrees where it is as strict.
struct DamageTests {
  private static let original = Array(
    #"{"a":{"dtype":"F32","shape":[2,-3],"x":[0,24.5e1]},"\u00e9\ud83d\ude00é\n":[true,false,null],"b":""}"#.utf8)
  /// Such that inserted bytes often leave JSON that is still well formed.
  private static let characters = Array("0123456789-+.eE,:[]{}\"\\ \nantuFBé".utf8)

  private func damaged(_ generator: inout SeededNumbers) -> [UInt8] {
    var bytes = Self.original
    for _ in 0...Int.random(in: 0..<3, using: &generator) {
      let place = Int.random(in: 0..<bytes.count, using: &generator)
      let character = Self.characters.randomElement(using: &generator) ?? 0
      switch Int.random(in: 0..<3, using: &generator) {
      case 0: bytes[place] = character
      case 1: bytes.insert(character, at: place)
      default: bytes.remove(at: place)
      }
    }
    return bytes
  }

  @Test func damagedTexts() throws {
    var generator = SeededNumbers(seed: 1)
    var readCount = 0
    for _ in 0..<20_000 {
      let bytes = damaged(&generator)
      let isJSON = (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil
      do {
        _ = try read(bytes)
        readCount += 1
        #expect(isJSON, "\(String(decoding: bytes, as: UTF8.self))")
      } catch JSONError.duplicateName {
        // Foundation drops one of the two.
      } catch JSONError.malformed(let seen, _, _) where seen == "']'" || seen == "'}'" {
        // Foundation lets a comma stand before the end of a list or an object.
      } catch {
        #expect(!isJSON, "\(error): \(String(decoding: bytes, as: UTF8.self))")
      }
    }
    #expect((1_000..<19_000).contains(readCount))
  }

  @Test func cutTexts() throws {
    for count in 0..<Self.original.count {
      _ = try refusal(Array(Self.original[..<count]))
    }
    #expect(try read(Self.original).members?.count == 3)
  }
}
