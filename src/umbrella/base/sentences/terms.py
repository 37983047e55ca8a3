"""Names that several reports share: scores, simple rules, parts, verdicts."""

SENTENCES = {
    "terms.headline.accuracy": ("accuracy", "准确率"),
    "terms.headline.mae": ("mean absolute error", "平均绝对误差"),
    "terms.headline.mase": ("scaled error (MASE)", "标准化误差（MASE）"),
    "terms.headline.wer": ("word error rate", "词错误率"),
    "terms.headline.cer": ("character error rate", "字错误率"),
    "terms.headline.mean_f1": ("mean F1 of the rows", "各行 F1 的平均"),
    "terms.unit.word": ("words", "个词"),
    "terms.unit.character": ("characters", "个字"),
    "terms.rule.classify": ("always the most common class", "一律答最常见的类别"),
    "terms.rule.regress": ("always the median", "一律答中位数"),
    "terms.rule.transcribe": ("always the same words", "一律答同一句话"),
    "terms.rule.multilabel": ("always the same labels", "一律答同一组标签"),
    "terms.rule.forecast": ("always the last value", "一律答最后一个值"),
    "terms.part.train": ("train", "训练"),
    "terms.part.validation": ("validation", "验证"),
    "terms.part.test": ("test", "测试"),
    "terms.verdict.pass": ("pass", "通过"),
    "terms.verdict.warn": ("look", "留意"),
    "terms.verdict.fail": ("fail", "不通过"),
    "terms.verdict.cannot tell": ("cannot tell", "无法判断"),
}
