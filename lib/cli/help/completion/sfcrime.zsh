#compdef sfcrime
# zsh completion for sfcrime:  source <(sfcrime completion zsh), or as the file _sfcrime in a directory of $fpath
_sfcrime() {
  local -a answer names shown
  local kind line
  answer=("${(@f)$("${(Q)words[1]}" complete -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
  kind=$answer[1]
  case $kind in
    files) _files; return ;;
    directories) _files -/; return ;;
  esac
  for line in "${(@)answer[2,-1]}"; do
    [[ -z $line ]] && continue
    names+=("${line%%$'\t'*}")
    shown+=("${line/$'\t'/  -- }")
  done
  if [[ ${#names} -eq 1 && $names[1] == *[=:@] ]]; then
    compadd -S '' -d shown -a names
  else
    compadd -l -d shown -a names
  fi
}
if [[ $funcstack[1] == _sfcrime ]]; then _sfcrime "$@"; else compdef _sfcrime sfcrime; fi
