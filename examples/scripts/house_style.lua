-- A cleaner in Lua: what the export of a newsroom leaves in its texts goes.
--
--     textmill run examples/scripts/house_style.ini examples/articles.jsonl -o clean.jsonl

function process(article)
    local text = article.text
    text = text:gsub("^%s*%[EMBARGO[^%]\n]*%]%s*", "") -- a note to editors at the begin
    text = text:gsub(" ?%(photo %d+ of %d+%)", "")    -- captions of a gallery
    text = text:gsub(" ?%-%- ?more ?%-%-", "")        -- "to be continued" of the wire
    text = text:gsub("(%d)km/h", "%1 km/h")            -- a blank before the unit
    text = text:gsub("%a+", { utilise = "use", whilst = "while" })
    article.text = text
end
