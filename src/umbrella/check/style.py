"""The page's look: one palette for light and dark, one style sheet, four signs."""

# name: (light, dark). Text colours keep a contrast of 4.5 to 1 on paper and on card; a test counts.
PALETTE = {
    "paper": ("#f6f8f9", "#0e1418"),
    "card": ("#ffffff", "#151d23"),
    "ink": ("#15212a", "#e6edf1"),
    "muted": ("#566672", "#9aabb7"),
    "line": ("#d5dde2", "#2b3840"),
    "accent": ("#0b5f7d", "#69c2e2"),
    "pass": ("#1b7446", "#62c793"),
    "warn": ("#955800", "#e3ab4c"),
    "fail": ("#b3261e", "#f28b82"),
    "unsure": ("#566672", "#9aabb7"),
}

CSS = """
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 var(--sans);
font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
main{max-width:62rem;margin:0 auto;padding:1.5rem 1.25rem 4rem}
h1,h2,.big{font-family:var(--serif);font-weight:600;line-height:1.15;text-wrap:balance}
h2{font-size:1.45rem;margin:3.2rem 0 .9rem}
p{margin:.35rem 0}
.bar{display:flex;justify-content:space-between;align-items:center;gap:1rem;color:var(--muted);
font-size:.875rem}
.mark{display:flex;align-items:center;gap:.55rem;color:var(--accent);font-weight:650;
letter-spacing:.01em}
.mark svg{width:1.65rem;height:1.65rem}
.hero{margin-top:1.4rem;background:var(--card);border:1px solid var(--line);border-radius:18px;
padding:clamp(1.3rem,4vw,2.6rem);display:grid;gap:1.4rem 3rem;
grid-template-columns:minmax(0,1.15fr) minmax(0,1fr);align-items:end;position:relative;
overflow:hidden}
.hero::before{content:"";position:absolute;inset:0 0 auto 0;height:5px;background:var(--tone)}
.hero h1{margin:0;font-size:1.15rem;font-weight:500;color:var(--muted)}
.hero .big{margin:.15rem 0 .7rem;font-size:clamp(2.1rem,6.2vw,3.5rem);color:var(--tone)}
.hero .graded{color:var(--muted);font-size:.9rem;margin-top:.8rem}
.score{font-family:var(--serif);font-size:clamp(2.1rem,6.2vw,3.5rem);line-height:1;font-weight:600}
.score small{font:500 .95rem var(--sans);color:var(--muted);display:block;margin:.5rem 0 1rem}
.scale{position:relative;height:2.1rem;margin:0 .4rem}
.scale i{position:absolute;display:block}
.scale .rail{left:0;right:0;top:.45rem;height:6px;border-radius:3px;background:var(--line)}
.scale .range{top:.2rem;height:14px;border-radius:4px;background:var(--accent);opacity:.4;
min-width:4px}
.scale .dot{top:0;width:4px;height:1.3rem;margin-left:-2px;border-radius:2px;
background:var(--accent)}
.scale .rule{top:0;width:2px;height:1.15rem;margin-left:-1px;background:var(--warn)}
.scale b{position:absolute;top:1.2rem;font-size:.75rem;font-weight:500;color:var(--warn);
white-space:nowrap}
.findings{list-style:none;margin:1.4rem 0 0;padding:0}
.findings>li{display:grid;grid-template-columns:1.6rem 11.5rem minmax(0,1fr);gap:0 .9rem;
padding:1rem .2rem;border-bottom:1px solid var(--line)}
.findings svg{width:1.35rem;height:1.35rem;margin-top:.08rem}
.asks{font-size:.82rem;color:var(--muted);line-height:1.35}
.name{font-weight:650}
.body p:first-child{margin-top:0}
.seen{color:var(--muted);font-size:.875rem}
.advice{font-size:.9375rem;border-left:3px solid var(--tone);padding-left:.7rem;margin-top:.5rem}
.pass{--tone:var(--pass)}.warn{--tone:var(--warn)}.fail{--tone:var(--fail)}
.unsure{--tone:var(--unsure)}
.tone{color:var(--tone)}
.figures{columns:2 24rem;column-gap:1.1rem}
.figures figure{break-inside:avoid;margin-bottom:1.1rem}
.says::first-letter{text-transform:uppercase}
figure,.card{margin:0;background:var(--card);border:1px solid var(--line);border-radius:14px;
padding:1.1rem 1.2rem}
figure h3{margin:0 0 .1rem;font-size:1rem}
figure svg{display:block;width:100%;height:auto;margin-top:.7rem}
figcaption{color:var(--muted);font-size:.83rem}
.wide{overflow-x:auto;background:linear-gradient(90deg,var(--card) 1.6rem,transparent) 0 0/3rem
100% no-repeat local,linear-gradient(270deg,var(--card) 1.6rem,transparent) 100% 0/3rem 100%
no-repeat local,linear-gradient(90deg,var(--line),transparent) 0 0/.9rem 100% no-repeat scroll,
linear-gradient(270deg,var(--line),transparent) 100% 0/.9rem 100% no-repeat scroll,var(--card)}
.slide{display:none}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;padding:.5rem .8rem .5rem 0;border-bottom:1px solid var(--line);
vertical-align:top;white-space:nowrap}
tbody tr:last-child td,tbody tr:last-child th{border-bottom:0}
thead th{color:var(--muted);font-weight:500;font-size:.82rem}
td.long{white-space:normal;min-width:12rem}
tr.chosen th,tr.chosen td{color:var(--accent);font-weight:650}
.rows{list-style:none;margin:0;padding:0;display:grid;gap:.8rem;
grid-template-columns:repeat(auto-fill,minmax(min(100%,25rem),1fr))}
.rows .top{display:flex;flex-wrap:wrap;gap:.15rem .8rem;font-size:.82rem;color:var(--muted);
margin-bottom:.45rem}
.rows .top b{color:var(--ink);font-weight:600}
.rows .top b.wrong{color:var(--fail)}
.cell{margin:.2rem 0}
.spans mark{border-radius:.2rem;padding:0 .15rem;background:var(--mark,#cfe8d4);color:#14331c}
.spans mark.wrong{background:#f5d3cd;color:#571508}
.spans mark small{font-size:.68em;margin-left:.25em;opacity:.8}
.looked span{color:inherit!important;font-size:inherit!important;margin:0!important;
border-radius:.15rem;-webkit-print-color-adjust:exact;print-color-adjust:exact}
.looked [class^=f]{background:rgba(36,104,200,var(--a));border-bottom:2px solid #2468c8}
.looked [class^=a]{background:rgba(214,96,20,var(--a));border-bottom:2px dashed #c2560f}
.looked [class^=n]{background:rgba(128,128,128,var(--a))}
.f1,.a1,.n1{--a:.08}.f2,.a2,.n2{--a:.17}.f3,.a3,.n3{--a:.27}.f4,.a4,.n4{--a:.37}
.f5,.a5,.n5{--a:.48}
.looked .unread,.looked .column{color:var(--muted)!important}
.looked .column{font-size:.8rem!important;margin-right:.6rem!important}
.looks{grid-template-columns:minmax(0,1fr)!important}
.looks .looked{font-size:1.05rem;line-height:1.9}.looks .strip{font-size:.9rem;line-height:1.6}
.looks .top:not(:first-child){margin-top:1.2rem}
.pulls{list-style:none;margin:.5rem 0;padding:0;display:flex;flex-wrap:wrap;gap:.15rem 1.1rem;
font-size:.85rem}
.pulls i{display:inline-block;height:.6rem;margin:0 .35rem;border-radius:2px;
-webkit-print-color-adjust:exact;print-color-adjust:exact}
.pulls .for{background:#2468c8}.pulls .against{background:none;border:1.5px dashed #c2560f}
.cell span{color:var(--muted);font-size:.78rem;margin-right:.5rem}
.rows:has(.drawn){grid-template-columns:repeat(auto-fill,minmax(min(100%,14.5rem),1fr))}
.drawn{display:flex;flex-wrap:wrap;gap:.5rem;align-items:flex-end;margin:.3rem 0}
.drawn img{display:block;max-width:100%;height:auto;border-radius:4px}
.drawn img.sound{width:100%;height:6rem;image-rendering:pixelated;
background:var(--paper);border:1px solid var(--line)}
.drawn img.tiny{image-rendering:pixelated}
.drawn span{color:var(--muted);font-size:.82rem;border:1px dashed var(--line);border-radius:4px;
padding:.5rem .7rem}
.gaps{margin:.4rem 0 0;padding-left:1.15rem}
.gaps li{margin:.28rem 0}
details{margin-top:1rem}
summary{cursor:pointer;color:var(--accent);font-weight:600}
dl{display:grid;grid-template-columns:auto minmax(0,1fr);gap:.3rem 1.4rem;margin:.8rem 0;
font-size:.85rem}
dt{color:var(--muted)}dd{margin:0}
code{font-family:ui-monospace,"SF Mono",Menlo,Consolas,monospace;font-size:.92em}
.notes{color:var(--muted);font-size:.85rem;max-width:46rem}
a,summary{outline-offset:3px}
@media (max-width:44rem){
main{padding:1rem .9rem 3rem}
.hero{grid-template-columns:minmax(0,1fr)}
.findings>li{grid-template-columns:1.6rem minmax(0,1fr)}
.findings .body{grid-column:2;margin-top:.35rem}
.asks{display:inline;margin-left:.5rem}
.slide{display:block}
figure,.card{padding:.9rem}}
@media print{
body{font-size:10.5pt}main{max-width:none;padding:0}
.hero,figure,.card,.findings>li,.rows>li{break-inside:avoid}
h2{break-after:avoid;margin-top:1.6rem}
.slide{display:none}
details>*{display:block}}
"""

_SANS = (
    'system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","PingFang SC","Hiragino Sans GB",'
    '"Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",sans-serif'
)
_SERIF = (
    '"Iowan Old Style","Palatino Linotype",Palatino,Georgia,"Songti SC","Source Han Serif SC",'
    '"Noto Serif CJK SC","Noto Serif SC",SimSun,serif'
)


def sheet() -> str:
    """The whole style sheet: colours for light, dark and print, then the rules."""
    light, dark = (
        ";".join(f"--{name}:{both[k]}" for name, both in PALETTE.items()) for k in (0, 1)
    )
    return (
        f":root{{color-scheme:light dark;{light};--sans:{_SANS};--serif:{_SERIF}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}" + CSS
    )


MARK = (
    '<svg viewBox="0 0 32 32" fill="none" stroke="currentColor" stroke-width="2.2" '
    'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">'
    '<path d="M16 3.5v2M3.5 17C4.4 10 9.6 5.5 16 5.5S27.6 10 28.5 17c-2.2-1.9-6-1.9-'
    "8.2 0-2.3-1.9-6.3-1.9-8.6 0-2.2-1.9-6-1.9-8.2 0Z"
    'M16 16v9.2a2.9 2.9 0 0 1-5.8 0"/></svg>'
)

_RING = '<circle cx="12" cy="12" r="10" fill="currentColor"/>'
_CUT = 'fill="none" stroke="var(--paper)" stroke-width="2.4" stroke-linecap="round"'
SIGNS = {
    "pass": f'{_RING}<path d="m7.5 12.4 3 3 6-6.5" {_CUT}/>',
    "warn": '<path d="M12 2.5 23 21.5H1Z" fill="currentColor" stroke="currentColor" '
    f'stroke-linejoin="round"/><path d="M12 9v5.5M12 18v.1" {_CUT}/>',
    "fail": '<rect x="2.5" y="2.5" width="19" height="19" rx="3" fill="currentColor"/>'
    f'<path d="m8 8 8 8M16 8l-8 8" {_CUT}/>',
    "cannot tell": '<circle cx="12" cy="12" r="9.5" fill="none" stroke="currentColor" '
    'stroke-width="2" stroke-dasharray="3.2 2.770"/><path d="M9.3 9.6a2.8 2.8 0 1 1 4.3 '
    '2.3c-1 .7-1.6 1.2-1.6 2.3M12 17.2v.1" fill="none" stroke="currentColor" '
    'stroke-width="2" stroke-linecap="round"/>',
}
TONES = {"pass": "pass", "warn": "warn", "fail": "fail", "cannot tell": "unsure"}
