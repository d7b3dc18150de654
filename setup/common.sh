# Read by ./run and ./test, which set `here`: find a Python, bring this folder up to date, set what Qt needs.

usable() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null; }

any_python() {
    for each in ${FIELDOFFICE_PYTHON:-} python3.11 python3 python3.12; do
        if usable "$each"; then echo "$each"; return; fi
    done
    echo "No Python 3.11 or 3.12 was found. On Debian 12: apt-get install python3 (or name one in FIELDOFFICE_PYTHON)." >&2
    return 2
}

# set_up [test] [window] [xvfb]
set_up() {
    python=$here/.venv/bin/python
    [ -x "$python" ] || python=$(any_python) || exit 2
    "$python" -S -E "$here/setup/install.py" "$@" || exit $?
    python=$here/.venv/bin/python
    # Chromium refuses its sandbox to root.
    [ "$(id -u)" != 0 ] || export QTWEBENGINE_DISABLE_SANDBOX=1
}
