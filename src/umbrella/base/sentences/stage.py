"""Titles of the work under way, beside its progress bar."""

SENTENCES = {
    "stage.read": ("read", "读取"),
    "stage.panel": ("order series", "整理序列"),
    "stage.features": ("try features", "试验特征"),
    "stage.twins": ("twins", "查找重复"),
    "stage.encode": ("encode {name}", "编码 {name}"),
    "stage.solve": ("solve {name}", "求解 {name}"),
    "stage.naive": ("{name} by an ordinary split", "按普通划分求解 {name}"),
    "stage.rung": ("{name}", "{name}"),
    "stage.compare": ("compare", "比较"),
    "stage.vectors": ("read by the encoder", "用编码器读取"),
    "stage.why": ("why", "原因"),
    "stage.score": ("score", "评分"),
    "stage.check": ("check", "检查"),
    "stage.search": ("search", "搜索"),
    "stage.distill": ("distill {name}", "蒸馏 {name}"),
    "stage.ask": ("ask the large model", "询问大模型"),
    "stage.backtest": ("backtest", "回测"),
    "stage.export": ("export", "导出"),
    "stage.parity": ("parity", "核对一致"),
    "stage.predict": ("predict", "预测"),
}
