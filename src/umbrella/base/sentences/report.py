"""Headings and fixed words of the report, on the terminal and on the page."""

SENTENCES = {
    "report.title": ("Will it hold?", "靠得住吗？"),
    "report.page_title": ("Will it hold? · {name}", "靠得住吗？ · {name}"),
    "report.graded": (
        "{name} · graded on {n:count} {n:row|rows} that no step had seen",
        "{name} · 用 {n:count} 行任何步骤都没见过的数据评定",
    ),
    "report.graded_rung": (
        "{name} · {rung} · graded on {n:count} {n:row|rows} that no step had seen",
        "{name} · {rung} · 用 {n:count} 行任何步骤都没见过的数据评定",
    ),
    "report.graded_shrunk": (
        "{name} · {rung} · graded on {n:count} {n:row|rows}. No training or search step saw these "
        "rows. They were scored for the run it came from, and again to accept this model.",
        "{name} · {rung} · 用 {n:count} 行数据评定。训练和搜索都没见过这些行。"
        "它们先用来给原模型评分，又用来验收本模型。",
    ),
    "report.verdict.pass": ("Yes, for data like this", "靠得住，只要数据像这样"),
    "report.verdict.warn": ("With care", "可以用，但要留意"),
    "report.verdict.fail": ("Not yet", "还不行"),
    "report.verdict.cannot tell": ("Cannot tell", "无法判断"),
    "report.lead.pass": (
        "Every question found sound footing. It should do as well on new rows drawn as these were.",
        "每一项检查都站得住脚。同样方式得来的新数据，它应当也能做到这个水平。",
    ),
    "report.lead.warn": (
        "The score stands. Read the amber lines before you rely on it.",
        "得分可信。使用之前，请先读黄色的几行。",
    ),
    "report.lead.fail": (
        "At least one red line says that the score will not carry over. Mend it first.",
        "至少有一条红线说明这个得分带不到新数据上。请先解决它。",
    ),
    "report.lead.cannot tell": (
        "There are too few test rows to stand on.",
        "测试数据太少，下不了结论。",
    ),
    "report.name.score": ("Score", "得分"),
    "report.name.gap": ("Gap", "差距"),
    "report.name.selection": ("Choice", "挑选"),
    "report.name.twins": ("Twins", "重复行"),
    "report.name.giveaway": ("Giveaway", "泄露"),
    "report.name.noise": ("Labels", "标签"),
    "report.name.meaning": ("Same meaning", "同义"),
    "report.asks.noise": ("Which labels may be wrong?", "哪些标签可能有误？"),
    "report.asks.meaning": (
        "Does any row say the same as another in other words?",
        "有没有换了说法而意思相同的行？",
    ),
    "report.name.noted": ("Warned", "警告"),
    "report.name.confidence": ("Confidence", "把握"),
    "report.name.classes": ("Classes", "类别"),
    "report.name.labels": ("Labels", "标签"),
    "report.name.worst": ("Worst rows", "最差的行"),
    "report.name.residuals": ("Pattern", "规律"),
    "report.name.slips": ("Slips", "听错"),
    "report.name.voices": ("Voices", "嗓音"),
    "report.name.guesses": ("Guesses", "猜测"),
    "report.name.chances": ("Chances", "概率"),
    "report.name.spans": ("Spans", "片段"),
    "report.name.types": ("Types", "类型"),
    "report.name.answers": ("Answers", "回答"),
    "report.name.lengths": ("Long texts", "长文本"),
    "report.name.sure": ("Confidence", "把握"),
    "report.name.names": ("New names", "新名字"),
    "report.name.modalities": ("Columns", "各类列"),
    "report.name.carries": ("Later times", "后来"),
    "report.name.cut": ("Cut", "划分"),
    "report.name.lag": ("Echo", "回声"),
    "report.name.intervals": ("Intervals", "区间"),
    "report.name.steps": ("Steps ahead", "步长"),
    "report.name.direction": ("Direction", "方向"),
    "report.name.too_good": ("Too good", "太好"),
    "report.name.unseen": ("Cannot tell", "无法得知"),
    "report.asks.score": (
        "Is it better than the simple rule?",
        "比简单规则好吗？",
    ),
    "report.asks.gap": ("Did it learn, or memorise?", "是学会了，还是背下了？"),
    "report.asks.selection": ("How much does choosing flatter?", "挑选带来了多少水分？"),
    "report.asks.twins": ("Did anything sit on both sides?", "有没有东西同时落在两侧？"),
    "report.asks.giveaway": (
        "Does one column alone give the answer?",
        "有没有哪一列单独就给出了答案？",
    ),
    "report.asks.noted": (
        "Did the data tell what is to come?",
        "数据里有没有将来才知道的东西？",
    ),
    "report.asks.confidence": (
        "Does 90 % sure mean 90 % right?",
        "九成把握，是不是真有九成对？",
    ),
    "report.asks.classes": ("Which classes does it miss?", "哪些类别容易漏？"),
    "report.asks.labels": ("Which labels does it miss?", "哪些标签容易漏？"),
    "report.asks.worst": (
        "Where is it confidently wrong?",
        "哪里最有把握却答错？",
    ),
    "report.asks.residuals": ("Is it off in a pattern?", "偏差有没有规律？"),
    "report.asks.slips": ("Does it drop words, or add some?", "是漏得多，还是添得多？"),
    "report.asks.voices": ("Is one group understood worse?", "有没有哪一组听得更差？"),
    "report.asks.guesses": (
        "How often is its first guess right?",
        "首选的猜测有多少次是对的？",
    ),
    "report.asks.chances": (
        "Are its chances what they say?",
        "它给出的概率可信吗？",
    ),
    "report.asks.spans": ("Does it mark too few, or too many?", "是漏标得多，还是多标得多？"),
    "report.asks.types": ("Which types fare worse?", "哪些类型更差？"),
    "report.asks.answers": ("Does it look in the right place?", "找的地方对不对？"),
    "report.asks.lengths": ("Does it read long texts as well?", "长文本也读得一样好吗？"),
    "report.asks.sure": (
        "Does 90 % sure mean 90 % right?",
        "九成把握，是不是真有九成对？",
    ),
    "report.asks.names": ("Does it find names it never saw?", "没见过的名字找得到吗？"),
    "report.asks.modalities": (
        "What does each kind of column bring?",
        "每一类列各有多少用处？",
    ),
    "report.asks.carries": ("Does it hold on later times?", "到了后来还管用吗？"),
    "report.asks.cut": ("Did any target reach over a cut?", "有没有目标越过划分？"),
    "report.asks.lag": ("Is it yesterday's value?", "是不是昨天的值？"),
    "report.asks.intervals": (
        "Do 95 % intervals hold 95 %?",
        "95% 的区间，是不是真有 95%？",
    ),
    "report.asks.steps": ("How far ahead does it know?", "能看多远？"),
    "report.asks.direction": ("Does it tell up from down?", "分得清涨跌吗？"),
    "report.asks.too_good": ("Is it too good to be true?", "是不是好得不像真的？"),
    "report.asks.unseen": ("What can this data not show?", "这些数据说明不了什么？"),
    "report.seen": (
        "could have found: {power}",
        "有这么大就看得出来：{power}",
    ),
    "report.figures": ("In figures", "图示"),
    "report.ladder": ("Every rung that was tried", "试过的每一级"),
    "report.scroll": (
        "Slide the table sideways to see every column.",
        "左右滑动表格，可以看到每一列。",
    ),
    "report.ladder_caption": (
        "Validation score of every rung with its 95 % interval, lightest first. The dashed line is "
        "the simple rule.",
        "每一级模型的验证得分及其 95% 区间，由轻到重。虚线是简单规则。",
    ),
    "report.ladder_describe": (
        "{best} leads with {score:{form}}; {count:count} {count:rung|rungs} in all.",
        "共 {count:count} 级，{best} 以 {score:{form}} 领先。",
    ),
    "report.gap_caption": (
        "The rows it learned from, and rows it never saw. The dashed line is the simple rule.",
        "学习用过的数据，与从未见过的数据。虚线是简单规则。",
    ),
    "report.gap_describe": (
        "Training score {train:{form}}, test score {test:{form}}.",
        "训练得分 {train:{form}}，测试得分 {test:{form}}。",
    ),
    "report.reliability_caption": (
        "How sure it says it is, and how often it is right then. On the diagonal the two agree; "
        "bars show how many answers.",
        "横轴是它自称的把握，纵轴是实际答对的比例。落在对角线上，说明言行一致；底部的柱是答案的个数。",
    ),
    "report.reliability_describe": (
        "{bins:count} {bins:group|groups} of test rows by confidence; on average it says "
        "{said:percent} and is right {right:percent}.",
        "测试数据按把握分成 {bins:count} 组；平均自称 {said:percent}，实际对 {right:percent}。",
    ),
    "report.reliability_before": ("before (T = 1)", "校正前（T = 1）"),
    "report.reliability_after": (
        "shipped (T = {temperature:number})",
        "交付（T = {temperature:number}）",
    ),
    "report.said": ("says", "自称把握"),
    "report.right": ("is right", "实际答对"),
    "report.confusion_caption": (
        "Rows: the true class. Columns: its answer. The darker, the larger the share of the class.",
        "每行是真实类别，每列是它的回答。颜色越深，占该类别的比例越大。",
    ),
    "report.confusion_part": (
        "The {shown:count} classes most often confused, of {all:count}.",
        "共 {all:count} 个类别，这里是最常混淆的 {shown:count} 个。",
    ),
    "report.confusion_describe": (
        "{right:count} of {n:count} shown rows lie on the diagonal.",
        "图中 {n:count} 行里有 {right:count} 行落在对角线上。",
    ),
    "report.truth": ("true", "真实"),
    "report.answer": ("answered", "回答"),
    "report.residuals_caption": (
        "Each dot is a test row: what it predicted, and what was true. On the diagonal the two "
        "agree.",
        "每个点是一行测试数据：横轴是预测，纵轴是真值。落在对角线上，两者一致。",
    ),
    "report.residuals_describe": (
        "{n:count} test rows; truth rises {slope:number} for 1 predicted.",
        "{n:count} 行测试数据；预测每升 1，真值升 {slope:number}。",
    ),
    "report.predicted": ("predicted", "预测"),
    "report.chosen": ("chosen", "选中"),
    "report.baseline": ("simple rule", "简单规则"),
    "report.examples": ("Rows to look at first", "最该先看的行"),
    "report.examples_classes": (
        "Test rows it was surest of and got wrong. Wrong labels gather here, and so do its blind "
        "spots. A queue to look at, not to delete.",
        "测试数据里它最有把握却答错的行。标错的标签和它的盲区都集中在这里。请逐条看，不要直接删。",
    ),
    "report.examples_numbers": (
        "Test rows with the largest errors. Wrong values gather here, and so do its blind spots.",
        "测试数据里误差最大的行。填错的数值和它的盲区都集中在这里。",
    ),
    "report.examples_labels": (
        "Test rows whose labels it got most wrong, the surest first. Wrong labels gather here, and "
        "so do its blind spots. Sure means that at least one of the labels named is right.",
        "测试数据里标签错得最多的行，最有把握的在前。标错的标签和它的盲区都集中在这里。"
        "把握指的是答出的标签里至少有一个对。",
    ),
    "report.examples_words": (
        "Test rows with the most errors, and what was answered. Wrong transcripts gather here, and "
        "so do its blind spots. How sure it is ranks answers; it is no chance of being right.",
        "测试数据里错得最多的行，以及给出的答案。写错的文字和它的盲区都集中在这里。"
        "把握只能用来排序，不是答对的概率。",
    ),
    "report.examples_spans": (
        "Test rows with the most wrong spans. Spans that somebody marked wrongly or forgot gather "
        "here, and so do its blind spots. Sure is how sure it is of its least sure span.",
        "测试数据里片段错得最多的行。人工标错、漏标的片段和模型的盲区都集中在这里。"
        "把握指的是其中最没有把握的那个片段。",
    ),
    "report.examples_blanks": (
        "Pieces of text whose blanks were guessed worst: what stood there, and the first guesses. "
        "Text that is no prose gathers here, such as tables and names. Sure is the mean chance of "
        "the first guesses.",
        "空格猜得最差的段落：原来的词，以及首选的猜测。表格、人名之类不成文的内容会集中在这里。"
        "把握指的是各首选猜测的平均概率。",
    ),
    "report.errors": ("{count:count} {count:error|errors}", "{count:count} 处错误"),
    "report.voices": ("Every group of the test rows", "测试数据的每一组"),
    "report.voice": ("group", "组"),
    "report.pieces": ("words", "字词数"),
    "report.rate": ("error rate (95 %)", "错误率（95%）"),
    "report.best": ("For comparison: rows it gets right", "作为对照：它答得好的行"),
    "report.best_note": (
        "Test rows it was surest of and got right, or came closest to. What do those above lack?",
        "测试数据里它最有把握且答对，或误差最小的行。上面那些行缺了什么？",
    ),
    "report.alt": (
        "{column} of data row {row:count}: {about}",
        "数据第 {row:count} 行的 {column}：{about}",
    ),
    "report.drawn.picture": (
        "picture, {wide:count} × {high:count} pixels",
        "图片，{wide:count} × {high:count} 像素",
    ),
    "report.drawn.sound": (
        "sound, {seconds:number} s of it drawn over time, low notes at the bottom",
        "声音，画出 {seconds:number} 秒：横轴是时间，下方是低音",
    ),
    "report.drawn.video": (
        "video of {seconds:number} s, {count:count} pictures from it",
        "视频，{seconds:number} 秒，取其中 {count:count} 帧",
    ),
    "report.drawn.not": ("no picture: {why}", "无法显示：{why}"),
    "report.drawn.full": (
        "no picture: the report holds {bytes:bytes} of them already",
        "不再显示：报告里的图片已达 {bytes:bytes}",
    ),
    "report.row": ("data row {row:count}", "数据第 {row:count} 行"),
    "report.sure": ("{confidence:percent} sure", "把握 {confidence:percent}"),
    "report.copies": ("Near copies across the split", "跨越划分的近似重复"),
    "report.alike": ("{alike:percent} alike", "相似度 {alike:percent}"),
    "report.unseen": ("What these rows cannot tell", "这些数据说明不了的事"),
    "report.recalls": ("Every class", "每个类别"),
    "report.class": ("class", "类别"),
    "report.rows": ("rows", "行数"),
    "report.found": ("found (95 %)", "找到（95%）"),
    "report.head.rung": ("rung", "级"),
    "report.head.score": ("validation (95 %)", "验证（95%）"),
    "report.head.bytes": ("size", "大小"),
    "report.head.row": ("one row", "单行耗时"),
    "report.head.fit": ("fit", "训练"),
    "report.head.best": ("against the best", "与最好者相比"),
    "report.head.parent": ("against the run it came from", "与原模型相比"),
    "report.failed": ("failed: {error}", "失败：{error}"),
    "report.made": ("How this was made", "这份报告的由来"),
    "report.fact.source": ("data", "数据"),
    "report.fact.fingerprint": ("fingerprint of the data", "数据指纹"),
    "report.fact.counts": ("split", "划分"),
    "report.fact.seed": ("seed", "随机种子"),
    "report.fact.versions": ("versions", "版本"),
    "report.fact.made": ("made", "生成时间"),
    "report.fact.digest": ("digest of this report", "报告摘要"),
    "report.notes": (
        "Intervals are 95 %: Wilson's for shares, the bootstrap otherwise. “Could have found” "
        "names what these rows show at least 8 times in 10. A line turns amber at p < .01 and red "
        "at p < .002, so that all lines together raise a false alarm on fewer than one sound "
        "model in twenty.",
        "区间均为 95%：比例用 Wilson 法，其余用自助法。“有这么大就看得出来”指这些数据十次里"
        "至少有八次看得出来的程度。p < 0.01 亮黄，p < 0.002 亮红；"
        "这样对一个健全的模型，所有检查加起来误报的机会不到二十分之一。",
    ),
}
