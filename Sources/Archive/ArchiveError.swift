import Basics

/// The mark of what the archive refuses.
public enum ArchiveOrigin {}

/// A file that is no results file, or not one this version reads or writes, in one sentence.
public typealias ArchiveError = Refusal<ArchiveOrigin>
