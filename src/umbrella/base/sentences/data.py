"""What reading and splitting found out: how a source was understood, what was left out."""

SENTENCES = {
    "data.read": ("{format}, encoding {encoding}", "{format}，编码 {encoding}"),
    "data.read_found": (
        "{format}, encoding {encoding} (found)",
        "{format}，编码 {encoding}（自动识别）",
    ),
    "data.read_binary": ("{format}", "{format}"),
    "data.format.csv": ("CSV", "CSV"),
    "data.format.tsv": ("TSV", "TSV"),
    "data.format.jsonl": ("JSON lines", "JSON Lines（每行一条 JSON）"),
    "data.format.parquet": ("Parquet", "Parquet"),
    "data.format.text": ("text", "纯文本"),
    "data.format.squad": ("questions on texts (SQuAD)", "文本问答（SQuAD）"),
    "data.format.conll": ("tokens with tags (CoNLL)", "逐词标注（CoNLL）"),
    "data.format.corpus": ("raw text", "纯文本语料"),
    "data.corpus.read": (
        "a folder of {count:count} {count:text|texts}",
        "一个文件夹，含 {count:count} 篇文本",
    ),
    "data.folder.read": (
        "a folder of {count:count} {kind} {count:file|files}",
        "一个文件夹，含 {count:count} 个{kind}文件",
    ),
    "data.folder.kind.image": ("image", "图像"),
    "data.folder.kind.audio": ("audio", "音频"),
    "data.folder.kind.video": ("video", "视频"),
    "data.regular": (
        "rows come at regular moments in {time}, each once, like a series: this split is random. "
        "To forecast {target}, add --horizon 1; to test on later rows, add --time {time}.",
        "各行按 {time} 等间隔排列，每个时刻一行，像是时间序列：这里的划分是随机的。"
        "要预测 {target}，请加 --horizon 1；要用后来的行测试，请加 --time {time}。",
    ),
    "data.shelf.read": (
        "{count:count} {count:table|tables} of the folder, laid one below the other; column {name} "
        "says which",
        "文件夹中的 {count:count} 个表上下相接，列 {name} 说明来自哪一个",
    ),
    "data.shelf.named": (
        "{count:count} {count:table|tables} of the folder, laid one below the other",
        "文件夹中的 {count:count} 个表上下相接",
    ),
    "data.shelf.below": (
        "they lie in {count:count} {count:sub-folder|sub-folders}",
        "它们在 {count:count} 个子文件夹中",
    ),
    "data.shelf.unread": (
        "{count:count} more {count:table|tables} in sub-folders {count:was|were} not read: lay "
        "{count:it|them} beside the others, or name the folder",
        "子文件夹中还有 {count:count} 个表没有读入：请把它们放到同一文件夹，或指定它们所在的文件夹",
    ),
    "data.folder.others": (
        "{count:count} other {count:file is|files are} left out: {names}",
        "略去 {count:count} 个其他文件：{names}",
    ),
    "data.folder.loose": (
        "{count:count} {count:file lies|files lie} beside the class folders and {count:has|have} "
        "no label",
        "{count:count} 个文件位于类别文件夹之外，没有标签",
    ),
    "data.folder.merged": (
        "the folders {names} hold the same {count:count} classes, so they are parts of one set and "
        "no classes: merged, and split anew",
        "文件夹 {names} 含有相同的 {count:count} 个类别，是同一数据集的几部分而不是类别："
        "已合并，并重新划分",
    ),
    "data.folder.torn": (
        "{count:count} {count:file lies|files lie}, byte for byte, under more than one label, so "
        "one of them is wrong: {names}",
        "{count:count} 个文件以相同内容出现在不同标签下，其中必有一个标错：{names}",
    ),
    "data.folder.beside": (
        "the files of column {name} were found in the folder {folder} beside the table",
        "列 {name} 的文件位于表旁的文件夹 {folder} 中",
    ),
    "data.held": (
        "the files inside column {name} are kept in a temporary folder meanwhile",
        "列 {name} 内含的文件暂存于临时文件夹",
    ),
    "data.unpacked": ("unpacked from {packing}", "已从 {packing} 解压"),
    "data.not_packed": (
        "its name ends with {ending}, but it is not compressed: read as it is",
        "文件名以 {ending} 结尾，内容却未压缩：按原样读取",
    ),
    "data.separator.semicolon": (
        "cells are separated by semicolons",
        "单元格以分号分隔",
    ),
    "data.separator.tab": ("cells are separated by tabs", "单元格以制表符分隔"),
    "data.separator.bar": ("cells are separated by bars", "单元格以竖线分隔"),
    "data.quotes.ordinary": ("quotes are ordinary characters", "引号按普通字符处理"),
    "data.quotes.around": (
        "quotes around cells are no part of them",
        "单元格外的引号不属于内容",
    ),
    "data.padded": (
        "the space after each separator is no part of a cell",
        "分隔符后的空格不属于内容",
    ),
    "data.header.first": ("the first line names the columns", "第一行是列名"),
    "data.header.none": (
        "no header was found: columns are called {names}",
        "未发现表头：各列命名为 {names}",
    ),
    "data.header.off": ("columns are called {names}", "各列命名为 {names}"),
    "data.left_out": (
        "columns left out, for their type: {names}",
        "因类型无法读取而略去的列：{names}",
    ),
    "data.no_number": (
        "column {name}: {count:count} {count:cell is no number and counts|cells are no numbers "
        "and count} as missing, e.g. {example}",
        "列 {name}：{count:count} 个单元格不是数值，按缺失处理，例如 {example}",
    ),
    "data.empty_columns": (
        "columns left out, for they have no value in any row: {names}",
        "未使用的列（任何一行都没有值）：{names}",
    ),
    "data.numbering_columns": (
        "columns left out, for every value in them comes once: {names}; to use them, name all "
        "inputs with --use",
        "未使用的列（其中每个值只出现一次）：{names}；如要使用，请用 --use 列出全部输入列",
    ),
    "data.unused_columns": ("columns not used: {names}", "未使用的列：{names}"),
    "data.group_found": (
        "{groups:count} groups found by {name} ({why}): none is in two parts, so that the score is "
        "for new ones (--group none to mix them)",
        "按{name}发现 {groups:count} 组（{why}）：同组不跨部分，得分针对新的组"
        "（用 --group none 可打散）",
    ),
    "data.group.part": ("part {at:count} of the file name", "文件名的第 {at:count} 段"),
    "data.group.folder": ("the folder", "所在目录"),
    "data.group.above": (
        "the folder {up:count} above the file",
        "文件之上第 {up:count} 层目录",
    ),
    "data.group.column": ("column {name}", "列 {name}"),
    "data.group.decides": (
        "{shown}, …, about {each:count} rows each, all of one label",
        "{shown} 等，每组约 {each:count} 行，标签全都相同",
    ),
    "data.group.crosses": (
        "{shown}, …, about {each:count} rows each, of most labels",
        "{shown} 等，每组约 {each:count} 行，各种标签几乎都有",
    ),
    "data.group.named": (
        "{shown}, …, about {each:count} rows each",
        "{shown} 等，每组约 {each:count} 行",
    ),
    "data.few_groups": (
        "validation holds {validation:count} of the groups and test {test:count}: ranges tell of "
        "these alone, and another group may lie outside them",
        "验证部分只有 {validation:count} 组，测试部分只有 {test:count} 组：区间只说明这几组，"
        "别的组可能落在外面",
    ),
    "data.no_target": (
        "{count:count} {count:row|rows} without a target {count:is|are} left out",
        "{count:count} 行没有目标值，已略去",
    ),
    "data.split.parts": (
        "train {train:count} · validation {validation:count} · test {test:count}",
        "训练 {train:count} · 验证 {validation:count} · 测试 {test:count}",
    ),
    "data.parts.validation": (
        "validation: the {rows:count} {rows:row|rows} of {name}, as given",
        "验证集：{name} 的 {rows:count} 行，按所给划分",
    ),
    "data.parts.test": (
        "test: the {rows:count} {rows:row|rows} of {name}, as given",
        "测试集：{name} 的 {rows:count} 行，按所给划分",
    ),
    "data.parts.share": (
        "The parts that were given share rows, so the test score flatters. Take these rows out of "
        "one of the files, or leave --validation and --test out.",
        "所给的各部分之间有重复，测试得分有水分。请从其中一个文件里去掉这些行，或不用 --validation "
        "和 --test。",
    ),
    "data.parts.twins": (
        "{count:count} {count:row has|rows have} a copy",
        "{count:count} 行有重复",
    ),
    "data.parts.across_validation": (
        "{count:count} of the {rows:count} validation rows given have a copy, or one of their "
        "group, in another part: what is chosen by them may be chosen for what it remembers; all "
        "are kept",
        "所给的 {rows:count} 行验证数据里，有 {count:count} 行在别的部分里有重复或同组的行："
        "据此挑选的模型也许只是记住了它们；这些行全部保留",
    ),
    "data.parts.across_test": (
        "{count:count} of the {rows:count} test rows given have a copy, or one of their group, in "
        "another part: the score on them flatters; all are kept",
        "所给的 {rows:count} 行测试数据里，有 {count:count} 行在别的部分里有重复或同组的行："
        "测试得分会偏高；这些行全部保留",
    ),
    "data.parts.unseen_validation": (
        "{count:count} of the {rows:count} validation rows given are of {names}, which no training "
        "row is: every model is wrong about them",
        "所给的 {rows:count} 行验证数据里，有 {count:count} 行的类别是 {names}，训练数据里没有："
        "哪个模型都答不对",
    ),
    "data.parts.unseen_test": (
        "{count:count} of the {rows:count} test rows given are of {names}, which no training row "
        "is: every model is wrong about them",
        "所给的 {rows:count} 行测试数据里，有 {count:count} 行的类别是 {names}，训练数据里没有："
        "哪个模型都答不对",
    ),
    "data.split.twins": (
        "{count:count} {count:twin|twins} kept on one side of the split",
        "{count:count} 行重复行已归到划分的同一侧",
    ),
    "data.split.groups": (
        "{count:count} {count:group|groups} kept whole",
        "{count:count} 组各自保持完整",
    ),
    "data.split.rare": (
        "{count:count} {count:class is|classes are} too rare to be in every part: {names}",
        "{count:count} 个类别太少，无法每份都有：{names}",
    ),
    "data.split.unused": (
        "{count:count} later {count:copy|copies} of earlier rows set aside",
        "{count:count} 行与更早的行重复，已搁置不用",
    ),
    "data.split.few": (
        "only {count:count} rows: no score will mean much",
        "只有 {count:count} 行：任何得分都说明不了多少",
    ),
}
