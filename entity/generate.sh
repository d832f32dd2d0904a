#!/usr/bin/env bash
# Writes the entities anew from a migrated PostgreSQL database.
#
#   entity/generate.sh            replaces entity/src
#   entity/generate.sh --check    changes nothing; shows the difference and fails if there is one
#
# With a PostgreSQL DATABASE_URL, that database is migrated and read: give it one that holds nothing
# else. Without, a throw-away cluster is started from the installed server binaries.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly CLI_VERSION=2.0.4
target=${CARGO_TARGET_DIR:-$PWD/target}
scratch=$(mktemp -d)
cluster=

main() {
    case ${1-} in
        '' | --check) ;;
        *) echo "usage: entity/generate.sh [--check]" >&2; exit 2 ;;
    esac
    trap clean_up EXIT
    [[ ${DATABASE_URL-} == postgres* ]] || start_cluster
    # As a part of the workspace: on its own, it would want its dependencies built with other features.
    cargo build --quiet --workspace --example migrate
    "$target/debug/examples/migrate" up
    generate "$scratch/src"
    if [[ ${1-} == --check ]]; then
        diff --recursive --unified entity/src "$scratch/src" && echo "entity/src is up to date"
    else
        rm -r entity/src
        cp -r "$scratch/src" entity/src
    fi
}

# The generator, at the version that the entities are held to.
cli() {
    local installed=$target/sea-orm-cli/bin/sea-orm-cli
    if [[ $(sea-orm-cli --version 2>/dev/null) == "sea-orm-cli $CLI_VERSION" ]]; then
        installed=sea-orm-cli
    elif [[ $("$installed" --version 2>/dev/null) != "sea-orm-cli $CLI_VERSION" ]]; then
        # Not optimised: it is built for longer than it will ever run.
        cargo install --quiet --locked --force --debug --root "$target/sea-orm-cli" "sea-orm-cli@$CLI_VERSION" \
            --no-default-features --features cli,codegen,runtime-tokio-rustls,sqlx-postgres
    fi
    "$installed" "$@"
}

generate() {
    cli generate entity --database-url "$DATABASE_URL" --output-dir "$1" --lib \
        --entity-format compact --with-serde both --date-time-crate chrono \
        --ignore-tables seaql_migrations >"$scratch/log" 2>&1 || { cat "$scratch/log" >&2; exit 1; }
    rustfmt --edition 2024 "$1/lib.rs"
}

# A cluster on a socket in the scratch folder, where no other server can be in its way.
start_cluster() {
    chmod 755 "$scratch"
    cluster=$scratch/postgres
    mkdir "$cluster"
    [[ $EUID != 0 ]] || chown postgres "$cluster"
    server initdb --pgdata "$cluster/data" --username postgres --auth trust --no-sync >/dev/null
    server pg_ctl start --wait --silent --pgdata "$cluster/data" --log "$cluster/log" \
        --options "-c fsync=off -c listen_addresses= -c unix_socket_directories='$cluster'"
    export DATABASE_URL="postgres://postgres@localhost/postgres?host=$cluster"
}

# Runs a server binary, which refuses to run as root.
server() {
    local program
    program=$(command -v "$1" || ls -1 /usr/lib/postgresql/*/bin/"$1" | sort --version-sort | tail -n 1)
    shift
    if [[ $EUID == 0 ]]; then
        (cd / && exec setpriv --reuid postgres --regid postgres --init-groups "$program" "$@")
    else
        "$program" "$@"
    fi
}

clean_up() {
    [[ -z $cluster ]] || server pg_ctl stop --silent --mode immediate --pgdata "$cluster/data" || true
    rm -rf "$scratch"
}

main "$@"
