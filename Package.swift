// swift-tools-version: 6.0
import Foundation
import PackageDescription

// pkg-config names of the C libraries. A cluster's modules often use others:
//     LOCUS_MPI_PKG=ompi LOCUS_HDF5_PKG=hdf5 LOCUS_BLAS_PKG=openblas64 swift build -c release
// An empty name skips pkg-config: the compiler then finds headers and libraries through CPATH and LIBRARY_PATH.
// LOCUS_MPI_LIBRARY is the MPI library as the linker calls it: "mpi", or "mpich" where Debian's MPICH is meant, which
// is then also what pkg-config is asked for.
func pkgConfigName(_ variable: String, default name: String) -> String? {
  let value = Context.environment[variable] ?? name
  return value.isEmpty ? nil : value
}

let mpiLibrary = Context.environment["LOCUS_MPI_LIBRARY"] ?? "mpi"
let isMPICH = mpiLibrary == "mpich"

let kernelSettings: [CSetting] = [.unsafeFlags(["-O3", "-fno-math-errno", "-Wall", "-Wextra", "-Werror"])]
let signalSettings: [CSetting] = [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]
let strict: [SwiftSetting] = [.unsafeFlags(["-warnings-as-errors"])]

/// The readme in a module's folder, if it has one; it is no source.
func readme(_ name: String) -> [String] {
  let path = "\(Context.packageDirectory)/Sources/\(name)/README.md"
  return FileManager.default.fileExists(atPath: path) ? ["README.md"] : []
}

/// One module of ours and its arrows.
func module(
  _ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil, library: String? = nil
) -> Target {
  .target(
    name: name, dependencies: dependencies, exclude: readme(name), resources: resources, swiftSettings: strict,
    linkerSettings: library.map { [.linkedLibrary($0)] })
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: dependencies + [.target(name: name)], exclude: exclude, swiftSettings: strict)
}

// Fuzzing needs flags that no other build may have: `make fuzz` sets the variable and builds into a folder of its own.
let fuzzing = Context.environment["LOCUS_FUZZ"] != nil
let fuzzTargets: [Target] =
  fuzzing
  ? [
    .executableTarget(
      name: "locus-fuzz",
      dependencies: [
        "Archive", "CHDF5", "Clouds", "Drawing", "Findings", "FindingsSupport", "Geometry", "Hosts", "Inputs",
        "MessagePassing", "Perturbations", "Report", "Runs", "Screen", "Studies", "TestSupport", "Tokenizers",
        "Transformer", "Weights",
      ],
      path: "Tests/Fuzz", exclude: ["Seeds", "Dictionaries", "run"],
      // The entry is libFuzzer's.
      swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])
  ] : []

let package = Package(
  name: "locus",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "locus", targets: ["locus"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.0.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
  ],
  targets: [
    // Row 0: C.
    .systemLibrary(
      name: "CBLAS", pkgConfig: pkgConfigName("LOCUS_BLAS_PKG", default: "openblas"),
      providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(
      name: "CMPI", pkgConfig: pkgConfigName("LOCUS_MPI_PKG", default: isMPICH ? "mpich" : "ompi-c"),
      providers: [.apt([isMPICH ? "libmpich-dev" : "libopenmpi-dev"])]),
    .systemLibrary(
      name: "CHDF5", pkgConfig: pkgConfigName("LOCUS_HDF5_PKG", default: isMPICH ? "hdf5-mpich" : "hdf5-openmpi"),
      providers: [.apt([isMPICH ? "libhdf5-mpich-dev" : "libhdf5-openmpi-dev"])]),
    .systemLibrary(
      name: "COniguruma", pkgConfig: pkgConfigName("LOCUS_ONIGURUMA_PKG", default: "oniguruma"),
      providers: [.apt(["libonig-dev"])]),
    .systemLibrary(
      name: "CUtf8proc", pkgConfig: pkgConfigName("LOCUS_UTF8PROC_PKG", default: "libutf8proc"),
      providers: [.apt(["libutf8proc-dev"])]),
    .systemLibrary(
      name: "CPNG", pkgConfig: pkgConfigName("LOCUS_PNG_PKG", default: "libpng"), providers: [.apt(["libpng-dev"])]),
    .target(name: "CKernels", exclude: ["kernels"] + readme("CKernels"), cSettings: kernelSettings),
    .target(name: "CSignals", exclude: readme("CSignals"), cSettings: signalSettings),
    // Row 0: Swift.
    module("Basics", ["CKernels"]),
    module("StrictJSON", ["Basics"]),
    // Row 1.
    module("LinearAlgebra", ["Basics", "CBLAS", "CKernels"]),
    module("MessagePassing", ["Basics", "CMPI"], library: mpiLibrary),
    module("Weights", ["Basics", "CKernels", "CSignals", "StrictJSON"]),
    module("Configuration", ["Basics", .product(name: "Yams", package: "Yams")]),
    // Row 2.
    module("Tokenizers", ["Basics", "COniguruma", "CUtf8proc", "StrictJSON", "Weights"]),
    module("HDF5", ["Basics", "CHDF5", "MessagePassing"]),
    module("Transformer", ["Basics", "CKernels", "LinearAlgebra", "Weights"]),
    module("Geometry", ["Basics", "CKernels", "LinearAlgebra", "MessagePassing"]),
    module("Statistics", ["Basics"]),
    module("Texts", []),
    module("Drawing", ["Basics", "LinearAlgebra"]),
    // Row 3.
    module("Hosts", ["Basics", "Configuration", "MessagePassing", "StrictJSON", "Transformer", "Weights"]),
    module("Perturbations", ["Basics", "CKernels", "LinearAlgebra", "StrictJSON", "Transformer", "Weights"]),
    module(
      "Inputs",
      ["Basics", "CPNG", "Configuration", "MessagePassing", "StrictJSON", "Tokenizers", "Transformer", "Weights"]),
    module("Training", ["Basics", "LinearAlgebra", "MessagePassing"]),
    // Row 4.
    module("Archive", ["Basics", "HDF5", "MessagePassing", "Perturbations", "Statistics", "Transformer"]),
    module("Runs", ["Basics", "CSignals", "MessagePassing"]),
    // Row 5.
    module(
      "Screen",
      [
        "Archive", "Basics", "CKernels", "Configuration", "Hosts", "Inputs", "LinearAlgebra", "MessagePassing",
        "Perturbations", "Runs", "Tokenizers", "Transformer", "Weights",
      ]),
    // A client of Screen's preparations.
    module(
      "Forecast",
      [
        "Archive", "Basics", "CKernels", "Drawing", "LinearAlgebra", "MessagePassing", "Perturbations", "Runs",
        "Screen", "Transformer", "Weights",
      ]),
    module(
      "Clouds",
      [
        "Archive", "Basics", "Geometry", "HDF5", "Inputs", "LinearAlgebra", "Perturbations",
        "StrictJSON", "Transformer", "Weights",
      ]),
    module(
      "Findings",
      [
        "Archive", "Basics", "Drawing", "Geometry", "Hosts", "LinearAlgebra", "MessagePassing", "Perturbations",
        "Statistics", "Texts", "Transformer", "Weights",
      ]),
    module("Atlas", ["Archive", "Basics", "Drawing", "Perturbations", "Statistics", "Transformer"]),
    module(
      "ModelTraining",
      [
        "Basics", "CKernels", "Configuration", "Hosts", "Inputs", "LinearAlgebra", "MessagePassing", "Runs",
        "Tokenizers", "Training", "Transformer", "Weights",
      ]),
    // Templates go into the program itself: clusters copy one file, and a folder of resources would be left behind.
    module(
      "Report",
      [
        "Archive", "Atlas", "Basics", "Drawing", "Findings", "Forecast", "Perturbations", "Studies", "Transformer",
        .product(name: "Mustache", package: "swift-mustache"),
      ],
      resources: [
        "Templates/page.mustache", "Templates/exhibit.mustache", "Templates/figure.mustache", "Templates/set.mustache",
        "Templates/table.mustache", "Templates/gallery.mustache", "Templates/sentences.mustache", "Templates/page.css",
        "Scripts/page.js", "Scripts/words.js", "Scripts/tables.js", "Scripts/figures.js", "Scripts/screen.js",
        "Scripts/search.js", "Scripts/cloud.js", "Scripts/zoom.js",
      ].map {
        .embedInCode("Page/" + $0)
      }),
    // Row 6.
    module(
      "Studies",
      [
        "Archive", "Basics", "CKernels", "Clouds", "Configuration", "Drawing", "Geometry", "Hosts", "Inputs",
        "LinearAlgebra", "MessagePassing", "Perturbations", "Runs", "Statistics", "StrictJSON", "Texts", "Tokenizers",
        "Training", "Transformer", "Weights",
      ]),
    // Row 7.
    .executableTarget(
      name: "locus",
      dependencies: [
        "Archive", "Atlas", "Basics", "CKernels", "CSignals", "Clouds", "Drawing", "Findings", "Forecast", "Geometry",
        "Hosts", "LinearAlgebra", "Manual", "MessagePassing", "ModelTraining", "Perturbations", "Report", "Runs",
        "Screen", "Statistics", "Studies", "Transformer", "Weights",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      exclude: readme("locus") + ["Manual"],
      swiftSettings: strict),
    // The manual goes into the program itself, as templates do. A module of its own, because bytes are slow to compile.
    .target(
      name: "Manual", path: "Sources/locus/Manual",
      resources: [
        "map", "commands", "screen", "mutations", "models", "results", "findings", "analysis", "geometry", "studies",
        "study-files", "forecast", "training", "running", "extending",
      ].map { .embedInCode("\($0).md") }, swiftSettings: strict),
    // Tests.
    .target(
      name: "TestSupport",
      dependencies: ["Archive", "CHDF5", "HDF5", "Hosts", "MessagePassing", "Perturbations", "Transformer"],
      path: "Tests/TestSupport", swiftSettings: strict),
    .target(
      name: "FindingsSupport", dependencies: ["Archive", "Findings", "Perturbations", "TestSupport", "Transformer"],
      path: "Tests/FindingsSupport", swiftSettings: strict),
    tests("CKernels", ["TestSupport"]),
    tests("Basics", []),
    tests("LinearAlgebra", ["Basics"]),
    tests("MessagePassing", ["TestSupport"]),
    tests("StrictJSON", ["TestSupport"]),
    tests("Weights", ["Basics", "TestSupport"]),
    tests("Tokenizers", ["TestSupport"], exclude: ["Fixtures"]),
    tests("HDF5", ["CHDF5", "MessagePassing", "TestSupport"]),
    tests("Transformer", ["Basics", "Hosts", "LinearAlgebra", "TestSupport", "Weights"], exclude: ["Fixtures"]),
    tests("Geometry", ["Basics", "LinearAlgebra", "MessagePassing", "TestSupport"], exclude: ["Fixtures"]),
    tests("Hosts", ["Configuration", "MessagePassing", "TestSupport", "Transformer", "Weights"]),
    tests("Perturbations", ["CKernels", "Hosts", "LinearAlgebra", "TestSupport", "Transformer", "Weights"]),
    tests("Configuration", []),
    tests("Runs", ["MessagePassing", "TestSupport"]),
    tests(
      "ModelTraining",
      ["Basics", "Hosts", "LinearAlgebra", "MessagePassing", "Runs", "TestSupport", "Training", "Transformer"]),
    tests(
      "Atlas", ["Archive", "Basics", "MessagePassing", "Perturbations", "Statistics", "TestSupport", "Transformer"]),
    tests("Training", ["Basics", "LinearAlgebra", "MessagePassing", "TestSupport"]),
    tests(
      "Studies",
      [
        "Archive", "Basics", "Clouds", "Configuration", "Drawing", "Geometry", "Hosts", "Inputs", "LinearAlgebra",
        "MessagePassing", "Perturbations", "Runs", "Statistics", "TestSupport", "Texts", "Tokenizers", "Training",
        "Transformer",
      ]),
    tests(
      "Archive", ["HDF5", "MessagePassing", "Perturbations", "TestSupport", "Transformer"], exclude: ["Fixtures"]),
    tests(
      "Clouds",
      [
        "Archive", "Geometry", "HDF5", "Inputs", "LinearAlgebra", "MessagePassing", "Perturbations", "TestSupport",
        "Tokenizers", "Transformer",
      ]),
    tests(
      "Findings",
      [
        "Archive", "Basics", "Geometry", "HDF5", "LinearAlgebra", "MessagePassing", "Perturbations", "Statistics",
        "TestSupport", "Texts", "Tokenizers", "Transformer", "Weights",
      ],
      exclude: ["Fixtures"]),
    tests(
      "Report",
      [
        "Archive", "Basics", "Drawing", "Findings", "FindingsSupport", "Geometry", "MessagePassing", "Perturbations",
        "TestSupport", "Transformer",
      ], exclude: ["browse.py"]),
    tests(
      "Screen",
      [
        "Archive", "CKernels", "Configuration", "Hosts", "Inputs", "LinearAlgebra", "MessagePassing", "Perturbations",
        "Runs", "TestSupport", "Tokenizers", "Transformer",
      ], exclude: ["Fixtures"]),
    tests(
      "Forecast",
      [
        "Archive", "Basics", "Configuration", "Hosts", "LinearAlgebra", "MessagePassing", "Perturbations", "Runs",
        "Screen", "TestSupport", "Transformer",
      ]),
    .testTarget(name: "CommandLineTests", dependencies: ["TestSupport"], swiftSettings: strict),
  ] + fuzzTargets
)
