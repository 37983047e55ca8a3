"""Sentences of the model card, the page that travels with a shipped file."""

SENTENCES = {
    "ship.card.classify": (
        "Reads {columns} of a row and answers with one of {count:count} labels: {labels}.",
        "读取每行的 {columns}，给出 {count:count} 个标签之一：{labels}。",
    ),
    "ship.card.regress": (
        "Reads {columns} of a row and answers with a number.",
        "读取每行的 {columns}，给出一个数值。",
    ),
    "ship.card.transcribe": (
        "Reads {columns} of a row, a sound, and answers with the text of what is said. Marks and "
        "capital letters are not written.",
        "读取每行的 {columns}（声音），给出所说内容的文字，不写标点和大小写。",
    ),
    "ship.card.tag": (
        "Reads {columns} of a row and marks spans of {count:count} types in it: {labels}.",
        "读取每行的 {columns}，标出其中 {count:count} 种片段：{labels}。",
    ),
    "ship.card.answer": (
        "Reads {columns} of a row, a text and a question on it, and answers with the stretch of "
        "the text that answers it, of {longest:count} characters at most.",
        "读取每行的 {columns}（文本与针对它的问题），给出文本中回答该问题的片段，"
        "最长 {longest:count} 个字符。",
    ),
    "ship.card.answer_silent": (
        "Reads {columns} of a row, a text and a question on it, and answers with the stretch of "
        "the text that answers it, of {longest:count} characters at most, or with nothing where "
        "the text does not say.",
        "读取每行的 {columns}（文本与针对它的问题），给出文本中回答该问题的片段，"
        "最长 {longest:count} 个字符；文本没有答案时不作回答。",
    ),
    "ship.card.forecast": (
        "Reads the history of a series ({columns} says when) and forecasts its next "
        "{horizon:count} steps, with intervals.",
        "读取一条序列的历史（{columns} 说明时间），预测之后 {horizon:count} 步，并给出区间。",
    ),
    "ship.card.forecast_rows": (
        "Reads the history of a series, in the order of time, and forecasts its next "
        "{horizon:count} steps, with intervals.",
        "读取一条序列按时间排列的历史，预测之后 {horizon:count} 步，并给出区间。",
    ),
    "ship.card.multilabel": (
        "Reads {columns} of a row and answers with any number of {count:count} labels, or none: "
        "{labels}.",
        "读取每行的 {columns}，在 {count:count} 个标签里给出任意多个，也可能一个都没有：{labels}。",
    ),
    "ship.card.good": ("How good it is", "效果如何"),
    "ship.card.test": (
        "{headline} on {rows:count} test rows: **{score:{form}}** (95 %: {range:{form}}). These "
        "rows were set aside before anything was fitted, and scored once, after the choice.",
        "在 {rows:count} 行测试数据上，{headline}为 **{score:{form}}**（95% 区间："
        "{range:{form}}）。这些行在拟合之前就已留出，选定模型之后只评一次分。",
    ),
    "ship.card.test_shrunk": (
        "{headline} on {rows:count} test rows: **{score:{form}}** (95 %: {range:{form}}). No "
        "training or search step saw these rows. They were scored for the run it came from, and "
        "again to accept this model.",
        "在 {rows:count} 行测试数据上，{headline}为 **{score:{form}}**（95% 区间："
        "{range:{form}}）。训练和搜索都没见过这些行。它们先用来给原模型评分，又用来验收本模型。",
    ),
    "ship.card.test_ahead": (
        "{headline} on {rows:count} test origins: **{score:{form}}** (95 %: {range:{form}}). They "
        "are the last stretch of time, set aside before anything was fitted, and scored once, "
        "after the choice.",
        "在 {rows:count} 个测试起点上，{headline}为 **{score:{form}}**（95% 区间："
        "{range:{form}}）。它们是最后一段时间，在拟合之前就已留出，选定模型之后只评一次分。",
    ),
    "ship.card.test_shrunk_ahead": (
        "{headline} on {rows:count} test origins: **{score:{form}}** (95 %: {range:{form}}). They "
        "are the last stretch of time, and no training or search step saw them. They were scored "
        "for the run it came from, and again to accept this model.",
        "在 {rows:count} 个测试起点上，{headline}为 **{score:{form}}**（95% 区间："
        "{range:{form}}）。它们是最后一段时间，训练和搜索都没见过；先用来给原模型评分，"
        "又用来验收本模型。",
    ),
    "ship.card.picked_ahead": (
        "Picked among {candidates:count} {candidates:candidate|candidates} by the last stretch of "
        "validation origins, then accepted on the test origins.",
        "用最后一段验证起点从 {candidates:count} 个候选中挑出，再在测试起点上验收。",
    ),
    "ship.card.proof_ahead": (
        "Shrunk from the run {parent}; its drop was tested against what was allowed: with "
        "{level:percent} confidence its error is less than {bound:{form}} above the large model's "
        "on times like those of the {rows:count} test origins, and {allowed:{form}} was allowed.",
        "由 {parent} 缩小而来；变差没有超过允许值，已在 {rows:count} 个测试起点上检验："
        "对与之相仿的时势，有 {level:percent} 的把握误差比大模型高出不到 {bound:{form}}，"
        "允许的是 {allowed:{form}}。",
    ),
    "ship.card.return": (
        "It forecasts returns of {column} (changes of its logarithm) and rebuilds the values from "
        "them; values of zero or below have none and are refused.",
        "它预测 {column} 的收益率（对数的变动），再由此还原出值；零或负的值没有收益率，会被拒绝。",
    ),
    "ship.card.return_each": (
        "It forecasts returns (changes of the logarithm) and rebuilds the values from them; values "
        "of zero or below have none and are refused.",
        "它预测收益率（对数的变动），再由此还原出值；零或负的值没有收益率，会被拒绝。",
    ),
    "ship.card.level_each": (
        "It forecasts the values themselves, not their returns.",
        "它预测值本身，而不是收益率。",
    ),
    "ship.card.level": (
        "It forecasts {column} itself, not its returns.",
        "它预测 {column} 的值本身，而不是收益率。",
    ),
    "ship.card.looks_plain_ahead": (
        "Chosen among {looks:count} candidates by origins before those of the test.",
        "用测试之前的起点从 {looks:count} 个候选中选出。",
    ),
    "ship.card.looks_ahead": (
        "Chosen among {looks:count} candidates by origins before those of the test; looking at so "
        "many flatters the best of them there by about {optimism:size_{form}}.",
        "用测试之前的起点从 {looks:count} 个候选中选出；因为多中选优，"
        "其中最好者在那里约虚高 {optimism:size_{form}}。",
    ),
    "ship.card.source_ahead": (
        "{source}: {train:count} origins to train, {validation:count} to choose, {test:count} to "
        "test, each part later than the one before it (fingerprint `{fingerprint}`).",
        "{source}：训练 {train:count} 个起点，挑选 {validation:count} 个，测试 {test:count} 个，"
        "后一部分都晚于前一部分（指纹 `{fingerprint}`）。",
    ),
    "ship.card.source_walk": (
        "{source}: {origins:count} origins to choose by, in {stretches:count} stretches of time, "
        "each later than all that was learned from to forecast it; {train:count} to train before "
        "the last of them, which has {validation:count}; {test:count} to test, later than all "
        "(fingerprint `{fingerprint}`).",
        "{source}：挑选 {origins:count} 个起点，分为 {stretches:count} 段时间，"
        "每一段都晚于预测它时学过的数据；最后一段有 {validation:count} 个，它之前供训练的 "
        "{train:count} 个；测试 {test:count} 个，晚于一切（指纹 `{fingerprint}`）。",
    ),
    "ship.card.limit.ahead": (
        "The score and the intervals hold for times like those of the test. What comes after, "
        "other series, and breaks in how things go were not tested.",
        "得分和区间只适用于与测试那段相仿的时势。之后的事、其他序列、规律的突变都未经测试。",
    ),
    "ship.card.baseline": (
        "Beside it the simple rule, {rule}: {score:{form}} ({p:p}).",
        "对照最简单的规则（{rule}）：{score:{form}}（{p:p}）。",
    ),
    "ship.card.looks": (
        "Chosen among {looks:count} candidates on {rows:count} validation rows; looking at so many "
        "flatters the best of them there by about {optimism:size_{form}}.",
        "用 {rows:count} 行验证数据从 {looks:count} 个候选中选出；因为多中选优，"
        "其中最好者在验证集上约虚高 {optimism:size_{form}}。",
    ),
    "ship.card.looks_plain": (
        "Chosen among {looks:count} candidates on {rows:count} validation rows.",
        "用 {rows:count} 行验证数据从 {looks:count} 个候选中选出。",
    ),
    "ship.card.picked": (
        "Picked among {candidates:count} {candidates:candidate|candidates} by validation rows, "
        "then accepted on the test rows.",
        "在验证行上从 {candidates:count} 个候选中挑出，再在测试行上验收。",
    ),
    "ship.card.shrunk": (
        "Shrunk from the run {parent}; its drop was tested against what was allowed.",
        "由 {parent} 缩小而来；下降没有超过允许值，已经过检验。",
    ),
    "ship.card.proof": (
        "Shrunk from the run {parent}; its drop was tested against what was allowed: with "
        "{level:percent} confidence it is below {bound:{form}} on rows like the {rows:count} "
        "test rows, and a drop of {allowed:{form}} was allowed.",
        "由 {parent} 缩小而来；下降没有超过允许值，已在 {rows:count} 行测试数据上检验：有 "
        "{level:percent} 的把握下降小于 {bound:{form}}，允许的是 {allowed:{form}}。",
    ),
    "ship.card.data": ("The data", "数据"),
    "ship.card.source": (
        "{source}: {train:count} rows to train, {validation:count} to choose, {test:count} to test "
        "(fingerprint `{fingerprint}`).",
        "{source}：训练 {train:count} 行，挑选 {validation:count} 行，测试 {test:count} 行"
        "（指纹 `{fingerprint}`）。",
    ),
    "ship.card.twins": (
        "{count:count} rows have a twin (equal or nearly equal text); twins stay in one part.",
        "{count:count} 行是重复行（文本相同或近乎相同）；重复的行始终在同一部分。",
    ),
    "ship.card.bad": (
        "{count:count} rows of the source could not be read and were left out.",
        "源数据中有 {count:count} 行无法读取，已略去。",
    ),
    "ship.card.licence": (
        "The licence of the data is not known to this toolkit, and whether the model may be passed "
        "on depends on it: ask whoever owns the data.",
        "本工具不知道数据的许可证，而模型能否转交他人取决于此：请询问数据的所有者。",
    ),
    "ship.card.rungs": ("Models tried", "试过的模型"),
    "ship.card.rungs.head": (
        "model | validation | 95 % | size | one row | against the best",
        "模型 | 验证集 | 95% 区间 | 大小 | 单行耗时 | 与最好者相比",
    ),
    "ship.card.rungs.head_shrunk": (
        "model | validation | 95 % | size | one row | against the run it came from",
        "模型 | 验证集 | 95% 区间 | 大小 | 单行耗时 | 与原模型相比",
    ),
    "ship.card.rungs.head_ahead": (
        "model | validation | 95 % | size | one forecast | against the best",
        "模型 | 验证集 | 95% 区间 | 大小 | 一次预测耗时 | 与最好者相比",
    ),
    "ship.card.rungs.head_shrunk_ahead": (
        "model | last validation stretch | 95 % | size | one forecast | against the run it came "
        "from",
        "模型 | 最后一段验证 | 95% 区间 | 大小 | 一次预测耗时 | 与原模型相比",
    ),
    "ship.card.rungs.failed": ("failed", "失败"),
    "ship.card.best": ("the best", "最好"),
    "ship.card.limits": ("What cannot be told", "无从得知的"),
    "ship.card.limit.shift": (
        "The score holds for rows drawn like those of the data above. Other topics, times, writers "
        "or languages were not tested.",
        "得分只适用于与上述数据同源的行。其他题材、时期、作者或语言未经测试。",
    ),
    "ship.card.limit.labels": (
        "Every row gets one of the labels, also a row to which none applies.",
        "每一行都会得到某个标签，即使没有一个适用。",
    ),
    "ship.card.limit.sets": (
        "A label is named from the chance on that held-out rows chose; how often the labels occur "
        "elsewhere may ask for another. What has no label in the list cannot be named.",
        "各标签从留出数据选定的概率界限起答出；别处标签的多少若不同，界限可能也该不同。"
        "列表之外的标签无法答出。",
    ),
    "ship.card.limit.speech": (
        "Every sound is answered with text, also one in which nobody speaks. Other voices, rooms, "
        "microphones and words than those above were not tested; a character that no training "
        "transcript has is never written.",
        "任何声音都会得到文字，哪怕没有人说话。别的嗓音、房间、话筒和用词未经测试；"
        "训练文字里没有的字符永远写不出来。",
    ),
    "ship.card.limit.empty": (
        "A missing or empty text is answered too, and marked in the note; the answer then says "
        "nothing about the row.",
        "缺失或空白的文本也会得到答案，并在备注（note）中标出；该答案与此行无关。",
    ),
    "ship.card.limit.groups": (
        "Whether it errs more often for some groups of people than for others was not tested.",
        "对不同人群的出错率是否有别，未经测试。",
    ),
    "ship.card.cost": ("Size and speed", "大小与速度"),
    "ship.card.size": (
        "{bytes:bytes} on disk; {ms:ms} for one row (median, one thread) on {cpu}. Another kind of "
        "processor will differ.",
        "磁盘占用 {bytes:bytes}；单行耗时 {ms:ms}（中位数，单线程），处理器为 {cpu}。"
        "其他处理器会有出入。",
    ),
    "ship.card.size_ahead": (
        "{bytes:bytes} on disk; {ms:ms} for one forecast of one series (median, one thread) on "
        "{cpu}. Another kind of processor will differ.",
        "磁盘占用 {bytes:bytes}；一条序列的一次预测耗时 {ms:ms}（中位数，单线程），处理器为 {cpu}。"
        "其他处理器会有出入。",
    ),
    "ship.card.parity_ahead": (
        "From the {rows:count} origins of the last validation stretch this file forecasts as the "
        "run does: the largest difference, in scales of the series, is {change:number}.",
        "从最后一段验证的 {rows:count} 个起点出发，此文件的预测与原模型一致："
        "最大的差（以序列的尺度计）为 {change:number}。",
    ),
    "ship.card.int8": (
        "Weights are held in int8 ({before:bytes} before).",
        "权重以 int8 存储（此前为 {before:bytes}）。",
    ),
    "ship.card.parity": (
        "On {rows:count} validation rows this file answers as the run does: the largest "
        "difference of an output is {change:number}, and {changed:count} answers changed.",
        "在 {rows:count} 行验证数据上，此文件与原模型一致：输出的最大差为 {change:number}，"
        "{changed:count} 个答案改变。",
    ),
    "ship.card.run": ("How to run it", "如何使用"),
    "ship.card.installed": (
        "With this version of Umbrella installed:",
        "装好这一版 Umbrella 后：",
    ),
    "ship.card.made": ("Made by", "制作信息"),
    "ship.card.versions": (
        "Umbrella {umbrella}, {made}, with {versions}.",
        "Umbrella {umbrella}，{made}，使用 {versions}。",
    ),
    "ship.shipped_ahead": (
        "shipped: {file}, {bytes:bytes}, one forecast of one series {ms:ms}, same forecasts as the "
        "run from all {rows:count} origins of the last validation stretch",
        "已交付：{file}，{bytes:bytes}，一条序列的一次预测耗时 {ms:ms}，"
        "从最后一段验证的全部 {rows:count} 个起点出发，预测与训练结果一致",
    ),
    "ship.shipped": (
        "shipped: {file}, {bytes:bytes}, one row {ms:ms}, same answers as the run on all "
        "{rows:count} rows",
        "已交付：{file}，{bytes:bytes}，单行耗时 {ms:ms}，{rows:count} 行的答案与训练结果全部一致",
    ),
}
