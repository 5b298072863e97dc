"""For whoever writes a policy: a skeleton to begin with, and every fault of what is written."""
