"""Networks for columns of videos: a few pictures of each, in their order."""
