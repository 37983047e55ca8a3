"""What is said about models that read columns of several kinds."""

SENTENCES = {
    "modalities.line": (
        "it misses “{name}” most: {score:{form}} with all, {left:{form}} without, {p:p}",
        "最离不开“{name}”：全部列 {score:{form}}，缺少它 {left:{form}}，{p:p}",
    ),
    "modalities.few": (
        "{n:count} test {n:row|rows}: too few to take kinds of columns away",
        "测试集只有 {n:count} 行，太少，无法逐类去掉列来比较",
    ),
    "modalities.power": (
        "a kind of column that brings {seen:size_{form}}",
        "带来 {seen:size_{form}}的一类列",
    ),
    "modalities.idle": (
        "Not shown to bring anything: {names}. Fit again without it (--use), and keep the smaller "
        "model if it does as well.",
        "未见用处：{names}。可用 --use 去掉后重新训练；若效果一样，请用更小的模型。",
    ),
    "modalities.kind.table": ("table", "表格"),
    "modalities.kind.text": ("text", "文本"),
    "modalities.kind.audio": ("audio", "音频"),
    "modalities.kind.image": ("image", "图像"),
    "modalities.kind.video": ("video", "视频"),
    "modalities.one": ("{kind}-{column}", "{kind}-{column}"),
    "modalities.other": ("{name}", "{name}"),
    "modalities.and": ("{first}, {rest}", "{first}、{rest}"),
    "modalities.title": ("What each kind of column brings", "每一类列的用处"),
    "modalities.note": (
        "Alone: the best model of that kind only, on the validation rows. The others are answers "
        "of this model to the test rows: given that kind only, and with it missing.",
        "单独：只用该类列的最好模型，在验证集上的得分。其余为本模型在测试集上的得分："
        "只给该类列，以及去掉该类列。",
    ),
    "modalities.note_weighed": (
        "Alone: the best model of that kind only, on the validation rows. The others are answers "
        "of this model to the test rows: given that kind only, and with it missing. Weight: how "
        "much it counted, on average, and for nine rows in ten.",
        "单独：只用该类列的最好模型，在验证集上的得分。其余为本模型在测试集上的得分："
        "只给该类列，以及去掉该类列。权重：平均占多少，以及十行中九行的范围。",
    ),
    "modalities.head.kind": ("kind", "类别"),
    "modalities.head.alone": ("alone", "单独"),
    "modalities.head.only": ("this model, only it", "本模型，只给它"),
    "modalities.head.without": ("without it", "去掉它"),
    "modalities.head.lost": ("lost without it (95 %)", "去掉后的损失（95%）"),
    "modalities.head.weight": ("weight", "权重"),
    "modalities.lost": (
        "{lost:gain_{form}} ({range:gain_{form}}), {p:p}",
        "{lost:gain_{form}}（{range:gain_{form}}），{p:p}",
    ),
    "modalities.weight": (
        "{weight:percent} ({range:percent})",
        "{weight:percent}（{range:percent}）",
    ),
    "modalities.weights": ("Weight of each kind of column", "每一类列的权重"),
    "modalities.weights_caption": (
        "How much each kind counted in the answers to the test rows: the mean as a dot, nine rows "
        "in ten within the bar.",
        "每一类列在测试集各行答案中所占的权重：圆点为平均值，横条覆盖十行中的九行。",
    ),
    "modalities.weights_describe": (
        "{name} counts most, {weight:whole_percent} on average.",
        "{name} 权重最大，平均 {weight:whole_percent}。",
    ),
    "modalities.better": (
        "together beyond doubt better than any kind alone: {fusion} {score:{form}}, {alone} "
        "{best:{form}} ({p:p})",
        "多类列合用确实胜过任何一类单独：{fusion} {score:{form}}，{alone} {best:{form}}（{p:p}）",
    ),
    "modalities.no_better": (
        "together not shown to be better than one kind alone: {fusion} {score:{form}}, {alone} "
        "{best:{form}} ({p:p})",
        "多类列合用未见胜过单独一类：{fusion} {score:{form}}，{alone} {best:{form}}（{p:p}）",
    ),
}
