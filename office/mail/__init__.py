"""邮件: a letter is a row before it is sent; one sender at a time holds it; nothing twice."""
