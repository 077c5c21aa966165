# fish completion for textmill: the program itself says what can come next.

function __textmill_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l found ($words[1] complete $words[2..-1] "$current" 2>/dev/null)
    switch "$found[1]"
        case '<folders>'
            __fish_complete_directories "$current"
        case '<files>'
            __fish_complete_path "$current"
        case '<files>*'
            __fish_complete_suffix (string replace '<files>' '' -- $found[1])
        case '*'
            printf '%s\n' $found
    end
end

complete -c textmill -f -a '(__textmill_complete)'
