#!/bin/sh
# linear.sh BUILD: holds the work on hostile texts to be linear. Each text is one thing over and
# over; of a text of twice the length the run may not take more than 2.2 times the instructions, as
# callgrind counts them, without those of a run on no text. BYTES=16777216 takes texts of 16 MB; the
# standard is enough to see a square.
set -eu
export LC_ALL=C
textmill=$1/textmill bytes=${BYTES:-65536}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Writes $1, in which \n is a line end, over and over, up to $2 bytes.
repeat() {
    awk -v piece="$1" -v bytes="$2" \
        'BEGIN { for (n = int(bytes / length(piece)); n > 0; n--) printf "%s", piece }'
}

# The instructions of a run of the stages in $1 on $2 bytes of $3.
instructions() {
    repeat "$3" "$2" >"$folder/text.txt"
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$textmill" run "$folder/$1" \
        "$folder/text.txt" -o "$folder/out.jsonl" --workers 0 --force 2>&1 |
        sed -n 's/.*Collected : //p'
}

# Checks the stages that standard input has, under the name $1, on each text that follows.
check() {
    stages=$1
    shift
    { printf '[input]\nplugin = text\n'; cat; printf '[output]\nplugin = jsonl\n'; } >"$folder/$stages"
    nothing=$(instructions "$stages" 0 .)
    for piece in "$@"; do
        once=$(instructions "$stages" "$bytes" "$piece")
        twice=$(instructions "$stages" $((bytes * 2)) "$piece")
        growth=$(((twice - nothing) * 100 / (once - nothing)))
        printf '%-8s %d.%02d times  %s\n' "$stages" $((growth / 100)) $((growth % 100)) "$piece"
        [ "$growth" -le 220 ] || failed=1
    done
}

failed=0
printf '[split_sentences]\n[label_sentences]\n' |
    check english . 'Mr. ' '\n' a '"a" ' ' ' '(' '. . ' 'U.S. ' '1. ' 'a\n' 'Mr. \n' 'http://' '@' '*' \
        'Regards, ' 'van ' '1/1/1 ' ':) ' '? "Ab '
printf '[split_sentences]\nquotes = keep\n' | check quotes . '"a" ' '"Ab. ' '“Ab. ' '“Ab.” '
printf '[split_sentences]\nmin_length = 1000\nmax_length = 2000\n' | check lengths . 'Mr. ' '\n' a 'Ab. ' 'a; '
printf '[split_sentences]\nlanguage = fr\n' | check french . 'M. ' '\n' a '« a » ' '... ' 'a\n'
printf '[split_sentences]\nlanguage = zh\n' | check chinese . '。' '\n' a '”' '桥' 'a\n'
printf '[tokenize]\n' | check tokens . 'Mr. ' '\n' a '"a" ' '@' 'http://' 'a@'
printf 'good\t1.9\n' >"$folder/words.txt"
printf '[split_sentences]\n[score_sentiment]\n' |
    check news . a 'é' 'a-' "'" '😀' 'good ' 'not ' 'very good ' 'but ' 'up to the ' 'Good! ' 'no-one '
printf '[split_sentences]\n[score_sentiment]\nmodel = none\n' | check lexicon . a 'é' 'good ' '😀'
printf '[split_sentences]\n[score_sentiment]\nrules = vader\nlexicon = words.txt\n' |
    check vader . a 'é' '😀' 'good ' 'not ' 'never so ' 'but ' 'GOOD! '
printf '[split_sentences]\n[extract_quotes]\nnested = yes\nnames = yes\ndoubled_marks = yes\n' |
    check said a 'Ann Lee ' '“' '"' "'" '«' '"a" ' '“Ab.” ' '“Ab, ' '“Ab.\n\n' '"\n' '“a ‘b “c” d’ e” ' '“a ‘b ' \
        '“Ab,” said Cd Ef. ' 'said “' 'he and ' '“Ab,” he said. ' 'Q: a\nA: b\n' 'Ab: c\n' "''a"
printf '[split_sentences]\n[extract_quotes]\n[score_sentiment]\npeople = yes\n' |
    check people '"Ab," said Cd Ef. ' 'Cd '
printf '[clean_html]\n' | check html . '<' '&' '<p a="' '</b>' '<!--' '&amp;amp;' '<script>'
printf '[clean_html]\nextract = article\n' |
    check article . '<' '<div><p>x' '<p a="' '</b>' '<a href=x>y</a> ' '>' '<br>' '<li>a, b.' \
    '<li><a href=x>y</a><p>Cd, ef gh ij kl mn op. '
printf '[clean_unicode]\nquotes = straight\ndashes = plain\nemoji = remove\n' |
    check unicode . 'Ã©' 'Ã“x' '1Ã—' 'aá»…' 'Ñ”' '‏' '’“' '📷' "$(printf 'a\342\200\215')" "$(printf '\033[')"
printf '[normalize_unicode]\n' | check nfc . "$(printf 'e\314\201\314\243')" "$(printf '\314\201')"
printf '[clean_whitespace]\n' | check space . ' \n' '\n' ' '
printf '[clean_lines]\nclasses = photo_credit byline promo copyright dateline duplicate\n' |
    check lines . '(Photo: A B) ' 'By A B, ' 'By A\n' 'PARIS, ' '\n'
printf '[mask_pii]\n' | check pii . '1-' 'a@b.' 'http://(' '12:' 'GB82 '
printf '[unwrap_lines]\n' | check unwrap . 'a-\n' 'a line, but not all of it\n' '\n'
[ "$failed" -eq 0 ] || echo 'not linear: see above' >&2
exit "$failed"
