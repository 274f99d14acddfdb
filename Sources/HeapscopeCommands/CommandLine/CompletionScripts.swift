/// The scripts with which shells complete heapscope's command lines. Each asks heapscope for the
/// candidates: `heapscope ---complete SHELL WORD…`, where the last word is the one at the cursor.
enum CompletionScripts {
  static let byShell = ["bash": bash, "zsh": zsh, "fish": fish]

  private static let bash = #"""
    # Completions of heapscope for bash.
    _heapscope() {
        local line rest=
        # As they are typed, with quotes; bash itself quotes what it puts in.
        local -a words=("${COMP_WORDS[@]:1:COMP_CWORD}")
        words=("${words[@]//\\/}")
        words=("${words[@]#[\"\']}")
        words=("${words[@]%[\"\']}")
        # After `--option` the sign `=` is a word of its own.
        local cur="${COMP_WORDS[COMP_CWORD]}"
        [[ $cur == = ]] && cur=
        COMPREPLY=()
        while IFS= read -r line; do
            case $line in
            :files) rest=-f ;;
            :folders) rest=-d ;;
            :*) ;;
            *) COMPREPLY+=("${line%%$'\t'*}") ;;
            esac
        done < <("${COMP_WORDS[0]}" ---complete bash "${words[@]}" 2>/dev/null)
        if [[ $rest ]]; then
            while IFS= read -r line; do
                COMPREPLY+=("$line")
            done < <(compgen "$rest" -- "$cur")
        fi
    }
    complete -o filenames -F _heapscope heapscope

    """#

  private static let zsh = #"""
    #compdef heapscope
    # Completions of heapscope for zsh.
    _heapscope() {
        local line word rest
        local -a names shown
        for line in "${(@f)$("${words[1]}" ---complete zsh "${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
            case $line in
            :*) rest=${line#:} ;;
            ?*)
                word=${line%%$'\t'*}
                names+=("$word")
                [[ $line == *$'\t'* ]] && word+="  -- ${line#*$'\t'}"
                shown+=("$word")
                ;;
            esac
        done
        [[ $PREFIX == -*=* ]] && compset -P '*='
        local -i found=1
        (( $#names )) && compadd -l -d shown -a names && found=0
        case $rest in
        files) _files && found=0 ;;
        folders) _files -/ && found=0 ;;
        esac
        return found
    }
    if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
        _heapscope "$@"
    else
        compdef _heapscope heapscope
    fi

    """#

  private static let fish = #"""
    # Completions of heapscope for fish.
    function __heapscope_complete
        set -l before (commandline -opc)
        set -l current (commandline -ct)
        for line in ($before[1] ---complete fish $before[2..] "$current" 2>/dev/null)
            switch $line
                case :files
                    # The value alone of `--option=value`.
                    set -l value (string replace -r '^--?[^=]*=' '' -- "$current")
                    set -l length (math (string length -- "$current") - (string length -- "$value"))
                    set -l front (string sub -l $length -- "$current")
                    for path in (__fish_complete_path "$value")
                        echo "$front$path"
                    end
                case :folders
                    __fish_complete_directories "$current"
                case ':*'
                case '*'
                    echo $line
            end
        end
    end
    complete -c heapscope -f -a '(__heapscope_complete)'

    """#
}
