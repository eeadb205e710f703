"""Fills a random scenario with what the model says at many days, to be judged by the program."""


def fill(document, played, seed):
    raise NotImplementedError
