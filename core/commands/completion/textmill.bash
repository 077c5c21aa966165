# bash completion for textmill: the program itself says what can come next.

_textmill()
{
    local words current kept ending line=${COMP_LINE:0:COMP_POINT}
    read -ra words <<<"$line"
    [[ $line == *[[:blank:]] ]] && words+=('')
    current=${words[-1]}
    # Where = parts words, only what follows it is replaced.
    [[ $COMP_WORDBREAKS == *=* ]] && kept=${current%"${current##*=}"}
    mapfile -t COMPREPLY < <("${words[0]}" complete "${words[@]:1}" 2>/dev/null)
    current=${current##*=}
    case ${COMPREPLY[0]} in
    '<folders>')
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
    '<files>'*)
        compopt -o filenames
        ending=${COMPREPLY[0]#'<files>'}
        mapfile -t COMPREPLY < <({ compgen -d -- "$current"
                                   compgen -f -X "!*$ending" -- "$current"; } | sort -u) ;;
    *)
        COMPREPLY=("${COMPREPLY[@]#"$kept"}")
        [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[.=] ]] && compopt -o nospace ;;
    esac
}

complete -F _textmill textmill
