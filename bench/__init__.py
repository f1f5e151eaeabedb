"""What live delivery costs, beside others and beside the kernel: `make bench-live`."""
