# Completions of shmtop for bash. Written by 'shmtop documents': not to be edited.

_shmtop_offer() {
  local word
  while IFS= read -r word; do
    [[ $word == "$cur"* ]] && COMPREPLY+=("$(printf %q "$word")")
  done
}

_shmtop_arguments() {
  case $command in
    show)
      options=(-d --delay -r --read-only --write --wait -f --filter -s --sort -v --view --theme --no-color --edit-original --no-mouse --ascii --no-config -b --batch --json --openmetrics -n --count --record --replay --demo --workers --keys --version -h --help)
      valued=(-d --delay -f --filter -s --sort -v --view --theme -n --count --record --replay --workers --keys)
      places=(segment) ;;
    list)
      options=(--json -h --help)
      valued=()
      places=() ;;
    get)
      options=(-e --escapes --json -h --help)
      valued=()
      places=(segment anything) ;;
    put)
      options=(--write --no-config -e --escapes -h --help)
      valued=()
      places=(segment anything anything) ;;
    remove)
      options=(--write --no-config -e --escapes -h --help)
      valued=()
      places=(segment anything) ;;
    increment)
      options=(--write --no-config --by -e --escapes -h --help)
      valued=(--by)
      places=(segment anything) ;;
    watch)
      options=(-e --escapes -d --delay -n --count --json -h --help)
      valued=(-d --delay -n --count)
      places=(segment anything) ;;
    dump)
      options=(--write --no-config --unlocked -h --help)
      valued=()
      places=(segment) ;;
    load)
      options=(--write --no-config --create --value-limit --undo --last -h --help)
      valued=(--value-limit --undo --last)
      places=(segment file) ;;
    check)
      options=(--json -h --help)
      valued=()
      places=(segment) ;;
    reap)
      options=(--write --no-config -h --help)
      valued=()
      places=(segment) ;;
    unlink)
      options=(--write --no-config -f --force -h --help)
      valued=()
      places=(segment) ;;
    original-unlock)
      options=(--write --no-config --force -h --help)
      valued=()
      places=(segment) ;;
  esac
}

_shmtop() {
  local cur=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local command=show word index place=0 first=1 options=() valued=() places=()
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=${COMP_WORDS[index]}
    if ((first)) && [[ " show list get put remove increment watch dump load check reap unlink original-unlock " == *" $word "* ]]; then
      command=$word first=0
      continue
    fi
    _shmtop_arguments
    if [[ " ${valued[*]} " == *" $word "* ]]; then
      ((index++))
    elif [[ $word != -* || $word == - ]]; then
      ((place++)) || true
      first=0
    fi
  done
  _shmtop_arguments
  if [[ " ${valued[*]} " == *" $previous "* ]]; then
    case "$command $previous" in
      'show -s' | 'show --sort') _shmtop_offer < <(printf '%s\n' key value length written writes changes stamp keyLength pid name state gets puts removes hitRate waits meanWait caused causedTime waiting attached) ;;
      'show -v' | 'show --view') _shmtop_offer < <(printf '%s\n' entries processes lock events table) ;;
      'show --theme') _shmtop_offer < <(printf '%s\n' dark light mono) ;;
      'show --record') compopt -o filenames; _shmtop_offer < <(compgen -f -- "$cur") ;;
      'show --replay') compopt -o filenames; _shmtop_offer < <(compgen -f -- "$cur") ;;
      'load --undo') compopt -o filenames; _shmtop_offer < <(compgen -f -- "$cur") ;;
    esac
  elif [[ $cur == -* ]]; then
    _shmtop_offer < <(printf '%s\n' "${options[@]}")
  else
    ((first)) && _shmtop_offer < <(printf '%s\n' show list get put remove increment watch dump load check reap unlink original-unlock)
    ((place < ${#places[@]})) || return 0
    case ${places[place]} in
      segment) _shmtop_offer < <("${COMP_WORDS[0]}" segment-names 2> /dev/null) ;;
      file) compopt -o filenames; _shmtop_offer < <(compgen -f -- "$cur") ;;
    esac
  fi
}

complete -F _shmtop shmtop
