# bash completion for textmill

_textmill()
{
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local command=${COMP_WORDS[1]} names
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "run check plugins test explain graph new-plugin test-plugin --help --version" -- "$current")
        return
    fi
    case $previous in
    --progress)
        mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$current")
        return ;;
    -o | --output | --html | --dead-letters | --stats | --metrics | --files-from)
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return ;;
    --kind)
        mapfile -t COMPREPLY < <(compgen -W "stage reader writer" -- "$current")
        return ;;
    --check)
        names=$("${COMP_WORDS[0]}" test-plugin --list 2>/dev/null | cut -d ' ' -f 1)
        mapfile -t COMPREPLY < <(compgen -W "$names" -- "$current")
        return ;;
    --language)
        mapfile -t COMPREPLY < <(compgen -W "c c++" -- "$current")
        return ;;
    --workers | --shard | --dump-record | --article | --id)
        return ;;
    esac
    case $command:$current in
    run:-*)
        names="--output --set --force --dead-letters --stats --metrics --progress --quiet --workers"
        names="$names --resume --shard --files-from --dump-record --help"
        mapfile -t COMPREPLY < <(compgen -W "$names" -- "$current") ;;
    check:-*)
        mapfile -t COMPREPLY < <(compgen -W "--set --output --json --help" -- "$current") ;;
    explain:-*)
        names="--article --id --json --html --full --force --set --help"
        mapfile -t COMPREPLY < <(compgen -W "$names" -- "$current") ;;
    test:-*)
        mapfile -t COMPREPLY < <(compgen -W "--set --update --tap --help" -- "$current") ;;
    graph:-*)
        mapfile -t COMPREPLY < <(compgen -W "--set --output --dot --help" -- "$current") ;;
    test-plugin:-*)
        names="--set --check --list --timeout --articles --valgrind --in-process --help"
        mapfile -t COMPREPLY < <(compgen -W "$names" -- "$current") ;;
    new-plugin:-*)
        mapfile -t COMPREPLY < <(compgen -W "--kind --language --help" -- "$current") ;;
    plugins:*)
        names=$("${COMP_WORDS[0]}" plugins 2>/dev/null |
            awk '$1 == "reader" || $1 == "stage" || $1 == "writer" { print $2 }')
        mapfile -t COMPREPLY < <(compgen -W "$names --json --help" -- "$current") ;;
    *)
        mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
    esac
}

complete -o filenames -F _textmill textmill
