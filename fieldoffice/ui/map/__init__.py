"""The map: a web page of our own that runs with the network cable out."""
