"""Names that several reports share: scores, simple rules, parts, verdicts."""

SENTENCES = {
    "terms.headline.accuracy": ("accuracy", "准确率"),
    "terms.headline.mae": ("mean absolute error", "平均绝对误差"),
    "terms.rule.classify": ("always the most common class", "一律答最常见的类别"),
    "terms.rule.regress": ("always the median", "一律答中位数"),
    "terms.part.train": ("train", "训练"),
    "terms.part.validation": ("validation", "验证"),
    "terms.part.test": ("test", "测试"),
    "terms.verdict.pass": ("pass", "通过"),
    "terms.verdict.warn": ("look", "留意"),
    "terms.verdict.fail": ("fail", "不通过"),
    "terms.verdict.cannot tell": ("cannot tell", "无法判断"),
}
