"""Install what the tests need beside Python: as root from Debian, otherwise stop and name it."""

import locale
import os
import shutil
import subprocess
import sys

NEEDED = {"chromium": "chromium", "java": "default-jre-headless"}
LOCALE = "sv_SE.UTF-8"
MAKE_LOCALE = ["localedef", "-i", "sv_SE", "-f", "UTF-8", LOCALE]


def main() -> None:
    """Install what is missing, or exit with its names."""
    missing = [package for program, package in NEEDED.items() if shutil.which(program) is None]
    lacks_locale = not _has_locale()
    if lacks_locale:
        missing.append("locales")
    if not missing:
        return
    names = " ".join(missing)
    if os.name != "posix" or os.geteuid() != 0 or shutil.which("apt-get") is None:
        then = f" && sudo {' '.join(MAKE_LOCALE)}" if lacks_locale else ""
        how = f"sudo apt-get install {names}{then}"
        sys.exit(f"The tests need: {names}. Install them (on Debian: {how}) and try again.")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", *missing]):
        subprocess.run(["apt-get", *command], check=True, env=environment)
    if lacks_locale:
        subprocess.run(MAKE_LOCALE, check=True)


def _has_locale() -> bool:
    """Tell whether the machine knows Swedish; Debian's package `locales` brings its source only."""
    try:
        locale.setlocale(locale.LC_ALL, LOCALE)
    except locale.Error:
        return False
    return True


if __name__ == "__main__":
    main()
