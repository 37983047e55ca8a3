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
        "{count:count} {count:span begins|spans begin} without B- where {scheme} asks for it (first "
        "in line {line:number}): read as {count:its|their} beginning",
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
