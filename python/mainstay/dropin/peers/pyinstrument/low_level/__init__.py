"""pyinstrument.low_level: the names of mainstay.profile.low_level."""
