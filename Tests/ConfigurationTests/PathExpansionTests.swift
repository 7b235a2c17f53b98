import Configuration
import Testing

/// `~` and environment variables in paths.
@Suite struct PathExpansionTests {
  private let expansion = PathExpansion(variables: [
    "HOME": "/home/ada", "SCRATCH": "/scratch/ada", "A_1": "x", "NIL": "",
  ])

  @Test(arguments: [
    ("~", "/home/ada"), ("~/m", "/home/ada/m"), ("~m", "~m"), ("m/~", "m/~"), ("$SCRATCH/m", "/scratch/ada/m"),
    ("${SCRATCH}m", "/scratch/adam"), ("a$A_1/$A_1", "ax/x"), ("$", "$"), ("a$/b", "a$/b"), ("$1", "$1"),
    ("${A_1", "${A_1"), ("", ""), ("é$A_1é", "éxé"),
  ])
  func putsValuesIn(_ path: String, _ expected: String) throws {
    #expect(try expansion.expanded(path) == expected)
  }

  @Test(arguments: ["$ABSENT/m", "${ABSENT}", "$NIL/m"]) func namesTheVariableThatIsNotSet(_ path: String) {
    let problem = #expect(throws: PathExpansion.Problem.self) { try expansion.expanded(path) }
    #expect(problem?.clause.contains(path.contains("NIL") ? "variable NIL," : "variable ABSENT,") == true)
  }
}
