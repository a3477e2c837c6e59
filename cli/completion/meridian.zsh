#compdef meridian
# Completes `meridian` and `npx meridian` in zsh. In ~/.zshrc: eval "$(node MERIDIAN_FILE completion zsh)"

_meridian() {
  local line description
  local -a found
  for line in "${(@f)$(command node MERIDIAN_FILE __complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] || continue
    description=${line#*$'\t'}
    found+=("${line%%$'\t'*}${description:+:$description}")
  done
  _describe meridian found
}

_meridian_npx() {
  if [[ $CURRENT -gt 2 && $words[2] == meridian ]]; then
    shift words
    ((CURRENT--))
    _meridian
  else
    _default
  fi
}

if [[ $funcstack[1] == _meridian ]]; then
  # Loaded as a file of fpath, by the first completion.
  _meridian
else
  (($+functions[compdef])) || { autoload -Uz compinit && compinit -i; }
  compdef _meridian meridian
  (($+_comps[npx])) || compdef _meridian_npx npx
fi
