# shellcheck shell=bash
# Knowing our own processes again: a process is ours when its id and its start time are those recorded when it was
# started.

# start_of ID: the start time of a process that lives; nothing for one that is gone or a zombie.
start_of() { sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null | awk '$1 != "Z" && $1 != "X" { print $20 }'; }

# record FILE ID: remembers a process in a file.
record() { echo "$2 $(start_of "$2")" >"$1"; }

# is_ours FILE: whether the recorded process still lives.
is_ours() {
  local id start
  read -r id start 2>/dev/null <"$1" && [ -n "$start" ] && [ "$(start_of "$id")" = "$start" ]
}

# stop FILE SECONDS: ends the recorded process, by force after so many seconds.
stop() {
  local id attempt
  if is_ours "$1"; then
    read -r id _ <"$1"
    kill -TERM "$id" 2>/dev/null
    for ((attempt = 0; attempt < $2 * 20; attempt++)); do
      is_ours "$1" || break
      sleep 0.05
    done
    if is_ours "$1"; then kill -KILL "$id" 2>/dev/null; fi
  fi
  rm -f "$1"
}
