# A stage in awk: American spelling, as a filter over the line as it comes.
#
#     textmill run examples/scripts/spelling.ini examples/articles.jsonl -o spelled.jsonl
#
# It changes the whole line, and of that textmill takes the text: what else was sent may come back,
# and is ignored. So a cleaner need not know JSON. Each line must be flushed.

{
    gsub(/harbour/, "harbor")
    gsub(/Harbour/, "Harbor")
    gsub(/neighbour/, "neighbor")
    gsub(/colour/, "color")
    gsub(/centre/, "center")
    print
    fflush()
}
