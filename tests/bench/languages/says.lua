function process(article)
    article.text = article.text:gsub("said", "says")
end
