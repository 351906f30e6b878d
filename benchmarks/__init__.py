"""What the program costs, measured against floors and peers; `python -m benchmarks NAME [--quick] [--seed N]`.

Each figure is a module with `run(quick: bool, seed: int) -> Iterable[Figure]`; `measure.figure` makes the lines.
"""
