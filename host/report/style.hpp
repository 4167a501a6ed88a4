// SPDX-License-Identifier: Apache-2.0
#pragma once

// The report's style sheet, in three parts: colors, light and dark; what drawings need, which is
// also put into SVG files; the page. Series colors have a contrast of 3:1 or more against both
// backgrounds and differ in lightness as well as hue; dashes tell them apart without color.

namespace sslhost::host {

inline constexpr const char* kColors = R"css(
:root {
  color-scheme: light dark;
  --text: #1c2024; --soft: #60656c; --back: #ffffff; --panel: #f6f7f9; --rule: #dcdfe4;
  --right: 0 109 163; --wrong: 196 72 0; --deep: #ffffff;
  --s0: #0b62a8; --s1: #c44800; --s2: #00815f; --s3: #a8328a; --s4: #6a5acd; --s5: #7a6a00;
  --s6: #b3263e; --s7: #4a5560; --s8: #8a5a2b; --s9: #3d7a1e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e6e8ea; --soft: #a3a9b1; --back: #15181b; --panel: #1d2125; --rule: #363c43;
    --right: 72 172 232; --wrong: 255 140 66; --deep: #0c1013;
    --s0: #5ab0f0; --s1: #ff9450; --s2: #3ccfa0; --s3: #f08ad2; --s4: #b0a4ff; --s5: #dcc84a;
    --s6: #ff7a8a; --s7: #9fb0c0; --s8: #d3a06a; --s9: #93d36a;
  }
}
)css";

inline constexpr const char* kDrawings = R"css(
svg text { fill: var(--soft); font-size: 12px; }
.ytick { text-anchor: end; }
.xtick { text-anchor: middle; }
.grid { stroke: var(--rule); }
.axis { stroke: var(--soft); }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; }
.s0 { stroke: var(--s0); }
.s1 { stroke: var(--s1); stroke-dasharray: 7 3; }
.s2 { stroke: var(--s2); stroke-dasharray: 2 3; }
.s3 { stroke: var(--s3); stroke-dasharray: 9 3 2 3; }
.s4 { stroke: var(--s4); stroke-dasharray: 12 4; }
.s5 { stroke: var(--s5); stroke-dasharray: 4 4; }
.dot { fill: var(--panel); stroke-width: 2; stroke-dasharray: none; }
svg .title { fill: var(--text); font-size: 14px; font-weight: 600; }
.c0 { fill: var(--s0); } .c1 { fill: var(--s1); } .c2 { fill: var(--s2); } .c3 { fill: var(--s3); }
.c4 { fill: var(--s4); } .c5 { fill: var(--s5); } .c6 { fill: var(--s6); } .c7 { fill: var(--s7); }
.c8 { fill: var(--s8); } .c9 { fill: var(--s9); }
.region { fill-opacity: .18; shape-rendering: crispEdges; }
.point { fill-opacity: .6; }
.labeled { stroke: var(--text); stroke-width: 1.8; }
.made { fill: none; stroke: var(--text); stroke-width: 1.2; stroke-opacity: .75; }
.cell { stroke: var(--back); stroke-width: 2; }
.hit { fill: var(--s0); } .miss { fill: var(--s1); }
svg .count { fill: var(--text); text-anchor: middle; }
.bar { fill: var(--s0); fill-opacity: .75; }
.count-bar { fill: var(--soft); fill-opacity: .6; }
.ideal { fill: none; stroke: var(--text); stroke-dasharray: 5 4; }
svg .deep { fill: var(--deep); }
)css";

inline constexpr const char* kPage = R"css(
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2rem 1.25rem 3rem; max-width: 76rem;
  background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif;
}
h1 { margin: 0; font-size: 1.6rem; }
h2 { margin: 2.2rem 0 .8rem; font-size: 1.15rem; }
.subtitle { margin: .1rem 0 1.4rem; color: var(--soft); }
.head { display: flex; flex-wrap: wrap; gap: .75rem; margin: 0; }
.head div { padding: .7rem 1rem; background: var(--panel); border-radius: 8px; }
.head dt { color: var(--soft); font-size: .85rem; }
.head dd { margin: 0; font-size: 1.15rem; }
.head .result dd { font-size: 2rem; font-weight: 650; line-height: 1.2; }
.charts {
  display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fill, minmax(min(26rem, 100%), 1fr));
}
figure { margin: 0; padding: .8rem 1rem; background: var(--panel); border-radius: 8px; }
figcaption { font-weight: 600; }
figcaption span { margin-left: .5rem; color: var(--soft); font-weight: 400; font-size: .85rem; }
figure > svg { display: block; width: 100%; height: auto; }
.legend {
  display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin: .3rem 0 0; padding: 0;
  list-style: none; font-size: .88rem;
}
.legend svg { width: 26px; height: 10px; margin-right: .4rem; }
.pictures { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start; }
.pictures figure { max-width: 100%; min-width: min(20rem, 100%); }
.pictures p { width: 0; min-width: 100%; margin: .1rem 0 .6rem; color: var(--soft); font-size: .88rem; }
.pictures img { display: block; max-width: 100%; height: auto; border-radius: 4px; }
.pictures figure > svg { width: 34rem; max-width: 100%; }
h3 { margin: 1.4rem 0 .6rem; font-size: 1rem; }
.said { max-width: 46rem; margin: .4rem 0 .9rem; color: var(--soft); }
.thumbs { display: flex; flex-wrap: wrap; gap: .9rem; margin: 0; padding: 0; list-style: none; }
.thumbs li { width: 7rem; font-size: .82rem; line-height: 1.35; }
.thumbs img { display: block; max-width: 100%; margin-bottom: .25rem; border-radius: 4px; image-rendering: pixelated; }
.thumbs .photo { image-rendering: auto; }
.thumbs span { display: block; overflow-wrap: anywhere; }
.thumbs .name { color: var(--soft); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.names { margin: 0; padding: 0; list-style: none; overflow-wrap: anywhere; }
.data td { max-width: 34rem; overflow-wrap: anywhere; }
.settings.data td + td { color: inherit; }
.scroll {  /* a shadow at the side where there is more; the first two cover it at an end */
  overflow-x: auto; background:
    linear-gradient(to right, var(--cover) 50%, transparent) left / 2.4rem 100% no-repeat local,
    linear-gradient(to left, var(--cover) 50%, transparent) right / 2.4rem 100% no-repeat local,
    linear-gradient(to right, var(--soft), transparent) left / .6rem 100% no-repeat scroll,
    linear-gradient(to left, var(--soft), transparent) right / .6rem 100% no-repeat scroll;
  --cover: var(--back);
}
figure .scroll { --cover: var(--panel); }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .92rem; }
th { font-weight: 500; text-align: left; }
thead th { color: var(--soft); font-weight: 400; }
.settings th, .settings td, .scores th, .scores td {
  padding: .22rem 1.4rem .22rem 0; border-bottom: 1px solid var(--rule);
}
.settings td + td { color: var(--soft); }
.scores td, .scores thead th + th { text-align: right; }
.scores tfoot th, .scores tfoot td { border-bottom: 0; color: var(--soft); }
.matrix td, .matrix th { padding: .3rem .5rem; text-align: right; border: 2px solid var(--back); }
.matrix td { min-width: 2.9rem; }
.matrix .zero { color: var(--soft); opacity: .55; }
.matrix .right { background: rgb(var(--right) / var(--a)); }
.matrix .wrong { background: rgb(var(--wrong) / var(--a)); }
.matrix .deep { color: var(--deep); }
.two { display: flex; flex-wrap: wrap; gap: 0 3rem; }
.two > section { min-width: 0; max-width: 100%; }
footer { margin-top: 2.5rem; color: var(--soft); font-size: .85rem; }
@media (max-width: 36rem) {  /* a phone: text of charts grows, wide pictures are swiped */
  body { padding: 1.25rem .75rem 2rem; }
  figure { padding: .6rem .5rem; }
  figure > svg text { font-size: 15px; }
  .pictures img { max-width: 36rem; }
  .settings th, .settings td, .scores th, .scores td { padding-right: .7rem; }
  .matrix td, .matrix th { padding: .25rem .3rem; font-size: .85rem; }
  .matrix td { min-width: 2.1rem; }
}
@media print { body { padding: 0; } figure, tr { break-inside: avoid; } }
)css";

}  // namespace sslhost::host
