/** The style of every page: light and dark by the system's setting, from 360 pixels on, printable. */
export const pageStyle = `
:root {
  --ground: #ffffff; --raised: #f5f6f8; --line: #c9cdd4; --text: #1c1f24; --muted: #555c66;
  --good: #17693a; --warning: #7a5200; --bad: #b3261e; --accent: #1d5fa8; --soft: #b9d2ee;
  --other: #b47b00;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #15171a; --raised: #1f2226; --line: #434951; --text: #e6e8eb; --muted: #a6adb7;
    --good: #6fcf97; --warning: #e6b450; --bad: #ff8a80; --accent: #7db4f0; --soft: #29476b;
    --other: #d9a13b;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1600px; padding: 1rem; background: var(--ground); color: var(--text);
  font: 15px/1.45 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.35rem; margin: 0 0 .25rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0 .75rem; }
.answer { font-size: 1.05rem; }
.about, .muted { color: var(--muted); }
.good { color: var(--good); }
.warning { color: var(--warning); }
.bad { color: var(--bad); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
a { color: var(--accent); }
.skip { position: absolute; left: -100rem; padding: .3rem .6rem; background: var(--ground); }
.skip:focus { left: .5rem; top: .5rem; }
main:focus { outline: none; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
dl { margin: 0; }
dl > div { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: .15rem 0; border-bottom: 1px solid var(--line); }
dt { flex: 0 0 19rem; color: var(--muted); }
dd { margin: 0; flex: 1 1 14rem; }
.scroll { overflow-x: auto; position: relative; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .2rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top;
  font-weight: normal; overflow-wrap: normal; }
thead th { color: var(--muted); vertical-align: bottom; white-space: normal; }
tbody th, .code, pre, .time { font-family: ui-monospace, monospace; font-size: .87em; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td p { margin: 0; }
.long { min-width: 15rem; }
td.number { white-space: nowrap; }
svg { display: block; max-width: 100%; }
svg text { fill: var(--text); font: 12px system-ui, sans-serif; }
svg .faint { fill: var(--muted); }
.bar { width: 100%; min-width: 8rem; height: .8rem; margin-top: .3rem; background: var(--raised); }
.one-line { white-space: nowrap; }
.branch { white-space: pre; color: var(--muted); }
.bar-own { fill: var(--accent); }
.bar-other { fill: var(--soft); stroke: var(--accent); }
.bar-same { fill: var(--soft); stroke: var(--ground); }
.bar-changed { fill: var(--other); stroke: var(--ground); }
.bar-worse { fill: var(--bad); stroke: var(--ground); }
.bar-better { fill: var(--good); stroke: var(--ground); }
.bar rect { vector-effect: non-scaling-stroke; }
.strip { min-width: 14rem; }
.axis, .lane { stroke: var(--line); }
figure { margin: 0 0 1rem; }
.chart { height: 160px; background: var(--raised); }
.chart line, .chart rect { vector-effect: non-scaling-stroke; }
.filled { fill: var(--soft); }
.undone { stroke: var(--bad); stroke-width: 2; stroke-dasharray: 2 3; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: 0; padding: 0; color: var(--muted); }
.legend svg { display: inline-block; vertical-align: middle; }
.curve { fill: none; stroke: var(--text); stroke-width: 2; }
.limit { stroke: var(--bad); stroke-dasharray: 6 4; }
.band { fill: var(--warning); fill-opacity: .3; }
.owner { fill: var(--good); }
button, select { font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--line);
  border-radius: 4px; padding: .25rem .6rem; }
.filters { display: flex; flex-wrap: wrap; align-items: baseline; gap: .5rem 1rem; margin: .5rem 0; }
.filters label { display: flex; gap: .4rem; align-items: baseline; max-width: 100%; }
.filters select { min-width: 0; max-width: 24rem; }
.findings { margin: 0; padding: 0; list-style: none; }
.findings > li { border-top: 1px solid var(--line); padding: .5rem 0; }
.findings p { margin: 0 0 .15rem; }
.findings .more-words { display: flex; flex-wrap: wrap; gap: 0 1rem; }
summary { cursor: pointer; }
.messages { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); }
.messages > li { border-bottom: 1px solid var(--line); }
.row { display: flex; align-items: stretch; gap: .6rem; min-height: 2rem; }
.lane-names { min-height: 0; }
.messages summary { list-style: none; }
.messages summary::-webkit-details-marker { display: none; }
.row .place { flex: 0 0 3rem; text-align: right; padding-top: .3rem; font-size: .87em; color: var(--muted); }
.row .time { flex: 0 0 5.5rem; text-align: right; padding-top: .35rem; color: var(--muted); }
.lanes { flex: none; contain: size; }
.messages .what { flex: 1; padding: .3rem 0; min-width: 0; }
.messages .usage .what { font-weight: 600; }
.messages .missing { background: var(--raised); }
.messages pre { margin: 0; padding: .6rem; background: var(--raised); overflow: auto; max-height: 30rem;
  white-space: pre-wrap; }
.lanes { fill: var(--text); stroke: var(--text); stroke-width: 1.5; }
.run .lanes { stroke-dasharray: 2 2; }
.usage .lanes { fill: var(--good); stroke: var(--good); stroke-width: 3; }
.missing .lanes { fill: var(--bad); stroke: var(--bad); stroke-dasharray: 4 3; stroke-width: 2; }
.lane { stroke-dasharray: none; stroke-width: 1; }
.head { stroke: none; }
.shapes { position: absolute; }
.pending { fill: var(--soft); stroke: none; }
.badge { border: 1px solid currentcolor; border-radius: 4px; padding: 0 .35rem; font-size: .87em; white-space: nowrap; }
@media (max-width: 640px) {
  body { padding: .6rem; }
  .row { flex-wrap: wrap; }
  .row .place { flex-basis: 2.2rem; }
  .row .time { flex-basis: 4.6rem; font-size: .8em; }
  .lanes { min-height: 2rem; }
  .messages .what { flex-basis: 100%; padding: 0 0 .4rem .2rem; }
}
@media print {
  body { padding: 0; font-size: 12px; }
  .filters, .skip { display: none; }
  .scroll { overflow: visible; }
  table, .row { font-size: .85em; }
  tbody th, td, td.number { white-space: normal; overflow-wrap: anywhere; padding: .15rem .3rem; }
  thead th { padding: .15rem .3rem; }
  .one-line { white-space: normal; overflow-wrap: normal; }
  .long, .bar, .strip { min-width: 0; }
  dt { flex-basis: 12rem; }
  button { border: 0; padding: 0; background: none; }
  .messages pre { max-height: none; }
  tr, .messages > li, .findings > li, figure { break-inside: avoid; }
}
`;
