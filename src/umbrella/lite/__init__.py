"""Run a shipped file with numpy and onnxruntime alone.

from umbrella.lite import load

load("reviews.onnx").predict(["the soup was cold"])
"""

from umbrella.lite.bundle import Bundle, load

__all__ = ["Bundle", "load"]
