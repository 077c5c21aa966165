{ gsub(/said/, "says"); print; fflush() }
