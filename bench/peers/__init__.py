"""The others' servers, each as its own documentation has it, and what they need."""
