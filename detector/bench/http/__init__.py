"""What `detector serve` answers in which time: a load run on loopback, beside the article's."""
