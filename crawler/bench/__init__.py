"""The figures that README states, each beside its peer in the same run: `luutru bench`."""
