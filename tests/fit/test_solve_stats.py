"""The solver of sound's linear rung finds what scikit-learn finds."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression, Ridge

from umbrella.fit.loop import Data
from umbrella.fit.solve_stats import solve_stats
from umbrella.models.audio.linear import LinearStats, LinearStatsConfig
from umbrella.tasks.classify import Classify
from umbrella.tasks.regress import Regress


def rows(classes):
    draw = np.random.default_rng(0)
    stats = draw.normal(size=(400, 6)).astype(np.float32)
    truth = stats @ draw.normal(size=(6, max(classes, 1))) + draw.normal(
        size=(400, max(classes, 1))
    )
    return stats, truth.argmax(axis=1) if classes > 1 else truth[:, 0]


@torch.no_grad()
def answers(network, stats):
    return network(torch.from_numpy(stats)).numpy()


@pytest.mark.parametrize("classes", [2, 4])
def test_classes_are_found_as_by_logistic_regression(classes):
    stats, targets = rows(classes)
    train, validation = np.arange(300), np.arange(300, 400)
    task = Classify.learn([str(target) for target in targets], train)
    data = Data({"stats": stats}, targets, train, validation)
    network = LinearStats(LinearStatsConfig(numbers=6, outputs=classes))
    solved = solve_stats(network, data, task, {"C": 1.0})
    assert (solved.rows, solved.of) == (300, 300)
    oracle = LogisticRegression(C=1.0, tol=1e-6, max_iter=1000).fit(stats[train], targets[train])
    scores = answers(network, stats)
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(shares, oracle.predict_proba(stats), atol=0.02)


def test_a_quantity_is_found_as_by_ridge_regression():
    stats, targets = rows(1)
    train, validation = np.arange(300), np.arange(300, 400)
    task = Regress.learn([str(target) for target in targets], train)
    encoded = targets.astype(np.float32)
    data = Data({"stats": stats}, encoded, train, validation)
    network = LinearStats(LinearStatsConfig(numbers=6, outputs=1))
    solve_stats(network, data, task, {"C": 1.0})
    oracle = Ridge(alpha=1.0).fit(stats[train], encoded[train])
    expected = oracle.predict(stats).reshape(-1, 1)
    np.testing.assert_allclose(answers(network, stats), expected, atol=1e-3)
