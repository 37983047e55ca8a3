"""Will it hold on data it has never seen? One file a question."""
