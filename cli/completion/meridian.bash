# Completes `meridian` and `npx meridian` in bash. In ~/.bashrc: eval "$(node MERIDIAN_FILE completion bash)"

_meridian() {
  local words=() word prefix i=1
  [[ $1 == npx ]] && i=2
  for (( ; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    # Readline splits --option=value into three words.
    if [[ ${#words[@]} -gt 0 && ${words[-1]} == --* && ($word == = || ${words[-1]} == *=) ]]; then
      words[-1]+=$word
    else
      words+=("$word")
    fi
  done
  # Readline replaces only what follows the "=".
  [[ $word == = ]] && word=
  prefix=${words[-1]%"$word"}
  COMPREPLY=()
  while IFS=$'\t' read -r word _; do
    COMPREPLY+=("${word#"$prefix"}")
  done < <(command node MERIDIAN_FILE __complete -- "${words[@]}" 2>/dev/null)
}

_meridian_npx() {
  [[ $COMP_CWORD -ge 2 && ${COMP_WORDS[1]} == meridian ]] || return
  compopt +o default 2>/dev/null
  _meridian npx
}

complete -F _meridian meridian
complete -p npx &>/dev/null || complete -o default -F _meridian_npx npx
