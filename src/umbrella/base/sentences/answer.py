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
    "answer.few": (
        "{n:count} test {n:row|rows}: too few to tell",
        "测试集 {n:count} 行，太少，无法判断",
    ),
    "answer.found": (
        "of {answers:count} answers {exact:count} are exact ({share:percent}), {part:count} hold "
        "a part of one that is accepted, {elsewhere:count} are from elsewhere",
        "{answers:count} 个回答里，{exact:count} 个完全正确（{share:percent}），{part:count} 个"
        "与正确答案部分重合，{elsewhere:count} 个取自别处",
    ),
    "answer.found_silent": (
        "of {answers:count} questions with an answer {exact:count} are answered exactly "
        "({share:percent}), {part:count} in part, {elsewhere:count} from elsewhere, {kept:count} "
        "not at all; of those without one {invented:count} are answered all the same and "
        "{silent:count} are not: silence is right in {precision:percent} of its rows",
        "{answers:count} 个有答案的问题里，{exact:count} 个完全答对（{share:percent}），"
        "{part:count} 个部分答对，{elsewhere:count} 个取自别处，{kept:count} 个没有作答；"
        "没有答案的问题里，{invented:count} 个仍作了回答，{silent:count} 个没有：不作回答时"
        "有 {precision:percent} 是对的",
    ),
    "answer.found_power": (
        "more than {seen:percent} of the answers from elsewhere",
        "超过 {seen:percent} 的回答取自别处",
    ),
    "answer.lost": (
        "Most answers are from elsewhere in the text: do not use this model. Bring more questions, "
        "or start from a published encoder (--pretrained auto).",
        "大多数回答取自文本的别处：请不要使用这个模型。请补充更多问题，或从已发布的编码器开始"
        "（--pretrained auto）。",
    ),
    "answer.many": (
        "It answers more questions than have an answer: bring more questions without one.",
        "作答的问题比有答案的多：请补充没有答案的问题。",
    ),
    "answer.few_given": (
        "It leaves questions open that have an answer: bring more questions with one.",
        "有些有答案的问题没有作答：请补充有答案的问题。",
    ),
    "answer.alike": (
        "all test texts have {chars:count} characters: long ones cannot be compared with short",
        "测试集的文本都是 {chars:count} 个字符，无法比较长短",
    ),
    "answer.lengths": (
        "on texts above {chars:count} characters F1 {long:percent} ({long_range:percent}; exact "
        "{long_exact:percent}), on the others {short:percent} ({short_range:percent}; exact "
        "{short_exact:percent}), {p:p}",
        "超过 {chars:count} 个字符的文本 F1 {long:percent}（{long_range:percent}；完全正确 "
        "{long_exact:percent}），其余 {short:percent}（{short_range:percent}；完全正确 "
        "{short_exact:percent}），{p:p}",
    ),
    "answer.lengths_power": (
        "long texts {seen:size_percent} worse",
        "长文本差 {seen:size_percent}",
    ),
    "answer.lengths_warn": (
        "Long texts are read worse: cut them into sections, or bring more questions on long ones.",
        "长文本读得更差：请把它们切成小节，或补充针对长文本的问题。",
    ),
    "answer.sure": (
        "says {said:percent} sure, is exactly right in {right:percent}: {off:gain_percent} "
        "({range:gain_percent}), {p:p}",
        "平均把握 {said:percent}，完全正确 {right:percent}：相差 {off:gain_percent}"
        "（{range:gain_percent}），{p:p}",
    ),
    "answer.sure_power": (
        "scores {seen:size_percent} too high or too low",
        "把握偏高或偏低 {seen:size_percent}",
    ),
    "answer.sure_warn": (
        "Take the scores for an order, not for chances: on rows like these they are off.",
        "请只把得分当作排序，不要当作概率：在这样的数据上它们有偏差。",
    ),
    "answer.examples": (
        "The surest of the answers that have least in common with what is accepted, each in its "
        "text. Answers that somebody marked wrongly gather here.",
        "与正确答案重合最少的回答里，把握最大的几行，连同上下文。人工标错的答案也会集中在这里。",
    ),
    "answer.nowhere": (
        "{count:count} further {count:answer stands|answers stand} nowhere in the text: answers "
        "are judged by {count:it|them} too, but nothing is learned from {count:it|them}.",
        "另有 {count:count} 个答案在文本中找不到：只用于评分，不用于训练。",
    ),
}
