# setup.sh - makes a machine ready for ./demo and ./test. Sourced, POSIX sh; knows Debian and nothing else.
#
# Contract for the sourcing script: set `root` to the checkout, then call in this order
#   setup_begin         go to the checkout, make .cache, take the lock that keeps two set-ups apart
#   setup_system demo|test|develop   find a Python >= 3.10, install missing Debian packages (root or sudo)
#   setup_environment FILE   bring .venv to requirements/FILE.txt
#   setup_mainstay [editable]   build and install mainstay into .venv: as a user gets it, or linked
#   setup_end           let the lock go
# Each step says what it does, logs to .cache/logs/ and is skipped when nothing it reads has changed.
# What was finished is recorded after it was finished, so an interrupted run is simply repeated.
# shellcheck shell=sh
: "${root:?set root to the checkout before sourcing setup.sh}"

has() { command -v "$1" >/dev/null 2>&1; }

say() { printf '%s\n' "$*"; }

fail() {
    printf '\n%s\n' "$*" >&2
    exit 1
}

# run_step LOG TEXT COMMAND...: says TEXT, runs COMMAND with its output in .cache/logs/LOG.log, and
# shows the end of that log when it fails. A line every 20 seconds shows that it is still alive.
run_step() {
    step_log="$root/.cache/logs/$1.log"
    step_text=$2
    shift 2
    step_start=$(date +%s)
    say "  $step_text ..."
    "$@" >"$step_log" 2>&1 </dev/null &
    step_pid=$!
    # Ctrl-C reaches the child too only when it shares our terminal; a plain kill of us does not.
    # A subshell of a non-interactive shell ignores SIGINT, hence SIGTERM.
    trap 'kill "$step_pid" 2>/dev/null; exit 130' INT
    trap 'kill "$step_pid" 2>/dev/null; exit 143' TERM HUP
    step_beat=0
    while kill -0 "$step_pid" 2>/dev/null; do
        sleep 1
        step_beat=$((step_beat + 1))
        if [ $((step_beat % 20)) -eq 0 ]; then
            say "    still at it after $(($(date +%s) - step_start)) s: $(tail -n 1 "$step_log" | cut -c1-100)"
        fi
    done
    step_status=0
    wait "$step_pid" || step_status=$?
    trap - INT TERM HUP
    if [ "$step_status" -ne 0 ]; then
        say "    failed with exit code $step_status; the end of ${step_log#"$root"/}:"
        tail -n 30 "$step_log" | sed 's/^/    | /'
        return "$step_status"
    fi
    step_seconds=$(($(date +%s) - step_start))
    [ "$step_seconds" -lt 3 ] || say "    done in $step_seconds s"
}

setup_begin() {
    cd "$root" || exit 1
    # A Python set-up of the caller must not leak into ours: it would change what gets installed where.
    unset PYTHONHOME PYTHONPATH VIRTUAL_ENV PIP_TARGET PIP_PREFIX PIP_USER PIP_REQUIRE_VIRTUALENV MAINSTAY_DROPIN
    export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 DEBIAN_FRONTEND=noninteractive
    mkdir -p .cache/logs || fail "Cannot write to $root; clone into a directory that is yours."
    if [ ! -w .cache ] || [ ! -w .cache/logs ]; then
        fail "Cannot write to $root/.cache; it belongs to another user. Remove it, or clone into a directory of your own."
    fi
    processors=$(getconf _NPROCESSORS_ONLN 2>/dev/null) || processors=2
    export CMAKE_BUILD_PARALLEL_LEVEL="${CMAKE_BUILD_PARALLEL_LEVEL:-$processors}"
    if has flock; then
        exec 9>.cache/setup.lock
        if ! flock -n 9; then
            say "Another set-up is running in this checkout; waiting for it to end ..."
            flock 9
        fi
    fi
}

setup_end() {
    exec 9>&-
}

# --- Python ------------------------------------------------------------------------------------

# A Python is judged by running it: version-manager shims exist for versions that are not there.
# Prints: <executable behind it> <yes|no: venv with pip> <yes|no: headers> <version>
probe_python() {
    "$1" - 2>/dev/null <<'PY'
import os, sys, sysconfig
if sys.version_info < (3, 10) or sys.implementation.name != "cpython":
    raise SystemExit(1)
try:
    import ensurepip, venv
    venv_works = "yes"
except ImportError:
    venv_works = "no"
headers = os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h"))
print(venv_works, "yes" if headers else "no", "%d.%d" % sys.version_info[:2], os.path.realpath(sys.executable))
PY
}

# is_debian_python PATH: true when apt can supply what this interpreter lacks.
is_debian_python() {
    case "$1" in
        /usr/bin/python3*) has apt-get ;;
        *) return 1 ;;
    esac
}

# Sets `python`; appends what apt must add for it to `missing`. The first complete interpreter wins,
# then the first Debian one that apt can complete.
find_python() {
    python=
    second_choice=
    second_missing=
    for candidate in ${PYTHON:+"$PYTHON"} python3 /usr/bin/python3 \
        python3.13 python3.14 python3.12 python3.11 python3.10; do
        facts=$(probe_python "$candidate") || continue
        # shellcheck disable=SC2086  # the first three words are plain; the rest is the path
        set -- $facts
        has_venv=$1 has_headers=$2 its_version=$3
        shift 3
        its_path="$*"
        if [ "$has_venv$has_headers" = yesyes ]; then
            python=$candidate
            say "Python $its_version at $its_path"
            return 0
        fi
        if [ -z "$second_choice" ] && is_debian_python "$its_path"; then
            second_choice=$candidate
            prefix=python3
            [ "$its_path" = "$(readlink -f /usr/bin/python3)" ] || prefix=python$its_version
            [ "$has_venv" = yes ] || second_missing="$second_missing $prefix-venv"
            [ "$has_headers" = yes ] || second_missing="$second_missing $prefix-dev"
        fi
    done
    if [ -n "$second_choice" ]; then
        python=$second_choice
        missing="$missing$second_missing"
        say "Python at $(command -v "$python"), to be completed by:$second_missing"
        return 0
    fi
    fail "No usable Python found: wanted CPython 3.10 or newer with venv, pip and headers.
On Debian 12, as root: apt-get install python3 python3-venv python3-dev
Elsewhere: name one by PYTHON=/path/to/python3 $0"
}

# --- Debian packages ---------------------------------------------------------------------------

compiles_cpp20() {
    has "$1" &&
        printf '#include <concepts>\n#include <span>\nint main() {}\n' |
        "$1" -std=c++20 -fsyntax-only -x c++ - >/dev/null 2>&1
}

# clang_links_with FLAGS...: true when clang++-14 can link a program with them (the runtimes are a package of their own).
clang_links_with() {
    clang_probe=$(mktemp -d) || return 1
    printf 'int main() {}\n' >"$clang_probe/probe.cpp"
    clang_status=0
    clang++-14 "$@" "$clang_probe/probe.cpp" -o "$clang_probe/probe" >/dev/null 2>&1 || clang_status=1
    rm -rf "$clang_probe"
    return "$clang_status"
}

find_missing_packages() {
    compiles_cpp20 g++ || missing="$missing g++"
    [ "$1" != demo ] || return 0
    [ "$1" = test ] || [ -e /usr/include/benchmark/benchmark.h ] || missing="$missing libbenchmark-dev"
    # The rivals in engine/bench/; without one that part of the benchmark says so.
    for rival in boost/signals2.hpp:libboost-dev lmdb.h:liblmdb-dev sqlite3.h:libsqlite3-dev \
        nlohmann/json.hpp:nlohmann-json3-dev; do
        [ "$1" = test ] || [ -e "/usr/include/${rival%%:*}" ] || missing="$missing ${rival#*:}"
    done
    [ -e /usr/include/gtest/gtest.h ] || missing="$missing libgtest-dev"
    if ! compiles_cpp20 clang++-14; then
        missing="$missing clang-14 libclang-rt-14-dev"
    elif ! clang_links_with -fsanitize=address; then
        missing="$missing libclang-rt-14-dev"
    fi
    has nm || missing="$missing binutils"
    # A convenience: several suites compile the same sources. Nobody is asked to install it by hand.
    [ "$(id -u)" -ne 0 ] || ! has apt-get || has ccache || missing="$missing ccache"
}

# apt waits for another apt's lock instead of failing on it.
apt_install() {
    # shellcheck disable=SC2086  # words on purpose
    $as_root apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"
}

# The lists may be absent (fresh image) or name files that are gone (old image), and an earlier run may
# have been killed amid an installation: mend both, once, and try again.
install_packages() {
    if ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1 && apt_install "$@"; then
        return 0
    fi
    # shellcheck disable=SC2086
    $as_root dpkg --configure -a &&
        $as_root apt-get -o DPkg::Lock::Timeout=300 update &&
        apt_install "$@"
}

setup_system() {
    missing=
    find_python
    find_missing_packages "$1"
    [ -n "$missing" ] || return 0
    as_root=
    if ! has apt-get; then
        fail "Missing, by their Debian names:$missing
This system has no apt-get; install what corresponds to them, then run $0 again."
    fi
    if [ "$(id -u)" -ne 0 ]; then
        if has sudo && sudo -n true 2>/dev/null; then
            as_root="sudo -n env DEBIAN_FRONTEND=noninteractive"
        else
            fail "Some Debian packages are missing and this user may not install them. As root, run

    apt-get update && apt-get install -y --no-install-recommends$missing

then run $0 again."
        fi
    fi
    # shellcheck disable=SC2086  # words on purpose
    run_step apt "installing Debian packages:$missing" install_packages $missing ||
        fail "apt-get could not install:$missing
Run that by hand to see why, then run $0 again."
}

# --- the environment ---------------------------------------------------------------------------

# digest PATH...: one hash over names and contents of files and folders, caches and editor leftovers apart.
digest() {
    "$root/.venv/bin/python" "$root/tools/digest.py" "$@"
}

# environment_works: .venv runs, has pip, and was not moved here from elsewhere (its scripts name its old place).
environment_works() {
    .venv/bin/python - 2>/dev/null <<'PY'
import pathlib, sys
import pip
activate = pathlib.Path(sys.prefix, "bin", "activate")
raise SystemExit(sys.version_info < (3, 10) or sys.prefix not in activate.read_text(errors="replace"))
PY
}

make_environment() {
    rm -rf .venv
    "$python" -m venv .venv
}

setup_environment() {
    if ! environment_works; then
        run_step venv "making the environment .venv" make_environment ||
            fail "The environment .venv could not be made; see .cache/logs/venv.log."
    fi
    mkdir -p .venv/mainstay-stamps
    wanted=$(digest requirements) || fail "tools/digest.py failed; is the checkout complete?"
    # The larger sets contain the smaller ones: whoever has ./test's packages has ./demo's.
    for superset in "$1" dev; do
        [ "$(cat ".venv/mainstay-stamps/$superset" 2>/dev/null)" != "$wanted" ] || return 0
    done
    run_step "requirements-$1" "installing requirements/$1.txt from the package index" \
        .venv/bin/python -m pip install --progress-bar off --no-compile -r "requirements/$1.txt" ||
        fail "The packages of requirements/$1.txt could not be installed. Is the package index reachable?
Details: .cache/logs/requirements-$1.log"
    printf '%s\n' "$wanted" >".venv/mainstay-stamps/$1"
}

# SOURCES: all that the native module is built from; the installed package holds python/ besides.
SOURCES="pyproject.toml CMakeLists.txt engine/mainstay engine/cmake engine/CMakeLists.txt binding"

# is_editable: whether a developer has linked this checkout into .venv; then it stays linked.
is_editable() {
    .venv/bin/python - 2>/dev/null <<'PY'
import importlib.metadata, json
text = importlib.metadata.distribution("mainstay").read_text("direct_url.json") or "{}"
raise SystemExit(not json.loads(text).get("dir_info", {}).get("editable", False))
PY
}

# setup_mainstay [editable]: installs what changed. A checkout that is already linked stays linked.
setup_mainstay() {
    if [ "${1:-}" = editable ]; then
        kind=editable
    elif is_editable; then
        kind=editable
        say "mainstay is installed in editable mode here and stays so"
    else
        kind=regular
    fi
    # shellcheck disable=SC2086  # SOURCES are plain words
    case $kind in
        editable)
            wanted="editable $(digest $SOURCES)"
            set -- --editable .
            ;;
        *)
            wanted="regular $(digest $SOURCES README.md LICENSE python)"
            set -- .
            ;;
    esac
    if [ "$(cat .venv/mainstay-stamps/mainstay 2>/dev/null)" = "$wanted" ] &&
        .venv/bin/python -c 'import mainstay' 2>/dev/null; then
        return 0
    fi
    rm -f .venv/mainstay-stamps/mainstay
    run_step "install-$kind" "building mainstay and installing it into .venv" \
        .venv/bin/python tools/machine_lock.py --shared \
        .venv/bin/python -m pip install --progress-bar off --no-build-isolation --no-deps --force-reinstall "$@" ||
        fail "mainstay could not be built. Details: .cache/logs/install-$kind.log"
    printf '%s\n' "$wanted" >.venv/mainstay-stamps/mainstay
}
