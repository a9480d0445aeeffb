"""What mainstay costs beside the libraries it stands in for; benchmarks/README.md tells how."""
