#!/usr/bin/env bash
# stand-in.sh: takes the place of `locus` where a scenario needs a screen of another temper: of nine units, three of
# them there (STAND_IN_UNITS), and each launch adds STAND_IN_STEP. It runs until USR1, or, given a reason in
# STAND_IN_REASON, its first rank ends with 85 at once, whereupon srun kills the others. With STAND_IN_CRASH the first
# launch only crashes.
units=$(cat units 2>/dev/null || echo "${STAND_IN_UNITS:-3}")
case "$*" in
  *--units) echo "$units" ;;
  status*)
    if [ -e finished ]; then echo "finished"; else echo "stopped: $units of 9 units, $(cat reason 2>/dev/null)"; fi ;;
  screen*)
    trap 'exit 85' USR1
    # One rank for all of them.
    if [ "$SLURM_PROCID" = 0 ]; then
      if [ -n "${STAND_IN_CRASH:-}" ] && [ ! -e crashed ]; then touch crashed && kill -KILL $$; fi
      units=$((units + ${STAND_IN_STEP:-0}))
      echo "$units" >units
      echo "${STAND_IN_REASON:-on SIGUSR1}" >reason
      [ "$units" -lt 9 ] || [ -z "${STAND_IN_REASON:-}" ] || touch finished
      touch launched
      [ -z "${STAND_IN_REASON:-}" ] || exit 85
    fi
    while :; do sleep 0.1; done
    ;;
esac
