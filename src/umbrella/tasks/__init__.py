"""One file a task: what a batch means, what is asked and how it is judged."""
