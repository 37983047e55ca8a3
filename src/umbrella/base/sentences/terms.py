"""Names that several reports share: scores, simple rules, kinds of column, verdicts."""

SENTENCES = {
    "terms.headline.accuracy": ("accuracy", "准确率"),
    "terms.headline.mae": ("mean absolute error", "平均绝对误差"),
    "terms.rule.classify": ("always the most common class", "一律答最常见的类别"),
    "terms.rule.regress": ("always the median", "一律答中位数"),
    "terms.kind.text": ("text", "文本"),
    "terms.kind.number": ("number", "数值"),
    "terms.kind.category": ("category", "类别"),
    "terms.kind.image": ("image", "图像"),
    "terms.kind.audio": ("audio", "音频"),
    "terms.kind.video": ("video", "视频"),
    "terms.kind.time": ("time", "时间"),
    "terms.part.train": ("train", "训练"),
    "terms.part.validation": ("validation", "验证"),
    "terms.part.test": ("test", "测试"),
    "terms.verdict.pass": ("pass", "通过"),
    "terms.verdict.warn": ("look", "留意"),
    "terms.verdict.fail": ("fail", "不通过"),
    "terms.verdict.cannot tell": ("cannot tell", "无法判断"),
}
