"""Run a shipped file with numpy and onnxruntime alone."""
