# SPDX-License-Identifier: Apache-2.0
"""The recipe by which Spack, version 1, builds Locus: make a repository with `spack repo create`, put this file into
its folder packages/locus and, in the folder of Locus, say `spack dev-build locus@0.1.0`.

Spack has no Swift: a toolchain of Swift 6 must be on the PATH (swift.org/install). SwiftPM fetches four packages of
Swift sources while it builds.
"""

from spack_repo.builtin.build_systems.makefile import MakefilePackage

from spack.package import *


class Locus(MakefilePackage):
    """Locus maps what the parameters of a language model do: it mutates every region of every weight matrix, looks at
    what each mutation changes, and tests the map for patterns."""

    license("Apache-2.0", checked_by="locus")

    # No release has an address yet: `spack dev-build` takes the sources from the folder where it is run.
    version("0.1.0")

    depends_on("c", type="build")
    depends_on("cxx", type="build")
    depends_on("gmake", type="build")
    depends_on("pkgconfig", type="build")
    depends_on("mpi@3:")
    depends_on("hdf5+mpi+hl")
    depends_on("openblas")
    depends_on("oniguruma")
    depends_on("utf8proc")
    depends_on("libpng")

    # Its files for pkg-config; MPIs that have none are found by the paths of the compiler's wrapper.
    mpi_files = {"openmpi": "ompi-c", "mpich": "mpich", "mvapich-plus": "mvapich-plus"}

    def setup_build_environment(self, env):
        mpi = self.spec["mpi"]
        env.set("LOCUS_MPI_PKG", self.mpi_files.get(mpi.name, ""))
        env.set("LOCUS_HDF5_PKG", "hdf5")
        env.append_path("CPATH", mpi.prefix.include)
        env.append_path("LIBRARY_PATH", mpi.libs.directories[0])
        env.append_path("LIBRARY_PATH", self.spec["hdf5"].prefix.lib)

    def build(self, spec, prefix):
        if not which("swift"):
            raise InstallError("there is no swift on the PATH: unpack a toolchain of Swift 6, see swift.org/install")
        make("static", f"MPIRUN={spec['mpi'].prefix.bin.mpiexec}")

    def install(self, spec, prefix):
        make("install", f"PREFIX={prefix}", f"MPIRUN={spec['mpi'].prefix.bin.mpiexec}")

    @run_after("install")
    @on_package_attributes(run_tests=True)
    def check_plan(self):
        locus = Executable(self.prefix.bin.locus)
        locus("plan", join_path(self.prefix.share, "locus", "configs", "demo.yaml"))
