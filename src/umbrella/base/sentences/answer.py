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
    "answer.nowhere": (
        "{count:count} further {count:answer stands|answers stand} nowhere in the text: answers "
        "are judged by {count:it|them} too, but nothing is learned from {count:it|them}.",
        "另有 {count:count} 个答案在文本中找不到：只用于评分，不用于训练。",
    ),
}
