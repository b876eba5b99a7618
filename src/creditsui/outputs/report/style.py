"""How the page looks: on a wide screen, on a phone, in the dark, on paper."""

from functools import cache

from creditsui.domain.band import Band
from creditsui.outputs.report.stack import SERIES
from creditsui.outputs.report.tones import DARK, LIGHT, SERIES_DARK, SERIES_LIGHT, WORDS, variables

_LAYERS = ("stale", "trail", "fresh", "track")

_PAGE = """
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--text);font:15px/1.5 ui-sans-serif,system-ui,-apple-system,"Segoe UI",
Roboto,"Noto Sans","DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
main,.top,footer{max-width:1180px;margin:0 auto;padding:0 24px}
b{font-weight:650;color:var(--strong)}
h1,h2,h3,p,ul,ol,dl,dd{margin:0;padding:0}
ul,ol{list-style:none}
a{color:var(--dim)}
code{font:.92em ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;color:var(--strong)}
.dim,.dot{color:var(--dim);font-style:normal}
.warn{color:var(--warn)} .gain{color:var(--gain)} .loss{color:var(--loss)}
.defs{position:absolute;width:0;height:0}
svg{display:block;overflow:hidden}
section{margin-top:44px}
h2{font-size:13px;font-weight:650;letter-spacing:.09em;text-transform:uppercase;color:var(--dim);
display:flex;align-items:center;gap:14px;margin-bottom:18px}
h2::after{content:"";flex:1;height:1px;background:var(--rule)}
.sign{font-family:ui-monospace,"DejaVu Sans Mono","Noto Sans Symbols 2",monospace;font-variant-emoji:text}
"""
_TOP = """
.top{padding-top:30px}
.brand{display:flex;align-items:center;gap:10px;flex-wrap:wrap;color:var(--dim)}
.brand h1{font:700 15px/1 ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;color:var(--on-brand);
background:var(--brand);padding:7px 12px;transform:skewX(-12deg)}
.brand h1 span{display:inline-block;transform:skewX(12deg)}
.demo{font-weight:700;font-size:12px;background:var(--fair);color:#0f1116;padding:3px 8px}
.brand time{margin-left:auto}
.notice{margin-top:14px;padding:8px 14px;border-left:3px solid var(--warn);background:var(--card)}
.sums-of-all{display:flex;flex-wrap:wrap;gap:14px 52px;margin-top:30px}
.total b{font-size:44px;line-height:1.1;letter-spacing:-.02em;font-weight:700}
.total .dim{font-size:16px}
.total p{font-size:14px;color:var(--dim);margin-top:4px;display:flex;flex-wrap:wrap;gap:0 16px}
.total p b{font-size:inherit;letter-spacing:0;font-weight:600;line-height:inherit}
.glance{display:flex;flex-wrap:wrap;gap:6px 28px;margin-top:24px;padding:12px 0;border:solid var(--rule);
border-width:1px 0}
.glance .sign,.glance .worst{color:var(--said)}
.glance .counts{display:flex;flex-wrap:wrap;gap:4px 16px;margin-left:auto;white-space:nowrap}
"""
_CARDS = """
.cards{display:flex;gap:16px;align-items:flex-start}
.column{flex:1;min-width:0;display:flex;flex-direction:column;gap:16px}
.card{background:var(--card);padding:16px 20px 18px;border-top:3px solid var(--b);display:flex;flex-direction:column;
gap:10px;break-inside:avoid;min-width:0}
.card header{display:flex;justify-content:space-between;align-items:baseline;gap:4px 16px;flex-wrap:wrap}
.card h3{font-size:17px;font-weight:650;color:var(--strong);line-height:1.3}
.card h3 .sign,.row .sign{color:var(--said)}
.left{margin-left:auto;text-align:right}
.left b{font-size:17px}
.life{display:flex;align-items:center;gap:18px;padding-left:4px}
.percent{color:var(--said);font-size:20px;font-weight:700;min-width:3.1em;text-align:right;line-height:1}
.bar{position:relative;flex:1;height:22px;transform:skewX(-18deg);min-width:0}
.bar svg{position:absolute;inset:0}
.bar .none{stroke:var(--dim);stroke-width:2;stroke-dasharray:7 5;opacity:.55}
.ko{position:absolute;inset:0;text-align:center;font:800 15px/22px ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",
monospace;letter-spacing:.2em;color:var(--critical)}
.known{color:var(--text);font-size:15px}
.source{display:flex;justify-content:space-between;gap:4px 16px;flex-wrap:wrap;color:var(--dim);font-size:13px;
margin-top:-2px}
.stale .left b{color:var(--dim)}
.problem{font-size:14px;padding:8px 12px;background:var(--panel);border-left:3px solid var(--warn)}
.problem b{color:var(--warn)}
.spent{display:grid;grid-template-columns:minmax(0,1fr);gap:6px;margin-top:4px}
.sums{display:flex;flex-wrap:wrap;gap:2px 18px;font-size:14px}
.spark{height:38px}
.spark rect{fill:var(--spark);opacity:.72} .spark .zero{fill:var(--dim);opacity:.5}
svg .gap{fill:url(#gap)}
.mean{fill:none;stroke:var(--strong);stroke-width:1.5;opacity:.8;vector-effect:non-scaling-stroke;
stroke-linejoin:round}
.ends{display:flex;justify-content:space-between;color:var(--dim);font-size:12px}
.spent .ends{margin-top:-4px}
.facts{display:grid;grid-template-columns:76px minmax(0,1fr);gap:5px 10px;font-size:14px;padding-top:10px;
border-top:1px solid var(--rule)}
.facts dt{color:var(--dim)}
.part{display:inline-block}
.windows li{display:grid;grid-template-columns:minmax(5.2em,max-content) minmax(40px,1fr) 3.2em;gap:0 12px;
align-items:center;margin-bottom:3px}
.windows b{text-align:right}
.small{height:10px}
.windows .note{grid-column:1/-1;font-size:13px}
.hits li{display:grid;grid-template-columns:max-content minmax(0,1fr) max-content;gap:0 12px}
.hits .note{grid-column:1/-1;color:var(--dim);font-size:13px;margin-bottom:2px}
.console{font-size:13px;margin-top:auto}
.off{margin-top:14px;color:var(--dim);font-size:14px}
"""
_TIMELINE = """
.panel{background:var(--card);padding:18px 20px}
.row{display:grid;grid-template-columns:minmax(0,170px) minmax(0,1fr) minmax(76px,auto);gap:2px 16px;align-items:center}
.row .who{white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.row .lane{position:relative;height:36px}
.row.head .lane{height:20px}
.row .lasts{display:grid;text-align:right;font-size:13px;line-height:1.25}
.row .lasts b{font-size:14px}
.row.head{grid-template-columns:minmax(0,170px) minmax(0,1fr) 76px}
.lane .sure{fill:var(--b)} .lane .fan,.legend .fan{fill:var(--b);opacity:.5}
.legend .sure{fill:var(--dim)} .legend .fan{fill:var(--dim)}
.even{stroke:var(--strong);stroke-width:2}
.dry{stroke:var(--critical);stroke-width:2;stroke-dasharray:4 4}
.weekend{fill:var(--panel)}
.on{fill:var(--card)}
svg.at,svg.signs{overflow:visible}
.signs{position:absolute;inset:0}
.refill{fill:none;stroke:var(--strong);stroke-width:1.8} .expiry{fill:var(--warn);stroke:var(--card)}
.budget{fill:var(--strong);stroke:var(--card)}
.lane .why{position:absolute;inset:0;line-height:36px;color:var(--dim);font-size:13px;white-space:nowrap;
overflow:hidden;text-overflow:ellipsis}
.axis{position:relative;height:20px;color:var(--dim);font-size:12px}
.axis span{position:absolute;white-space:nowrap}
.axis .last{right:0}
.narrow{display:none}
.legend{display:flex;flex-wrap:wrap;gap:4px 20px;margin-top:14px;font-size:13px;color:var(--dim)}
.legend>span{display:inline-flex;align-items:center;gap:7px}
"""
_SPEND = """
.purse+.purse{margin-top:34px}
.purse{position:relative}
.purse h3{font-size:14px;font-weight:400;margin-bottom:10px;padding-right:210px}
.purse h3 b{font-size:22px;margin-right:6px}
.purse input{position:absolute;right:0;top:8px;opacity:0}
.purse label{position:absolute;top:2px;right:0;padding:3px 10px;font-size:13px;color:var(--dim);cursor:pointer;
border:1px solid var(--rule)}
.purse .by-account+label{right:88px}
.purse input:checked+label{color:var(--strong);background:var(--panel);font-weight:600}
.purse input:focus-visible+label{outline:2px solid var(--spark);outline-offset:2px}
.of-account,.of-model{display:none}
.by-account:checked~.of-account,.by-model:checked~.of-model{display:block}
.columns{position:relative;height:190px;margin-top:14px;border-bottom:1px solid var(--rule)}
.columns>svg{position:absolute;left:0;top:0;width:calc(100% - 64px)}
.columns>span{position:absolute;left:0;right:0;border-bottom:1px solid var(--rule)}
.columns>span span{position:absolute;right:0;top:2px;font-size:12px;color:var(--dim)}
.unpriced{fill:var(--warn)}
.swatch{display:inline-block;width:11px;height:11px;transform:skewX(-18deg)}
.swatch.unpriced{background:var(--warn);height:4px}
.purse .axis{margin:4px 64px 0 0}
details{margin-top:12px;font-size:13px}
summary{color:var(--dim);cursor:pointer;width:max-content}
.scroll{overflow-x:auto}
.scroll:focus-visible{outline:2px solid var(--spark);outline-offset:4px}
details .scroll{margin-top:10px}
table{border-collapse:collapse;width:100%;font-size:13px;white-space:nowrap}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th,td{padding:5px 12px 5px 0;text-align:right;border-bottom:1px solid var(--rule);font-weight:400}
th:first-child,.every :is(th,td):nth-child(2){text-align:left}
thead th{color:var(--dim)}
tbody th{color:var(--strong);text-align:left}
.every th{max-width:220px;overflow:hidden;text-overflow:ellipsis}
th:last-child,td:last-child{padding-right:0}
footer{margin-top:44px;padding-bottom:48px;color:var(--dim);font-size:13px}
footer .legend{margin:0 0 12px}
footer svg rect{stroke:none}
.key{display:inline-block;width:26px;height:12px;transform:skewX(-18deg)}
.key-trail{background:var(--trail)} .key-fresh{background:var(--fresh)} .key-stale{background:var(--stale)}
.key-gap{background:repeating-linear-gradient(0deg,var(--rule) 0 1px,transparent 1px 4px);transform:none}
.key-edge{background:linear-gradient(90deg,var(--track-top) 42%,var(--text) 42% 58%,var(--track-top) 58%)}
"""
_PHONE = """
@media screen and (max-width:820px){
body{font-size:16px}
main,.top,footer{padding-left:14px;padding-right:14px}
.top{padding-top:18px}
.brand time{margin-left:0;width:100%;font-size:14px}
.sums-of-all{margin-top:20px;gap:16px 36px}
.total b{font-size:36px}
.glance .counts{margin-left:0;width:100%}
.cards{flex-direction:column;align-items:stretch;gap:12px}
.column{display:contents}
.card{padding:14px 16px 16px}
.facts{grid-template-columns:64px minmax(0,1fr)}
section{margin-top:34px}
.panel{padding:14px 16px}
.row,.row.head{grid-template-columns:minmax(0,1fr) auto}
.row .lane{grid-column:1/-1;grid-row:2}
.row .lasts{grid-row:1;grid-column:2;display:flex;gap:8px;align-items:baseline}
.lanes .row{padding:7px 0}
.row.head .who{display:none}
.wide{display:none}.narrow{display:block}
.purse h3{padding-right:0}
.purse label{position:static;display:inline-block;margin-right:-1px}
.purse input{right:auto;left:0}
.columns{height:150px}
.purse .axis span:nth-child(even):not(.last){display:none}
}
@media screen and (max-width:430px){
.hits li{grid-template-columns:minmax(0,1fr) max-content}
.hits .cause{grid-column:1/-1;grid-row:2}
}
"""
_PAPER = """
@media print{
@page{margin:12mm}
html{zoom:.62}
body{background:#fff}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
main,.top,footer{padding:0;max-width:none}
.card,.panel{border:1px solid var(--rule)}
.card{border-top:3px solid var(--b)}
.row,.purse,tr{break-inside:avoid}
h2{break-after:avoid}
section{margin-top:24px}
.purse label,.purse input,summary{display:none}
.of-account,.of-model{display:block}
.of-model{margin-top:14px}
a{text-decoration:none}
}
"""


@cache
def sheet() -> str:
    """The whole style sheet."""
    light, dark = variables(LIGHT, SERIES_LIGHT, WORDS), variables(DARK, SERIES_DARK)
    rules = [
        f":root{{color-scheme:light dark;{light}}}",
        f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}",
        _PAGE,
        _TOP,
        _CARDS,
        _TIMELINE,
        _SPEND,
        *(_band(band) for band in Band),
        *(_layer(layer) for layer in _LAYERS),
        *(f".s{at}{{fill:var(--s{at});background:var(--s{at})}}" for at in range(SERIES + 1)),
        _PHONE,
        _PAPER,
        "@media (prefers-reduced-motion:no-preference){summary,label{transition:color .15s}}",
    ]
    return "".join(rules).replace("\n", "")


def _band(band: Band) -> str:
    name = band.value
    text = f".{name}{{--b:var(--{name});--said:var(--{name}-said)}}"
    shades = "".join(
        f".{name} .{prefix}{layer}{line}{{fill:var(--{prefix}{name}{line})}}"
        for layer in ("fill", "hatch")
        for prefix in ("", "tick-")
        for line in ("", "-top")
    )
    return text + shades


def _layer(layer: str) -> str:
    return "".join(
        f".bar .{prefix}{layer}{line}{{fill:var(--{prefix}{layer}{line})}}"
        for prefix in ("", "tick-")
        for line in ("", "-top")
    )
