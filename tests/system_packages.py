"""Install what the tests need beside Python: as root from Debian, otherwise stop and name it."""

import os
import shutil
import subprocess
import sys

NEEDED = {"chromium": "chromium", "java": "default-jre-headless"}


def main() -> None:
    """Install the missing packages, or exit with their names."""
    missing = [package for program, package in NEEDED.items() if shutil.which(program) is None]
    if not missing:
        return
    names = " ".join(missing)
    if os.name != "posix" or os.geteuid() != 0 or shutil.which("apt-get") is None:
        sys.exit(f"The tests need: {names}. Install them (on Debian: sudo apt-get install {names}) and try again.")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", *missing]):
        subprocess.run(["apt-get", *command], check=True, env=environment)


if __name__ == "__main__":
    main()
