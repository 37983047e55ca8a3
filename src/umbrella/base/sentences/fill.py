"""What is said of texts with blanks: how text was cut, and what the report finds."""

SENTENCES = {
    "fill.pieces.documents": (
        "{pieces:count} pieces of {documents:count} documents; no document is divided between "
        "learning and judging",
        "{documents:count} 篇文档，切成 {pieces:count} 段；同一文档不会既用于学习又用于评判",
    ),
    "fill.pieces.stretches": (
        "{pieces:count} pieces in {stretches:count} stretches of neighbours, for there "
        "{documents:is|are} only {documents:count} {documents:document|documents}; no "
        "stretch is divided between learning and judging",
        "切成 {pieces:count} 段，相邻的归为 {stretches:count} 组，因为只有 {documents:count} "
        "篇文档；同一组不会既用于学习又用于评判",
    ),
    "fill.tokens": (
        "{whose}; {count:count} of its tokens in the training rows can be asked for",
        "{whose}；训练数据里可供提问的词元有 {count:count} 个",
    ),
    "fill.tokens.own": (
        "a tokenizer of {count:count} pieces, learned from the training rows, reads for all rungs",
        "各级共用一个从训练数据学得的分词器，{count:count} 个词元",
    ),
    "fill.tokens.taken": (
        "the tokenizer of the checkpoint, {count:count} pieces, reads for all rungs, so that their "
        "losses compare; those of a run with another tokenizer do not",
        "各级共用该模型自带的分词器（{count:count} 个词元），损失才可相比；"
        "分词器不同的结果不能相比",
    ),
    "fill.guesses.line": (
        "{blanks:count} blanks in {n:count} pieces: the first guess is right at {first:percent} "
        "({first_range:percent}), one of the first {many:count} at {some:percent} "
        "({some_range:percent}), and always guessing the commonest token at {rule:percent}; "
        "perplexity {perplexity:number} ({range:number})",
        "{n:count} 段里的 {blanks:count} 个空格：首选猜对 {first:percent}"
        "（{first_range:percent}），前 {many:count} 个里有对的 {some:percent}"
        "（{some_range:percent}），总猜最常见的词元则对 {rule:percent}；困惑度 "
        "{perplexity:number}（{range:number}）",
    ),
    "fill.guesses.power": (
        "first guesses right {seen:size_percent} more often than the commonest token",
        "首选比总猜最常见的词元多对 {seen:size_percent}",
    ),
    "fill.guesses.warn": (
        "Not shown to guess better than always the commonest token: bring more text.",
        "没能证明它猜得比总猜最常见的词元好：请补充文本。",
    ),
    "fill.guesses.few": (
        "{n:count} test {n:piece|pieces} without enough blanks: nothing can be said of guesses",
        "测试集 {n:count} 段，空格不够，无法评判猜测",
    ),
    "fill.chances.line": (
        "first guesses say {said:percent} on average and are right at {right:percent}: "
        "{net:gain_percent} ({range:gain_percent}), {p:p}",
        "首选猜测平均自称 {said:percent}，实际猜对 {right:percent}：{net:gain_percent}（"
        "{range:gain_percent}），{p:p}",
    ),
    "fill.chances.power": (
        "chances {seen:size_percent} too high or too low",
        "概率偏高或偏低 {seen:size_percent}",
    ),
    "fill.chances.sure": (
        "It is too sure: it learned its pieces by heart. Bring more text, or fewer --epochs.",
        "它过于自信：把学过的段落背了下来。请补充文本，或减少 --epochs。",
    ),
    "fill.chances.shy": (
        "It is less sure than it could be: more --epochs may help.",
        "它不够自信：增加 --epochs 也许有用。",
    ),
    "fill.unknown": (
        "{share:percent} of the tokens are unknown to the tokenizer: they are read, and never "
        "asked for",
        "{share:percent} 的词元分词器不认识：读入，但不提问",
    ),
    "fill.cut": (
        "{share:percent} of the pieces are longer than {length:count} tokens; the rest of them is "
        "not read",
        "{share:percent} 的段落超过 {length:count} 个词元；其余部分不读",
    ),
    "fill.words.rjieba": (
        "whole words of Chinese are hidden, as rjieba finds them",
        "按 rjieba 分出的词整词遮盖",
    ),
    "fill.words.pieces": (
        "Chinese is hidden character by character, for rjieba is not installed: pip install "
        "'umbrella[words]' hides whole words, which is harder",
        "未安装 rjieba，中文按单字遮盖；装上后整词遮盖，难度更高：pip install 'umbrella[words]'",
    ),
}
