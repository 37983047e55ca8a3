"""What is said of spans in texts: how tags were read, and what the report finds."""

SENTENCES = {
    "tag.read": (
        "{sentences:count} {sentences:sentence|sentences}, {spans:count} {spans:span|spans} of "
        "{types:count} {types:type|types}; tags by {scheme}, the last of {columns:count} columns; "
        "{how}",
        "{sentences:count} 句，{spans:count} 个片段，{types:count} 种类型；标注方式 {scheme}，"
        "取 {columns:count} 列中的最后一列；{how}",
    ),
    "tag.spaced": ("tokens joined by spaces", "各词以空格相连"),
    "tag.joined": ("tokens joined without spaces", "各字直接相连"),
    "tag.orphans": (
        "{count:count} {count:span begins|spans begin} without B- where {scheme} asks for it "
        "(first in line {line:number}): read as {count:its|their} beginning",
        "{count:count} 个片段缺少 {scheme} 应有的 B- 开头（第一处在第 {line:number} 行）："
        "按片段开头读入",
    ),
    "tag.unclosed": (
        "{count:count} {count:span has|spans have} no end tag (first before or in line "
        "{line:number}): read as ending where {count:it stops|they stop}",
        "{count:count} 个片段没有结尾标签（第一处在第 {line:number} 行或其前）：按中断处结尾读入",
    ),
    "tag.several": (
        "{count:count} {count:token has|tokens have} several tags with commas between (first in "
        "line {line:number}): only the first is read",
        "{count:count} 个词带有以逗号隔开的多个标签（第一处在第 {line:number} 行）：只读第一个",
    ),
    "tag.slips.line": (
        "of {total:count} spans {right:count} are right ({share:percent}); marked otherwise: "
        "{bounds:count} with wrong bounds, {type:count} with the wrong type, {both:count} with "
        "both, {invented:count} where nothing is; {missed:count} are missed: {net:gain_percent} "
        "marked on balance ({range:gain_percent}), {p:p}",
        "{total:count} 个片段里标对 {right:count}（{share:percent}）；标错的：边界不对 "
        "{bounds:count}，类型不对 {type:count}，两者都不对 {both:count}，无中生有 "
        "{invented:count}；漏掉 {missed:count}：标出的总数净差 {net:gain_percent}（"
        "{range:gain_percent}），{p:p}",
    ),
    "tag.slips.few": (
        "{n:count} test {n:row|rows}: too few spans are in them to count errors by kind",
        "测试集 {n:count} 行，片段太少，无法分类统计错误",
    ),
    "tag.slips.power": (
        "{seen:size_percent} more or fewer spans marked than there are",
        "标出的片段比实际多或少 {seen:size_percent}",
    ),
    "tag.slips.short": (
        "It marks fewer spans than there are: bring more rows with spans like those it misses.",
        "标出的片段比实际少：请补充含有它容易漏掉的片段的数据。",
    ),
    "tag.slips.long": (
        "It marks more spans than there are: look at the rows below; spans that nobody marked may "
        "be among them.",
        "标出的片段比实际多：请看下面这些行，其中也许有人工漏标的片段。",
    ),
    "tag.slips.gone": (
        "It leaves out more than half of the spans: do not use this model.",
        "一半以上的片段都漏掉了：请不要使用这个模型。",
    ),
    "tag.types.line": (
        "of {count:count} types {name} stands out most: F1 {f1:percent} ({range:percent}) over "
        "{n:count} spans, {less:gain_percent} against the others, {p:p}",
        "{count:count} 种类型里最突出的是 {name}：{n:count} 个片段，F1 {f1:percent}（"
        "{range:percent}），与其余相比 {less:gain_percent}，{p:p}",
    ),
    "tag.types.few": (
        "fewer than two types have {few:count} test spans or more: types cannot be compared",
        "达到 {few:count} 个测试片段的类型不足两种，无法比较各类型",
    ),
    "tag.types.power": (
        "a type {seen:size_percent} worse than the others",
        "某一类型比其余差 {seen:size_percent}",
    ),
    "tag.types.warn": (
        "The overall score hides this type: bring more spans of it, or look whether it is marked "
        "by one rule throughout.",
        "总得分掩盖了这个类型：请补充它的片段，或检查标注是否前后一致。",
    ),
    "tag.names.line": (
        "{share:whole_percent} of the true spans ({n:count}) are names that no training row has: "
        "{new:percent} of these are found ({range:percent}), {old:percent} of the others, {p:p}",
        "{share:whole_percent} 的真实片段（{n:count} 个）是训练数据里没有的名字："
        "其中找到 {new:percent}（{range:percent}），其余的找到 {old:percent}，{p:p}",
    ),
    "tag.names.few": (
        "fewer than {few:count} test spans: nothing can be said of new names",
        "测试片段不足 {few:count} 个，无法判断新名字的情况",
    ),
    "tag.names.all": (
        "all {n:count} test spans are names that the training rows have: nothing is known of new "
        "ones",
        "全部 {n:count} 个测试片段都是训练数据里有的名字，新名字的情况无从得知",
    ),
    "tag.names.none": (
        "none of the {n:count} test spans is a name that the training rows have",
        "{n:count} 个测试片段没有一个是训练数据里有的名字",
    ),
    "tag.names.power": (
        "new names found {seen:size_percent} less often",
        "新名字少找到 {seen:size_percent}",
    ),
    "tag.names.warn": (
        "It knows names rather than contexts: on texts with other names it will miss most of them.",
        "它记住的是名字，而不是上下文：换了名字的文本，多半会漏掉。",
    ),
    "tag.sure.line": (
        "the {n:count} spans that it marks have a score of {said:percent} on average, and "
        "{right:percent} are right; by score they are off by {error:size_percent}, {p:p} "
        "(T = {temperature:number}; its scores are divided by T)",
        "它标出的 {n:count} 个片段平均得分 {said:percent}，实际标对 {right:percent}；按得分分组，"
        "平均偏离 {error:size_percent}，{p:p}（T = {temperature:number}，输出除以 T）",
    ),
    "tag.sure.few": (
        "{n:count} {n:span|spans} marked in the test rows: too few to judge their scores "
        "({least:count} are needed)",
        "在测试集里标出 {n:count} 个片段，太少，判断不了得分准不准（至少要 {least:count} 个）",
    ),
    "tag.sure.power": (
        "scores {seen:size_percent} too high or too low on average",
        "得分平均偏高或偏低 {seen:size_percent}",
    ),
    "tag.sure.warn": (
        "The scores of spans are off: rank spans by them, but do not read them as chances.",
        "片段的得分不准：可以用来排序，但不要当成概率来读。",
    ),
    "tag.sure.fail": (
        "The scores of spans mislead: do not drop or keep spans by them, or fit again with more "
        "validation rows.",
        "片段的得分会误导人：请不要按得分取舍片段，或增加验证数据后重新训练。",
    ),
    "tag.title": ("Every type", "各种类型"),
    "tag.note": (
        "A span counts as right with both bounds and the type.",
        "边界和类型都对，才算标对。",
    ),
    "tag.unseen_types": (
        "{count:count} test {count:span is|spans are} of types that no training row has; they "
        "count as missed.",
        "有 {count:count} 个测试片段的类型在训练数据里没有出现过，计为漏掉。",
    ),
    "tag.head.type": ("type", "类型"),
    "tag.head.true": ("spans", "片段数"),
    "tag.head.found": ("marked", "标出"),
    "tag.head.right": ("right", "标对"),
    "tag.head.precision": ("precision", "精确率"),
    "tag.head.recall": ("recall", "召回率"),
    "tag.head.f1": ("F1 (95 %)", "F1（95%）"),
    "tag.spans": (
        "target: {count:count} {count:span|spans} of {types:count} {types:type|types}; "
        "{none:whole_percent} of the rows have none",
        "目标列：{count:count} 个片段，{types:count} 种类型；{none:whole_percent} 的行没有片段",
    ),
    "tag.between": (
        "{count:count} of {total:count} spans begin or end inside a word or in white space: they "
        "can never be answered exactly",
        "{total:count} 个片段里有 {count:count} 个起止于词中或空白处，不可能答得完全正确",
    ),
    "tag.unseen": (
        "{count:count} {count:type is|types are} in no training row and can never be answered, "
        "with {spans:count} {spans:span|spans}: {shown}",
        "{count:count} 种类型在训练数据里没有出现过，共 {spans:count} 个片段，不可能答出：{shown}",
    ),
}
