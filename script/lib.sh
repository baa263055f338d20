# Shared by the scripts: where things are, words, progress, system packages. POSIX sh.

ROOT=$(cd "$(dirname "$0")/.." && pwd -P)
cd "$ROOT" || exit 1
VAR=${OFFICE_VAR:-$ROOT/var}
PYTHON=$ROOT/.venv/bin/python
LOG=$VAR/log/setup.log
STEP=${STEP:-0}
export PIP_DISABLE_PIP_VERSION_CHECK=1

# Needed to run the office; and beside those, to test it.
NEEDED="redis-server gettext fonts-noto-cjk libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
NEEDED_BY_TESTS="chromium poppler-utils"

step() { # step "title": begin the next numbered step
    STEP=$((STEP + 1))
    printf '[%s/%s] %s\n' "$STEP" "${STEPS:-?}" "$1"
}

say() { printf '      %s\n' "$*"; }

fail() { # fail "what happened" "what to do"...
    printf '\n  This went wrong: %s\n' "$1" >&2
    shift
    for line; do printf '  %s\n' "$line" >&2; done
    exit 1
}

quietly() { # quietly "what is being done" command...: the details go to the log
    what=$1
    shift
    begun=$(date +%s)
    printf '\n== %s: %s\n' "$(date '+%F %T')" "$what" >>"$LOG"
    "$@" >>"$LOG" 2>&1 </dev/null &
    job=$!
    trap 'kill "$job" 2>/dev/null; exit 130' INT TERM
    [ -t 1 ] || printf '      %s ...' "$what"
    while kill -0 "$job" 2>/dev/null; do
        if [ -t 1 ]; then
            last=$(tail -n 1 "$LOG" | grep -v '^== ' | tr -cd '[:print:]' | cut -c 1-50)
            printf '\r\033[K      %s, %s s  %s' "$what" "$(($(date +%s) - begun))" "$last"
        fi
        sleep 0.2
    done
    outcome=0
    wait "$job" || outcome=$?
    trap - INT TERM
    [ -t 1 ] && printf '\r\033[K      %s' "$what"
    if [ "$outcome" = 0 ]; then
        printf ': done in %s s\n' "$(($(date +%s) - begun))"
    else
        printf ': failed. The last lines of %s:\n' "$LOG"
        tail -n 12 "$LOG" | sed 's/^/        | /'
    fi
    return "$outcome"
}

hash_of() { cat "$@" 2>/dev/null | sha256sum | cut -d ' ' -f 1; }

is_fresh() { # is_fresh name key: whether the step was done with just this key
    [ "$(cat "$VAR/stamps/$1" 2>/dev/null)" = "$2" ]
}

mark() { printf '%s\n' "$2" >"$VAR/stamps/$1"; }

as_root() {
    if [ "$(id -u)" = 0 ]; then env DEBIAN_FRONTEND=noninteractive "$@"
    else sudo -n env DEBIAN_FRONTEND=noninteractive "$@"; fi
}

may_install() { [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }; }

is_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

install_packages() {
    as_root apt-get install -y --no-install-recommends "$@" && return
    as_root apt-get update && as_root apt-get install -y --no-install-recommends "$@"
}

system_packages() { # system_packages name...: install what is missing, or say how
    missing=
    if command -v dpkg-query >/dev/null; then
        for name; do is_installed "$name" || missing="$missing $name"; done
    else
        command -v redis-server >/dev/null && command -v msgfmt >/dev/null && {
            say "not Debian: taking the packages as given ($*)"
            return
        }
        missing=" $*"
    fi
    [ -n "$missing" ] || { say "all there"; return; }
    say "missing:$missing"
    command -v apt-get >/dev/null || fail "these packages are missing:$missing" \
        "This system has no apt-get. Install what they are called here, then start again."
    may_install || fail "system packages are missing, and only an administrator may install them" \
        "Ask for this line to be run, then start again:" \
        "    sudo apt-get install -y --no-install-recommends$missing"
    # shellcheck disable=SC2086
    quietly "installing$missing" install_packages $missing || fail "apt-get did not succeed" \
        "Read $LOG, mend what it names (network, package sources), then start again."
}
