import Basics

/// The mark of what the geometry of points refuses.
public enum GeometryOrigin {}

/// Something that cannot be found in these points, in one sentence.
public typealias GeometryError = Refusal<GeometryOrigin>
