"""Names that several reports share: scores, simple rules, kinds of column, verdicts."""

SENTENCES = {
    "common.headline.accuracy": ("accuracy", "准确率"),
    "common.headline.mae": ("mean absolute error", "平均绝对误差"),
    "common.rule.classify": ("always the most common class", "一律答最常见的类别"),
    "common.rule.regress": ("always the median", "一律答中位数"),
    "common.kind.text": ("text", "文本"),
    "common.kind.number": ("number", "数值"),
    "common.kind.category": ("category", "类别"),
    "common.kind.image": ("image", "图像"),
    "common.kind.audio": ("audio", "音频"),
    "common.kind.video": ("video", "视频"),
    "common.kind.time": ("time", "时间"),
    "common.part.train": ("train", "训练"),
    "common.part.validation": ("validation", "验证"),
    "common.part.test": ("test", "测试"),
    "common.verdict.pass": ("pass", "通过"),
    "common.verdict.warn": ("look", "留意"),
    "common.verdict.fail": ("fail", "不通过"),
    "common.verdict.cannot tell": ("cannot tell", "无法判断"),
}
