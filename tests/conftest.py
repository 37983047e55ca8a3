"""Puts this folder on the path, so that tests share realdata.py, handmade.py and rules.py."""

import torch

torch.set_num_threads(1)  # the tests' tensors are small: a second thread only costs
