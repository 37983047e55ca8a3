"""What series networks read beside the target: sentences of the choice."""

SENTENCES = {
    "features.kept": (
        "Of {tried:count} features and columns ({names}) those that lower the error of a linear "
        "forecast beyond doubt are read: {kept}. They were tried on {origins:count} origins of the "
        "training part, {tests:count} comparisons in all",
        "{tried:count} 个特征与列（{names}）中，读入能无疑义地降低线性预测误差的：{kept}。"
        "试验用训练部分的 {origins:count} 个起点，共比较 {tests:count} 次",
    ),
    "features.named": (
        "{count:feature|features} read beside the target, as named: {names}",
        "按指定，在目标之外读入 {count:count} 个特征：{names}",
    ),
    "features.unread": (
        "features as named ({names}) are read by no rung that is tried: {rungs} {count:reads|read} "
        "the target alone",
        "指定的特征（{names}）没有一级会读：要试的 {count:count} 级（{rungs}）只看目标本身",
    ),
    "features.none": (
        "None of {tried:count} features and columns ({names}) lowers the error of a linear "
        "forecast beyond doubt, on {origins:count} origins of the training part: none is read",
        "{tried:count} 个特征与列（{names}）无一能无疑义地降低线性预测的误差"
        "（训练部分的 {origins:count} 个起点）：一个也不读入",
    ),
    "features.few": (
        "The training part is too short to tell which of {tried:count} features and columns help: "
        "no feature is read",
        "训练部分太短，判断不出 {tried:count} 个特征与列中哪些有用：不读入任何特征",
    ),
    "features.left": (
        "Left out, for they add nothing to it: {names}; --features none reads every column named",
        "对它没有帮助而舍去的列：{names}；--features none 会读入所有指定的列",
    ),
}
