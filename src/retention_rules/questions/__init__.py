"""Questions put to findings, rules and rulebooks, and the answers in words."""
