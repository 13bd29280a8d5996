# fish completion for sfcrime:  sfcrime completion fish | source
function __sfcrime_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  test (count $current) -eq 0; and set current ''
  set -l answer ($words[1] complete -- $words[2..-1] $current 2>/dev/null)
  switch "$answer[1]"
    case files
      __fish_complete_path $current
    case directories
      __fish_complete_directories $current
    case words
      printf '%s\n' $answer[2..-1]
  end
end
complete -c sfcrime -f -a '(__sfcrime_complete)'
