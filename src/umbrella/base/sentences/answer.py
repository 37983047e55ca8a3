"""Sentences about questions on texts and their answers."""

SENTENCES = {
    "answer.read": (
        "{questions:count} {questions:question|questions} on {texts:count} {texts:text|texts}.",
        "针对 {texts:count} 篇文本的 {questions:count} 个问题。",
    ),
    "answer.silent": (
        "{count:count} {count:question has|questions have} no answer in the text; a model learns "
        "to stay silent there.",
        "{count:count} 个问题在文本中没有答案；模型会学着在此不作回答。",
    ),
    "answer.moved": (
        "{count:count} {count:answer does|answers do} not stand where the file says, first that of "
        "{first}; the nearest place where it stands is taken.",
        "{count:count} 个答案不在文件所写的位置（首个见 {first}），已改用离该处最近的出现位置。",
    ),
    "answer.columns": (
        "answers are sought in {text}; {question} asks",
        "在 {text} 中寻找答案；问题取自 {question}",
    ),
    "answer.together": (
        "rows of one {name} stay on one side of the split, and so do copies of a text: "
        "{groups:count} groups, {texts:count} texts, {rows:count} questions",
        "同一 {name} 的各行，以及互为副本的文本，都划在同一侧：{groups:count} 组，"
        "{texts:count} 篇文本，{rows:count} 个问题",
    ),
    "answer.mended": (
        "{count:count} {count:answer does|answers do} not stand where {count:its row says|their "
        "rows say} (first in row {first:number}): the one place near it where the answer stands "
        "is taken",
        "{count:count} 个答案不在所写的位置（首个在第 {first:number} 行）："
        "已改用附近唯一出现的位置",
    ),
    "answer.absent": (
        "the {count:answer|answers} of {count:count} {count:row stands|rows stand} nowhere in "
        "{count:its text|their texts} (first in row {first:number}): judged by, not learned from",
        "{count:count} 行的答案在文本中找不到（首个在第 {first:number} 行）："
        "只用于评分，不用于训练",
    ),
    "answer.target": (
        "target: answers to {count:count} {count:question|questions}, {silent:whole_percent} "
        "without one; answers may have {longest:count} characters; {how}",
        "目标列：{count:count} 个问题的答案，其中 {silent:whole_percent} 没有答案；"
        "答案最长 {longest:count} 个字符；{how}",
    ),
    "answer.judged.en": (
        "judged as by SQuAD: words in any order, without articles and punctuation",
        "按 SQuAD 的规则评分：不计词序，不计冠词和标点",
    ),
    "answer.judged.zh": (
        "judged as by CMRC 2018: the longest run of characters in common, without punctuation",
        "按 CMRC 2018 的规则评分：按最长公共连续字串，不计标点",
    ),
    "answer.margin": (
        "an answer is given when it scores {margin:gain} against silence, as suits the validation "
        "rows best: F1 {score:percent} there, {before:percent} without a margin",
        "答案得分与“无答案”之差达到 {margin:gain} 才作回答，这在验证集上最好：F1 "
        "{score:percent}，不设门槛时为 {before:percent}",
    ),
    "answer.nowhere": (
        "{count:count} further {count:answer stands|answers stand} nowhere in the text: answers "
        "are judged by {count:it|them} too, but nothing is learned from {count:it|them}.",
        "另有 {count:count} 个答案在文本中找不到：只用于评分，不用于训练。",
    ),
}
