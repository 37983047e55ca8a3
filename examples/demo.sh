#!/usr/bin/env bash
# The whole journey on real data: fit, check, shrink, ship, predict. `make demo` runs it.
#
# Every command is printed before it runs, and can be typed again by itself.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"

RUN=runs/demo
FILE=runs/demo.onnx
MINUTES=${MINUTES:-3}

case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in zh*) CHINESE=1 ;; *) CHINESE=0 ;; esac

say() { # English, Chinese: prints the one that fits the locale
    if [ "$CHINESE" = 1 ]; then printf '\n%s\n' "$2"; else printf '\n%s\n' "$1"; fi
}

run() { # prints a command as it would be typed, then runs it
    printf '\n$'
    printf ' %s' "$@"
    printf '\n'
    "$@"
}

say "1 of 5 · FIT. 35,123 Chinese reviews, each positive or negative. A ladder of models is climbed,
lightest first, within $MINUTES minutes. Each row below is one model: its share of right answers on
validation rows and a range that, in 19 draws of 20, holds the share over all such rows, its size, its time for one row,
and whether the difference to the best could be chance (p: how often chance alone would do as much).
The best of several scores flatters itself; by how much is said beside it. The test rows come last." \
"1/5 · 训练。35,123 条中文评论，每条是好评或差评。在 $MINUTES 分钟内由轻到重逐级尝试。
下面每行是一个模型：在验证行上答对的比例和一个范围（二十次抽样里有十九次包含全体同类数据上的比例）、大小、单行耗时，
以及与最好一级的差别会不会只是偶然（p 是纯属偶然也会差这么多的概率）。
从几个得分里挑最高的会偏高，偏高多少写在旁边。测试行最后才看。"
run umbrella fit reviews-zh --target label --minutes "$MINUTES" --out $RUN

say "2 of 5 · CHECK. Will it hold on reviews it has never seen? Each line is one question, its answer
with its doubt, and how large a fault could have been found." \
"2/5 · 检查。在没见过的评论上还成立吗？每行是一个问题：答案、不确定的范围，以及这些行能看出多大的毛病。"
run umbrella check $RUN

say "3 of 5 · SHRINK. At most 300 kB on disk and at most 2 points fewer right answers, proven on test
rows that no search step saw. The first line says what these rows could prove at best; each line after it
is one candidate: its size, its time for one row, its share of right answers on validation rows." \
"3/5 · 缩小。磁盘上最多 300 kB，准确率最多降 2 个百分点，并用搜索从未见过的测试行来证明。
第一行说明这些行最多能证明到什么程度；
以后每行是一个候选：大小、单行耗时、验证行上答对的比例。"
SHIPPED=$RUN-small
if ! run umbrella shrink $RUN --size 300KB --drop 2% --out $RUN-small --fresh; then
    say "No smaller model could be proven good enough, which is an answer, too. The fitted one goes on." \
    "没有更小的模型能被证明足够好，这也是一个答案。接下来交付原来的模型。"
    SHIPPED=$RUN
fi

say "4 of 5 · SHIP. One file with preprocessing, network, labels and model card, compared with the run
on the validation rows before it is written. Printed: its size, and the median time for one row." \
"4/5 · 交付。一个文件，装下预处理、网络、标签和模型卡；写出之前先用验证行与运行目录对比。
打印的是文件大小和单行的中位耗时。"
run umbrella ship $SHIPPED -o $FILE

say "5 of 5 · PREDICT. Three sentences, in a process where torch, scikit-learn and polars cannot be
imported: the label, how sure the model is (0.5 is a coin toss), the sentence." \
"5/5 · 预测。三句话，在一个无法导入 torch、scikit-learn 和 polars 的进程里：标签、把握（0.5 等于抛硬币）、原句。"
run python examples/without_torch.py $FILE "房间很干净，早餐也不错" "等了一个小时，没有人道歉" "书不错，就是快递太慢"

say "Done. Open $RUN/report.html to see the figures; $FILE is all that has to be copied." \
"完成。图表在 $RUN/report.html；需要拷走的只有 $FILE 这一个文件。"
