"""`python -m tqdm`."""

from mainstay.progress.cli import main

main()
