# bash completion for sfcrime:  source <(sfcrime completion bash)
#
# The words are put together again that bash has divided at characters such as = and :, and what is in front of the last
# such character is left out of the answers, because bash keeps it. Works in bash 3.2, which macOS has.
_sfcrime() {
  local rest="${COMP_LINE:0:COMP_POINT}" words=() word i kind line fixed="" current
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word="${COMP_WORDS[i]}"
    if [[ $i -eq 0 || "$rest" == [[:space:]]* ]]; then
      words+=("")
      rest="${rest#"${rest%%[![:space:]]*}"}"
    fi
    if [[ $i -eq $COMP_CWORD ]]; then word="$rest"; fi
    words[${#words[@]} - 1]+="$word"
    rest="${rest#"$word"}"
  done
  current="${words[${#words[@]} - 1]}"
  if [[ "$current" == *[=:]* ]]; then fixed="${current%"${current##*[=:]}"}"; fi
  if [[ "$COMP_WORDBREAKS" != *:* && "$fixed" != *= ]]; then fixed=""; fi
  COMPREPLY=()
  {
    read -r kind
    while IFS=$'\t' read -r line _; do COMPREPLY+=("${line#"$fixed"}"); done
  } < <("${COMP_WORDS[0]}" complete -- "${words[@]:1}" 2>/dev/null)
  case "$kind" in
    files | directories)
      compopt -o filenames 2>/dev/null
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(
        compgen "$([[ $kind == files ]] && echo -f || echo -d)" -- "${current#"$fixed"}"
      )
      ;;
    *)
      if [[ ${#COMPREPLY[@]} -eq 1 && "${COMPREPLY[0]}" == *[=:@] ]]; then compopt -o nospace 2>/dev/null; fi
      ;;
  esac
}
complete -F _sfcrime sfcrime
