#!/usr/bin/env python3
"""spack.py RECIPE: runs a recipe of Spack against stand-ins for Spack's own modules, and checks that what it calls is
there: targets of the Makefile, variables that Package.swift reads."""
import pathlib
import re
import runpy
import sys
import types

ROOT = pathlib.Path(__file__).resolve().parents[2]
calls, variables = [], {}


class Anything:
    """A value of Spack's with any member, any call and any text."""

    def __init__(self, name="anything"):
        self.name = name

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything(name)

    def __getitem__(self, key):
        return Anything(str(key))

    def __call__(self, *arguments, **options):
        return arguments[0] if arguments and callable(arguments[0]) else Anything()

    def __str__(self):
        return "/" + self.name


class Environment:
    def set(self, name, value):
        variables[name] = value

    def append_path(self, name, value):
        variables.setdefault(name, value)


def stand_in(name, **members):
    module = types.ModuleType(name)
    module.__dict__.update(members)
    sys.modules[name] = module


def check(mpi):
    stand_in("spack")
    stand_in(
        "spack.package", license=Anything(), version=Anything(), depends_on=Anything(), run_after=Anything(),
        on_package_attributes=Anything(), which=lambda name: name, make=lambda *words: calls.append(words),
        Executable=lambda path: lambda *words: None, join_path=lambda *parts: "/".join(map(str, parts)),
        InstallError=RuntimeError)
    for name in ("spack_repo", "spack_repo.builtin", "spack_repo.builtin.build_systems"):
        stand_in(name)
    stand_in("spack_repo.builtin.build_systems.makefile", MakefilePackage=object)
    recipe = runpy.run_path(sys.argv[1])["Locus"]()
    recipe.spec = {"mpi": Anything(mpi), "hdf5": Anything()}
    recipe.prefix = Anything("prefix")
    recipe.setup_build_environment(Environment())
    recipe.build(recipe.spec, recipe.prefix)
    recipe.install(recipe.spec, recipe.prefix)


def main():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    manifest = (ROOT / "Package.swift").read_text()
    for mpi, name in (("openmpi", "ompi-c"), ("mpich", "mpich"), ("intel-oneapi-mpi", "")):
        calls.clear()
        check(mpi)
        assert variables["LOCUS_MPI_PKG"] == name, variables
        assert [words[0] for words in calls] == ["static", "install"], calls
        assert targets.issuperset(words[0] for words in calls)
        assert all(f'"{key}"' in manifest for key in variables if key.startswith("LOCUS_")), variables


if __name__ == "__main__":
    main()
